//+------------------------------------------------------------------+
//| Every tick of the welcomed symbols, not of the chart's alone      |
//| (protocol 3.1): polled, and fetched where more than one came.     |
//+------------------------------------------------------------------+
#include "Spec.mqh"
#include "BrokerTime.mqh"
#include "Wire.mqh"

#define TICKS_A_FRAME 1000

class CQuotes
  {
private:
   long              m_last[];  // broker milliseconds of the newest tick that was sent, or from which to send
   int               m_same[];  // how many were sent of that very millisecond
   double            m_bids[];
   double            m_asks[];

   void              Send(const int at,const string session,const MqlTick &ticks[],const int from,const int count) const;
   void              Fetch(const int at,const string session,const MqlTick &newest);

public:
   //--- from now on: of what came before a session only the newest tick is of it
   void              Begin();
   void              Poll(const string session);
  };

void CQuotes::Begin()
  {
   int count=g_specs.Count();
   ArrayResize(m_last,count);
   ArrayResize(m_same,count);
   ArrayResize(m_bids,count);
   ArrayResize(m_asks,count);
   for(int i=0; i<count; i++)
     {
      MqlTick tick={};
      bool quoted=SymbolInfoTick(g_specs.Name(i),tick) && tick.time_msc>0;
      m_last[i]=quoted ? tick.time_msc : g_broker_time.Now();
      m_same[i]=0;
      m_bids[i]=0.0;
      m_asks[i]=0.0;
     }
  }

void CQuotes::Poll(const string session)
  {
   int count=MathMin(g_specs.Count(),ArraySize(m_last));
   for(int i=0; i<count; i++)
     {
      MqlTick tick={};
      if(!SymbolInfoTick(g_specs.Name(i),tick) || tick.bid<=0.0 || tick.ask<=0.0)
         continue;
      if(tick.time_msc==m_last[i] && tick.bid==m_bids[i] && tick.ask==m_asks[i])
         continue;
      g_broker_time.Ticked(tick.time_msc);
      Fetch(i,session,tick);
      m_bids[i]=tick.bid;
      m_asks[i]=tick.ask;
     }
  }

//--- ticks since the last that was sent; several may share a millisecond
void CQuotes::Fetch(const int at,const string session,const MqlTick &newest)
  {
   MqlTick ticks[];
   int count=CopyTicks(g_specs.Name(at),ticks,COPY_TICKS_INFO,(ulong)m_last[at],0);
   int skip=0;
   while(skip<count && skip<m_same[at] && ticks[skip].time_msc==m_last[at])
      skip++;
   if(count<=skip)
     {
      ArrayResize(ticks,1); // a history that lags behind the quote
      ticks[0]=newest;
      count=1;
      skip=0;
     }
   for(int from=skip; from<count; from+=TICKS_A_FRAME)
      Send(at,session,ticks,from,MathMin(TICKS_A_FRAME,count-from));
   long last=ticks[count-1].time_msc;
   int same=(last==m_last[at]) ? m_same[at] : 0;
   for(int i=skip; i<count; i++)
      if(ticks[i].time_msc==last)
         same++;
   m_last[at]=last;
   m_same[at]=same;
  }

void CQuotes::Send(const int at,const string session,const MqlTick &ticks[],const int from,const int count) const
  {
   int digits=(int)SymbolInfoInteger(g_specs.Name(at),SYMBOL_DIGITS);
   string symbol=JText("symbol",g_specs.Symbol(at));
   if(count==1)
     {
      string fields=symbol+JPrice("bid",ticks[from].bid,digits)+JPrice("ask",ticks[from].ask,digits)
                    +JInteger("time",g_broker_time.ToUtc(ticks[from].time_msc));
      g_wire.SendTicks(Frame("tick",session,fields),1);
      return;
     }
   string rows="";
   for(int i=from; i<from+count; i++)
      rows+=",["+IntegerToString(g_broker_time.ToUtc(ticks[i].time_msc))+","+DoubleToString(ticks[i].bid,digits)
            +","+DoubleToString(ticks[i].ask,digits)+"]";
   g_wire.SendTicks(Frame("ticks",session,symbol+JRaw("rows","["+StringSubstr(rows,1)+"]")),count);
  }

CQuotes g_quotes;
