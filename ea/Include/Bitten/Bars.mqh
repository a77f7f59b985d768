//+------------------------------------------------------------------+
//| The bars of the past that the welcome asks for (protocol 3.2):    |
//| closed ones only, oldest first, in UTC by their own day's offset. |
//+------------------------------------------------------------------+
#include "Symbols.mqh"
#include "BrokerTime.mqh"
#include "JsonWrite.mqh"
#include "Wire.mqh"

#define BARS_A_FRAME 400

struct BarsWanted
  {
   string            symbol;
   string            timeframe;
   int               count;
   bool              sent;
  };

ENUM_TIMEFRAMES TimeframeOf(const string name)
  {
   if(name=="M1")
      return(PERIOD_M1);
   if(name=="M5")
      return(PERIOD_M5);
   if(name=="M15")
      return(PERIOD_M15);
   return(name=="H1" ? PERIOD_H1 : PERIOD_CURRENT);
  }

long TimeframeSeconds(const string name)
  {
   return(name=="H1" ? HOUR_SECONDS : 60*(long)TimeframeOf(name));
  }

class CBars
  {
private:
   BarsWanted        m_wanted[];
   string            m_counts; // of the ready message

   string            Row(const MqlRates &bar,const int digits) const;
   void              SendOne(const int at,const string session,const MqlRates &bars[],const int count);

public:
   void              Begin();
   void              Want(const BarsWanted &wanted);
   //--- send what the terminal has loaded; true: everything was sent. `patient`: wait for what is still loading
   bool              Send(const string session,const bool patient);
   string            Counts() const { return(JRaw("bars","{"+StringSubstr(m_counts,1)+"}")); }
  };

void CBars::Begin()
  {
   ArrayFree(m_wanted);
   m_counts="";
  }

void CBars::Want(const BarsWanted &wanted)
  {
   int count=ArraySize(m_wanted);
   ArrayResize(m_wanted,count+1);
   m_wanted[count]=wanted;
  }

bool CBars::Send(const string session,const bool patient)
  {
   bool all=true;
   int count=ArraySize(m_wanted);
   for(int i=0; i<count; i++)
     {
      if(m_wanted[i].sent)
         continue;
      string name=g_symbols.ToBroker(m_wanted[i].symbol);
      ENUM_TIMEFRAMES timeframe=TimeframeOf(m_wanted[i].timeframe);
      MqlRates bars[];
      int copied=0;
      if(StringLen(name)!=0 && timeframe!=PERIOD_CURRENT)
        {
         copied=CopyRates(name,timeframe,0,m_wanted[i].count+1,bars);
         bool loaded=SeriesInfoInteger(name,timeframe,SERIES_SYNCHRONIZED)!=0;
         if(patient && (copied<0 || !loaded))
           {
            all=false;
            continue;
           }
        }
      SendOne(i,session,bars,MathMax(0,copied));
      m_wanted[i].sent=true;
     }
   return(all);
  }

void CBars::SendOne(const int at,const string session,const MqlRates &bars[],const int count)
  {
   long length=TimeframeSeconds(m_wanted[at].timeframe);
   long now=g_broker_time.Now()/1000;
   int closed=count;
   while(closed>0 && (long)bars[closed-1].time+length>now)
      closed--;
   int first=MathMax(0,closed-m_wanted[at].count);
   string what=JText("symbol",m_wanted[at].symbol)+JText("timeframe",m_wanted[at].timeframe);
   int digits=(int)SymbolInfoInteger(g_symbols.ToBroker(m_wanted[at].symbol),SYMBOL_DIGITS);
   for(int from=first; from<closed; from+=BARS_A_FRAME)
     {
      string rows="";
      for(int i=from; i<closed && i<from+BARS_A_FRAME; i++)
         rows+=","+Row(bars[i],digits);
      g_wire.SendFeedback(Frame("bars",session,what+JRaw("rows","["+StringSubstr(rows,1)+"]")));
     }
   m_counts+=JInteger(m_wanted[at].symbol+" "+m_wanted[at].timeframe,closed-first);
  }

string CBars::Row(const MqlRates &bar,const int digits) const
  {
   return("["+IntegerToString(g_broker_time.ToUtc((long)bar.time*1000))+","+DoubleToString(bar.open,digits)
          +","+DoubleToString(bar.high,digits)+","+DoubleToString(bar.low,digits)+","+DoubleToString(bar.close,digits)
          +","+IntegerToString(bar.tick_volume)+"]");
  }

CBars g_bars;
