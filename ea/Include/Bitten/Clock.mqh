//+------------------------------------------------------------------+
//| The EA's own clock: wall time once, then a counter that never     |
//| jumps (protocol 1.4, 2.10). The counter of a PC drifts by seconds |
//| a day, so it is led back by a millisecond a second. And how long  |
//| each period is (1.8).                                             |
//+------------------------------------------------------------------+
#define TELEMETRY_MS 5000
#define LED_FROM_MS  20   // nearer than this the clock is right: a second's edge is not seen better
#define FRESH_MS     50   // between two looks, for an edge to be one

class CClock
  {
private:
   datetime          m_second;
   long              m_base;
   long              m_floor;  // never back below this
   long              m_looked;
   bool              m_set;

   long              Counter() const { return((long)(GetMicrosecondCount()/1000)); }
   void              Lead(const long error);

public:
   void              Begin();
   //--- look at the wall clock. The terminal tells whole seconds only: the clock is set when one of them begins
   bool              Set();
   //--- milliseconds since 1970 UTC
   long              Now() const { return(MathMax(m_floor,m_base+Counter())); }
  };

void CClock::Begin()
  {
   m_second=TimeGMT();
   m_base=(long)m_second*1000-Counter();
   m_floor=0;
   m_looked=0;
   m_set=false;
  }

bool CClock::Set()
  {
   datetime second=TimeGMT();
   long looked=Counter();
   if(second!=m_second)
     {
      m_second=second;
      long error=(long)second*1000-m_base-looked;
      if(!m_set)
         m_base+=error;
      else
         if(looked-m_looked<FRESH_MS && MathAbs(error)>=LED_FROM_MS)
            Lead(error);
      m_set=true;
     }
   m_looked=looked;
   return(m_set);
  }

void CClock::Lead(const long error)
  {
   m_floor=Now();
   m_base+=(error>0) ? 1 : -1;
  }

//--- the pace of the session: every period of the protocol is written for 5000
class CPace
  {
private:
   long              m_telemetry_ms;

public:
   void              Begin(const long telemetry_ms) { m_telemetry_ms=telemetry_ms; }
   long              TelemetryMs() const { return(m_telemetry_ms); }
   long              Scaled(const long milliseconds) const { return(milliseconds*m_telemetry_ms/TELEMETRY_MS); }
  };

CClock g_clock;
CPace  g_pace;
