//+------------------------------------------------------------------+
//| The one place that makes confirmations (protocol 6.4). Outcome and|
//| event are one write in the ledger; the outbox sends from there.   |
//+------------------------------------------------------------------+
#include "Account.mqh"
#include "Command.mqh"

struct Outcome
  {
   string            status;
   long              ticket;
   long              deal;       // 0: none
   long              deal_time;  // broker milliseconds; 0: this is not what tells the deal
   double            price;
   int               digits;
   double            lot;
   double            commission;
   long              retcode;
   string            message;
   long              time;       // market time; 0: now
  };

class CChronicle
  {
private:
   string            m_last_id;  // what the panel shows of the last command
   string            m_last;

   string            Fields(const string id,const Outcome &outcome) const;

public:
   //--- what became of a command, and the event that says so
   bool              Conclude(const string id,const ENUM_STAGE stage,const Outcome &outcome);
   //--- a repeat or a query is answered with what is known, as a new event
   bool              SayAgain(const int at);
   //--- stored for ever: that id will never run (protocol 5.4)
   bool              NeverSeen(const string id);
   bool              Rejected(const string id,const long retcode,const string message);
   string            LastId() const { return(m_last_id); }
   string            Last() const { return(m_last); }
  };

string CChronicle::Fields(const string id,const Outcome &outcome) const
  {
   long time=(outcome.time>0) ? outcome.time : g_broker_time.Market();
   return(JText("id",id)+JText("status",outcome.status)+JInteger("ticket",outcome.ticket)+JInteger("deal",outcome.deal)
          +JPrice("price",outcome.price,outcome.digits)+JDecimal("lot",outcome.lot)+JMoney("commission",outcome.commission)
          +JInteger("retcode",outcome.retcode)+JText("message",Plain(outcome.message,TEXT_LIMIT))+JInteger("time",time));
  }

bool CChronicle::Conclude(const string id,const ENUM_STAGE stage,const Outcome &outcome)
  {
   long told=(outcome.deal_time>0) ? outcome.deal : 0; // a fill tells its deal, a close leaves that to the closing
   if(!g_ledger.Append("confirmation",Fields(id,outcome),false,stage,told,outcome.deal_time))
      return(false);
   m_last_id=id;
   m_last=outcome.status+(StringLen(outcome.message)==0 ? "" : ": "+outcome.message);
   g_log.Say(id+" "+m_last);
   return(true);
  }

bool CChronicle::SayAgain(const int at)
  {
   Entry entry={};
   g_ledger.Read(at,entry);
   string fields=entry.outcome;
   if(StringLen(fields)==0)
     {
      Outcome none={};
      none.status="unknown";
      none.message="no answer is known yet";
      fields=Fields(entry.id,none);
     }
   return(g_ledger.Append("confirmation",fields,true,-1,0,0));
  }

bool CChronicle::NeverSeen(const string id)
  {
   Outcome never={};
   never.status="never_seen";
   return(g_ledger.Append("confirmation",Fields(id,never),true,STAGE_FINAL,0,0));
  }

bool CChronicle::Rejected(const string id,const long retcode,const string message)
  {
   Outcome outcome={};
   outcome.status="rejected";
   outcome.retcode=retcode;
   outcome.message=message;
   return(Conclude(id,STAGE_FINAL,outcome));
  }

CChronicle g_chronicle;
