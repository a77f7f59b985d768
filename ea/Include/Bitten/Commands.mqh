//+------------------------------------------------------------------+
//| A command once, whatever comes twice and whoever dies (protocol   |
//| 5): its id is looked up first, its entry is on the disk before    |
//| the broker is asked, its outcome right after.                     |
//+------------------------------------------------------------------+
#include "Look.mqh"
#include "HubTime.mqh"

#define RETRY_MS      100   // between two tries at a price that moved
#define BUSY_MS       1000  // between two tries at a broker who has too much to do
#define LOOK_MS       100   // between two looks for what is not known
#define QUIET_MS      1000  // for a deal to show after the broker said done
#define SEARCH_MS     60000 // of being connected, after which what is not found never was (protocol 5.5)
#define SCAN_MS       500   // between two looks at the account when nothing hints at a change

struct Retry
  {
   Command           command;
   long              at;      // EA's clock
  };

struct Search
  {
   string            id;
   long              searched; // milliseconds of being connected
   long              looked;   // EA's clock
   bool              said;     // the hub knows that the answer is unknown
  };

class CCommands
  {
private:
   AccountName       m_account;  // of the hello
   Retry             m_retries[];
   Search            m_searches[];
   long              m_scanned;
   bool              m_hint;
   int               m_positions;
   int               m_orders;

   void              TakeOrder(const Command &command,const string text);
   void              Execute(const Command &command);
   void              Settle(const Command &command,const Answer &answer);
   void              AskAgain(const Command &command,const Answer &answer,const long wait);
   void              Accept(const Command &command,const Answer &answer);
   void              SearchFor(const string id,const bool said);
   void              SayUnknown(const string id,const string message,const long retcode);
   bool              Resolve(const int at,const bool patient);
   void              WorkRetries();
   void              WorkSearches(const long now);
   void              Scan();
   void              TellDeal(const Deal &deal);
   void              TellOpening(const Deal &deal);
   void              TellForgotten(const int at,const Deal &deal);
   bool              HasFill(const int at) const;
   bool              TellHistory(const Command &command);

public:
   //--- a ledger was opened: what it has no answer for is looked for
   void              Begin(const AccountName &account);
   void              Take(const Command &command,const string text);
   //--- something may have changed in the account
   void              Hint() { m_hint=true; }
   //--- what has fallen due
   void              Work();
   //--- every deal up to now is an event (protocol 2.5)
   void              TellAll() { Scan(); }
  };

void CCommands::Begin(const AccountName &account)
  {
   m_account=account;
   m_scanned=0;
   m_hint=true;
   m_positions=0;
   m_orders=0;
   ArrayFree(m_retries);
   ArrayFree(m_searches);
   int count=g_ledger.Entries();
   for(int i=0; i<count; i++)
     {
      Entry entry={};
      g_ledger.Read(i,entry);
      if(entry.stage!=STAGE_STARTED && entry.stage!=STAGE_UNKNOWN)
         continue;
      g_log.Say(entry.id+" has no answer from an earlier run: it is looked for, never sent again");
      SearchFor(entry.id,entry.stage==STAGE_UNKNOWN);
     }
  }

void CCommands::Take(const Command &command,const string text)
  {
   int at=g_ledger.Find(command.id);
   if(at>=0)
     {
      g_chronicle.SayAgain(at);
      return;
     }
   switch(command.what)
     {
      case COMMAND_QUERY:
         g_chronicle.NeverSeen(command.id);
         break;
      case COMMAND_HISTORY:
         TellHistory(command);
         break;
      default:
         TakeOrder(command,text);
         break;
     }
  }

void CCommands::TakeOrder(const Command &command,const string text)
  {
   long late=g_hub_time.Now()-command.expires;
   if(late>=0)
     {
      Outcome outcome={};
      outcome.status="expired";
      outcome.message=IntegerToString(late)+" ms late";
      g_chronicle.Conclude(command.id,STAGE_FINAL,outcome);
      return;
     }
   string trouble=(command.what==COMMAND_FIRE) ? FireTrouble(command) : "";
   if(StringLen(trouble)!=0)
     {
      g_chronicle.Rejected(command.id,0,trouble);
      return;
     }
   Entry entry={};
   entry.id=command.id;
   entry.stage=STAGE_STARTED;
   entry.magic=(command.what==COMMAND_FIRE) ? command.magic : 0;
   entry.time=g_broker_time.Now();
   entry.command=text;
   if(!g_ledger.Start(entry))
      return; // not known to be on the disk: not executed
   AccountName now={};
   ReadAccountName(now);
   if(now.login!=m_account.login || now.server!=m_account.server)
     {
      g_chronicle.Rejected(command.id,0,"the terminal is logged in to another account now");
      return;
     }
   if(command.what==COMMAND_FIRE && IsAtBroker(command.magic))
     {
      g_log.Say(command.id+" is at the broker already, though this ledger does not know it: it is not sent again; tell the hub's operator");
      SearchFor(command.id,false);
      return;
     }
   Execute(command);
  }

void CCommands::Execute(const Command &command)
  {
   Answer answer={};
   Ask(command,answer);
   Settle(command,answer);
   m_hint=true;
  }

void CCommands::Settle(const Command &command,const Answer &answer)
  {
   switch(answer.kind)
     {
      case ANSWER_RETRY:
         AskAgain(command,answer,RETRY_MS);
         return;
      case ANSWER_BUSY:
         AskAgain(command,answer,BUSY_MS);
         return;
      case ANSWER_REFUSED:
         g_chronicle.Rejected(command.id,answer.retcode,answer.message);
         return;
      case ANSWER_AMBIGUOUS:
         SayUnknown(command.id,answer.message,answer.retcode);
         SearchFor(command.id,true);
         return;
      default:
         Accept(command,answer);
     }
  }

