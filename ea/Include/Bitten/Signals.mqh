//+------------------------------------------------------------------+
//| What the hub shows and what the trader pressed (protocol 6.6, 7). |
//| Nothing is executed from here.                                    |
//+------------------------------------------------------------------+
#include "Chronicle.mqh"
#include "HubTime.mqh"

#define PRESS_VALID_MS 5000   // hub time for which a press is meant: what arrives later is denied
#define ENDED_SHOWN_MS 10000  // how long an ended signal stays, so that its end can be read
#define SIGNALS_KEPT   16

struct Signal
  {
   long              serial;    // names its objects on the chart
   string            id;
   string            symbol;
   bool              buy;
   string            kind;
   double            entry;
   double            sl;
   double            tp;
   double            score;
   string            shield;
   string            mode;
   long              expires;   // market time
   string            note;      // what became of it
   bool              pressed;
   bool              ended;
   long              ended_at;  // EA's clock
  };

struct Standing
  {
   string            state;      // trading: "active", "reducing", "halted"
   string            reason;
   long              xp;
   string            rank;
   long              next_rank_at;
   long              streak;
   long              shots_left;
   long              locked_until; // market time; 0: not locked
   string            lock_reason;
   bool              ranked;       // a rank was heard
  };

class CSignals
  {
private:
   Signal            m_signals[];
   long              m_serial;
   Standing          m_standing;

   int               Find(const string id) const;
   bool              ReadSignal(const CJson &json,Signal &signal) const;
   bool              HearSignal(const CJson &json);
   bool              HearEnd(const CJson &json);
   bool              HearDenied(const CJson &json);
   bool              HearRank(const CJson &json);

public:
   void              Begin();
   //--- false: malformed. Of a type that is no advice: true, and nothing happens
   bool              Hear(const CJson &json,const string type);
   bool              HearTrading(const CJson &json,const int node);
   //--- a command of the hub acts on a signal
   void              Note(const string id,const string note);
   void              Tidy();
   int               Count() const { return(ArraySize(m_signals)); }
   void              Read(const int at,Signal &signal) const { signal=m_signals[at]; }
   void              ReadStanding(Standing &standing) const { standing=m_standing; }
   int               FindSerial(const long serial) const;
   //--- may its buttons be pressed?
   bool              IsOpen(const int at) const;
   void              Fire(const int at,const bool live);
   void              Pass(const int at);
  };

void CSignals::Begin()
  {
   ArrayFree(m_signals);
   m_serial=0;
   m_standing.state="";
   m_standing.reason="";
   m_standing.ranked=false;
   m_standing.locked_until=0;
  }

int CSignals::Find(const string id) const
  {
   for(int i=ArraySize(m_signals)-1; i>=0; i--)
      if(m_signals[i].id==id)
         return(i);
   return(-1);
  }

int CSignals::FindSerial(const long serial) const
  {
   for(int i=ArraySize(m_signals)-1; i>=0; i--)
      if(m_signals[i].serial==serial)
         return(i);
   return(-1);
  }

bool CSignals::Hear(const CJson &json,const string type)
  {
   if(type=="signal")
      return(HearSignal(json));
   if(type=="signal_end")
      return(HearEnd(json));
   if(type=="denied")
      return(HearDenied(json));
   if(type=="rank")
      return(HearRank(json));
   return(type!="trading" || HearTrading(json,JSON_ROOT));
  }

bool CSignals::ReadSignal(const CJson &json,Signal &signal) const
  {
   string direction="";
   bool read=json.Id(JSON_ROOT,"signal_id",signal.id) && json.Symbol(JSON_ROOT,"symbol",signal.symbol)
             && json.Text(JSON_ROOT,"direction",4,direction) && json.Text(JSON_ROOT,"kind",TEXT_LIMIT,signal.kind)
             && json.Real(JSON_ROOT,"entry",0.0,signal.entry) && json.Real(JSON_ROOT,"sl",0.0,signal.sl)
             && json.Real(JSON_ROOT,"tp",0.0,signal.tp) && json.Real(JSON_ROOT,"score",0.0,signal.score)
             && json.Text(JSON_ROOT,"shield",TEXT_LIMIT,signal.shield) && json.Text(JSON_ROOT,"mode",6,signal.mode)
             && json.Integer(JSON_ROOT,"expires",0,signal.expires);
   signal.buy=(direction=="BUY");
   return(read && (signal.buy || direction=="SELL") && (signal.mode=="manual" || signal.mode=="semi" || signal.mode=="auto"));
  }

