//+------------------------------------------------------------------+
//| What the hub's clock shows, as far as the EA can tell (2.10).     |
//+------------------------------------------------------------------+
#include "Clock.mqh"

#define HUB_TIME_SAMPLES 8

class CHubTime
  {
private:
   long              m_offset;
   long              m_round_trips[HUB_TIME_SAMPLES];
   long              m_offsets[HUB_TIME_SAMPLES];
   int               m_count;

public:
   //--- the whole round trip is added, so that a command is late here rather than too early
   void              Welcomed(const long hello_time,const long hub_time);
   //--- the hub answered a ping, half-way as far as anyone can tell; the fastest of the last 8 counts
   void              Ponged(const long sent,const long hub_time,const long now);
   long              Now() const { return(g_clock.Now()+m_offset); }
  };

void CHubTime::Welcomed(const long hello_time,const long hub_time)
  {
   m_count=0;
   m_offset=hub_time-hello_time;
  }

void CHubTime::Ponged(const long sent,const long hub_time,const long now)
  {
   int at=m_count%HUB_TIME_SAMPLES;
   m_round_trips[at]=now-sent;
   m_offsets[at]=hub_time+(now-sent)/2-now;
   m_count++;
   int known=MathMin(m_count,HUB_TIME_SAMPLES);
   int best=0;
   for(int i=1; i<known; i++)
      if(m_round_trips[i]<m_round_trips[best])
         best=i;
   m_offset=m_offsets[best];
  }

CHubTime g_hub_time;