//--- under the same id, while there is time (protocol 6.8)
void CCommands::AskAgain(const Command &command,const Answer &answer,const long wait)
  {
   if(g_hub_time.Now()+wait>=command.expires)
     {
      g_chronicle.Rejected(command.id,answer.retcode,answer.message);
      return;
     }
   int count=ArraySize(m_retries);
   ArrayResize(m_retries,count+1);
   m_retries[count].command=command;
   m_retries[count].at=g_clock.Now()+wait;
  }

//--- a word of the broker's that sounds like yes: a fill is a deal, not a word (protocol 6.8)
void CCommands::Accept(const Command &command,const Answer &answer)
  {
   bool placed=(answer.kind==ANSWER_PLACED);
   if(command.what==COMMAND_FIRE && command.kind=="market")
     {
      if(placed)
         SayUnknown(command.id,"placed: no deal yet",answer.retcode);
      SearchFor(command.id,placed);
      return;
     }
   if(placed && command.what!=COMMAND_FIRE)
     {
      SayUnknown(command.id,"placed: not carried out yet",answer.retcode);
      SearchFor(command.id,true);
      return;
     }
   Outcome outcome={};
   outcome.status=(command.what==COMMAND_FIRE) ? "placed" : "done";
   outcome.ticket=(command.what==COMMAND_FIRE) ? answer.order : command.ticket;
   outcome.deal=answer.deal;
   outcome.price=answer.price;
   outcome.digits=answer.digits;
   outcome.lot=(command.what==COMMAND_FIRE) ? command.lot : answer.lot;
   outcome.retcode=answer.retcode;
   g_chronicle.Conclude(command.id,command.what==COMMAND_FIRE ? STAGE_PLACED : STAGE_FINAL,outcome);
  }

void CCommands::SayUnknown(const string id,const string message,const long retcode)
  {
   Outcome outcome={};
   outcome.status="unknown";
   outcome.message=message;
   outcome.retcode=retcode;
   g_chronicle.Conclude(id,STAGE_UNKNOWN,outcome);
  }

void CCommands::SearchFor(const string id,const bool said)
  {
   int count=ArraySize(m_searches);
   ArrayResize(m_searches,count+1);
   m_searches[count].id=id;
   m_searches[count].searched=0;
   m_searches[count].looked=g_clock.Now()-LOOK_MS;
   m_searches[count].said=said;
  }

//--- true: what became of the entry is known now, and said. Without patience a fill in part is all there will be
bool CCommands::Resolve(const int at,const bool patient)
  {
   Entry entry={};
   g_ledger.Read(at,entry);
   Command command={};
   Outcome outcome={};
   if(!CommandOf(entry.command,command))
      return(false);
   ENUM_FOUND found=Look(command,entry.time,outcome);
   if(found==FOUND_NOTHING || (found==FOUND_WAIT && (patient || outcome.status!="partial")))
      return(false);
   bool placed=(outcome.status=="placed");
   if(placed && entry.stage==STAGE_PLACED)
      return(true);
   return(g_chronicle.Conclude(entry.id,placed ? STAGE_PLACED : STAGE_FINAL,outcome));
  }

void CCommands::Work()
  {
   long now=g_clock.Now();
   WorkRetries();
   WorkSearches(now);
   bool changed=m_hint || PositionsTotal()!=m_positions || OrdersTotal()!=m_orders;
   if(changed || now-m_scanned>=SCAN_MS)
      Scan();
  }

void CCommands::WorkRetries()
  {
   for(int i=0; i<ArraySize(m_retries); i++)
     {
      if(m_retries[i].at>g_clock.Now())
         continue;
      Retry due={};
      due=m_retries[i];
      ArrayRemove(m_retries,(uint)i,1);
      i--;
      int at=g_ledger.Find(due.command.id);
      if(at>=0 && g_ledger.StageOf(at)==STAGE_STARTED)
         Execute(due.command);
     }
  }

void CCommands::WorkSearches(const long now)
  {
   bool connected=TerminalInfoInteger(TERMINAL_CONNECTED)!=0;
   for(int i=0; i<ArraySize(m_searches); i++)
     {
      long since=now-m_searches[i].looked;
      if(since<LOOK_MS)
         continue;
      m_searches[i].looked=now;
      if(connected)
         m_searches[i].searched+=since;
      string id=m_searches[i].id;
      bool late=m_searches[i].searched>=g_pace.Scaled(SEARCH_MS);
      int at=g_ledger.Find(id);
      bool over=at<0 || (g_ledger.StageOf(at)!=STAGE_STARTED && g_ledger.StageOf(at)!=STAGE_UNKNOWN) || Resolve(at,!late);
      if(!over && late)
        {
         Outcome outcome={};
         outcome.status="rejected";
         outcome.message="not_found";
         over=g_chronicle.Conclude(id,STAGE_NOT_FOUND,outcome);
        }
      if(!over && !m_searches[i].said && m_searches[i].searched>=g_pace.Scaled(QUIET_MS))
        {
         m_searches[i].said=true;
         SayUnknown(id,"the broker's deal has not shown yet",0);
        }
      if(over)
        {
         ArrayRemove(m_searches,(uint)i,1);
         i--;
        }
     }
  }

#include "Telling.mqh"

CCommands g_commands;