bool CSignals::HearSignal(const CJson &json)
  {
   Signal signal={};
   if(!ReadSignal(json,signal))
      return(false);
   int at=Find(signal.id);
   if(at>=0)
     {
      signal.serial=m_signals[at].serial;
      signal.note=m_signals[at].note;
      signal.pressed=m_signals[at].pressed;
     }
   else
     {
      if(ArraySize(m_signals)>=SIGNALS_KEPT)
         ArrayRemove(m_signals,0,1);
      m_serial++;
      signal.serial=m_serial;
      at=ArraySize(m_signals);
      ArrayResize(m_signals,at+1);
      g_log.Say("signal "+signal.symbol+" "+(signal.buy ? "BUY" : "SELL")+" "+signal.kind+", score "+DoubleToString(signal.score,0));
     }
   m_signals[at]=signal;
   return(true);
  }

bool CSignals::HearEnd(const CJson &json)
  {
   string id="";
   string reason="";
   if(!json.Id(JSON_ROOT,"signal_id",id) || !json.Text(JSON_ROOT,"reason",TEXT_LIMIT,reason))
      return(false);
   int at=Find(id);
   if(at>=0 && !m_signals[at].ended)
     {
      m_signals[at].ended=true;
      m_signals[at].ended_at=g_clock.Now();
      if(StringLen(m_signals[at].note)==0)
         m_signals[at].note=reason;
     }
   return(true);
  }

bool CSignals::HearDenied(const CJson &json)
  {
   string id="";
   string code="";
   string message="";
   if(!json.Id(JSON_ROOT,"signal_id",id) || !json.Text(JSON_ROOT,"code",TEXT_LIMIT,code)
      || !json.Text(JSON_ROOT,"message",TEXT_LIMIT,message))
      return(false);
   g_log.Say("denied by the hub ("+code+"): "+message);
   Note(id,"denied: "+message);
   return(true);
  }

bool CSignals::HearRank(const CJson &json)
  {
   Standing heard={};
   heard=m_standing;
   heard.ranked=true;
   bool read=json.Integer(JSON_ROOT,"xp",-LONG_MAX,heard.xp) && json.Text(JSON_ROOT,"rank",TEXT_LIMIT,heard.rank)
             && json.Integer(JSON_ROOT,"next_rank_at",0,heard.next_rank_at) && json.Integer(JSON_ROOT,"streak",-LONG_MAX,heard.streak)
             && json.Integer(JSON_ROOT,"shots_left",0,heard.shots_left) && json.Integer(JSON_ROOT,"locked_until",0,heard.locked_until)
             && json.Text(JSON_ROOT,"reason",TEXT_LIMIT,heard.lock_reason);
   if(read)
      m_standing=heard;
   return(read);
  }

bool CSignals::HearTrading(const CJson &json,const int node)
  {
   string state="";
   string reason="";
   if(!json.Text(node,"state",8,state) || !json.Text(node,"reason",TEXT_LIMIT,reason)
      || (state!="active" && state!="reducing" && state!="halted"))
      return(false);
   m_standing.state=state;
   m_standing.reason=reason;
   g_log.SayNew("trading","trading is "+state+(StringLen(reason)==0 ? "" : ": "+reason));
   return(true);
  }

void CSignals::Note(const string id,const string note)
  {
   int at=Find(id);
   if(at>=0)
      m_signals[at].note=note;
  }

//--- take off what ended, or ran out without a word, a while ago
void CSignals::Tidy()
  {
   long now=g_clock.Now();
   for(int i=ArraySize(m_signals)-1; i>=0; i--)
     {
      if(!m_signals[i].ended && m_signals[i].expires<=g_broker_time.Market())
        {
         m_signals[i].ended=true;
         m_signals[i].ended_at=now;
         if(StringLen(m_signals[i].note)==0)
            m_signals[i].note="expired";
        }
      if(m_signals[i].ended && now-m_signals[i].ended_at>=ENDED_SHOWN_MS)
         ArrayRemove(m_signals,(uint)i,1);
     }
  }

bool CSignals::IsOpen(const int at) const
  {
   return(at>=0 && at<ArraySize(m_signals) && !m_signals[at].ended && !m_signals[at].pressed);
  }

void CSignals::Fire(const int at,const bool live)
  {
   if(!IsOpen(at))
      return;
   if(!live)
     {
      m_signals[at].note="not connected to the hub: nothing was sent";
      return;
     }
   string fields=JText("signal_id",m_signals[at].id)+JInteger("expires",g_hub_time.Now()+PRESS_VALID_MS);
   if(!g_ledger.Append("fire_request",fields,false,-1,0,0))
      return;
   m_signals[at].pressed=true;
   m_signals[at].note="FIRE sent, the hub decides";
  }

void CSignals::Pass(const int at)
  {
   if(!IsOpen(at) || !g_ledger.Append("pass",JText("signal_id",m_signals[at].id),false,-1,0,0))
      return;
   m_signals[at].pressed=true;
   m_signals[at].note="passed: it will not be fired";
  }

CSignals g_signals;
