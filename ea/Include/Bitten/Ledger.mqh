//+------------------------------------------------------------------+
//| The EA's memory (protocol 2.2, "What an EA must remember"): one   |
//| file an account. What is said here to be known is on the disk.    |
//| A failed write ends the ledger: what was not written is not known,|
//| and the next opening finds out what became of it.                 |
//+------------------------------------------------------------------+
#include "LedgerFile.mqh"
#include "LedgerValues.mqh"
#include "Chance.mqh"
#include "Log.mqh"

#define LEDGER_VERSION 1
#define COMPACT_BYTES  262144
#define TOLD_KEPT_MS   259200000 // three days: more than Deals looks back

class CLedger
  {
private:
   CLedgerFile       m_file;
   string            m_ea;
   string            m_server;
   long              m_login;
   long              m_life;
   long              m_next;
   long              m_origin;  // broker milliseconds: deals before the ledger was made are none of its own
   long              m_upto;    // the newest deal that was told, broker milliseconds
   Entry             m_entries[];
   Event             m_events[];
   string            m_passed[];
   long              m_told[];
   long              m_told_at[];

   void              Forget();
   bool              Load(const string &lines[]);
   bool              Replay(const CJson &json,const string kind);
   bool              ReplayEvent(const CJson &json);
   void              Settle(const CJson &json,const Event &event,const long stage);
   bool              Compact();
   bool              Write(const string record);
   string            Header() const;
   void              Put(const Entry &entry);
   void              MarkPassed(const string signal_id);
   void              MarkTold(const long deal,const long time);
   string            EventRecord(const Event &event,const long stage,const long deal,const long time) const;
   void              Keep(const Event &event);

public:
   void              Begin() { m_file.Begin(); }
   //--- false: another terminal has it, or the disk refuses; the log says which
   bool              Open(const string server,const long login,const long broker_ms);
   void              Close() { m_file.Close(); }
   bool              IsOpen() const { return(m_file.IsOpen()); }
   //--- become another ledger: event numbers from 1, what is unacked told anew, what was executed stays executed
   bool              Renew(const string why);

   string            Ea() const { return(m_ea); }
   long              Life() const { return(m_life); }

   //--- events (protocol 6.1)
   long              NextEvent() const { return(m_next); }
   long              FirstEvent() const { return(ArraySize(m_events)>0 ? m_events[0].n : m_next); }
   int               Unacked() const { return(ArraySize(m_events)); }
   //--- the event's frame; "": acked already, or not yet given
   string            FrameOf(const long n,const string session) const;
   //--- stage -1: the event changes no entry; deal 0: it tells of no deal
   bool              Append(const string type,const string body,const bool again,const long stage,const long deal,const long time);
   void              Acked(const long n);

   //--- commands (protocol 5)
   int               Find(const string id) const;
   int               Entries() const { return(ArraySize(m_entries)); }
   void              Read(const int at,Entry &entry) const { entry=m_entries[at]; }
   ENUM_STAGE        StageOf(const int at) const { return(m_entries[at].stage); }
   //--- durable before it returns
   bool              Start(const Entry &entry);
   //--- the id of the fire with this magic; "": none of ours
   string            FireOf(const long magic) const;
   bool              Passed(const string signal_id) const;

   //--- deals
   bool              Told(const long deal) const;
   //--- nothing is said of this deal: it need not be looked at again
   void              Skip(const long deal,const long time) { MarkTold(deal,time); }
   long              Origin() const { return(m_origin); }
   long              ToldUpTo() const { return(m_upto); }
  };

void CLedger::Forget()
  {
   m_ea="";
   m_life=0;
   m_next=1;
   m_origin=0;
   m_upto=0;
   ArrayFree(m_entries);
   ArrayFree(m_events);
   ArrayFree(m_passed);
   ArrayFree(m_told);
   ArrayFree(m_told_at);
  }

bool CLedger::Open(const string server,const long login,const long broker_ms)
  {
   Forget();
   m_server=server;
   m_login=login;
   string lines[];
   string name=AsFileName(server)+"-"+IntegerToString(login)+".ledger";
   ENUM_FILE_STATE state=m_file.Open(name,lines);
   if(state==FILE_HELD)
     {
      g_log.SayNew("ledger","the ledger Common\\Files\\BITTEN\\"+name+" cannot be opened, error "+IntegerToString(GetLastError())
                   +": another chart or terminal trades this account with BITTEN; remove one of the two");
      return(false);
     }
   g_log.Over("ledger");
   bool sound=Load(lines);
   bool ours=(m_server==server && m_login==login);
   m_server=server;
   m_login=login;
   if(sound && ours && state!=FILE_DAMAGED && StringLen(m_ea)!=0)
     {
      m_life++;
      if(state==FILE_TORN || m_file.Size()>COMPACT_BYTES)
         return(Compact());
      return(Write(JObject(JText("t","life")+JInteger("life",m_life))));
     }
   if(!ours)
     {
      g_log.Say("the ledger "+name+" is of another account: it is set aside and a new one is made");
      Forget();
      if(!m_file.SetAside("other"))
         return(false);
     }
   m_origin=(m_origin==0) ? broker_ms : m_origin;
   m_upto=MathMax(m_upto,m_origin);
   if(!ours || (ArraySize(lines)==0 && state==FILE_SOUND))
      return(Renew(""));
   return(Renew("the ledger "+name+" is damaged"));
  }

bool CLedger::Renew(const string why)
  {
   if(StringLen(why)!=0)
      g_log.Say(why+": a new ledger is begun, what it knows of executed commands is kept; tell the hub's operator");
   m_ea=RandomHex();
   m_ea+=RandomHex();
   if(StringLen(m_ea)!=32)
      return(false);
   m_life=1;
   int count=ArraySize(m_events);
   for(int i=0; i<count; i++)
      m_events[i].n=i+1;
   m_next=count+1;
   return(Compact());
  }

string CLedger::Header() const
  {
   return(JObject(JText("t","ledger")+JInteger("v",LEDGER_VERSION)+JText("ea",m_ea)+JText("server",m_server)
                  +JInteger("login",m_login)+JInteger("life",m_life)+JInteger("next",m_next)
                  +JInteger("origin",m_origin)+JInteger("upto",m_upto)));
  }

bool CLedger::Compact()
  {
   string lines[];
   int entries=ArraySize(m_entries);
   int events=ArraySize(m_events);
   int passed=ArraySize(m_passed);
   int told=ArraySize(m_told);
   ArrayResize(lines,1+entries+events+passed+told);
   lines[0]=Header();
   int at=1;
   for(int i=0; i<entries; i++)
     {
      if(m_entries[i].stage==STAGE_FINAL)
         m_entries[i].command=""; // only an unfinished one is looked for
      lines[at]=EntryRecord(m_entries[i]);
      at++;
     }
   for(int i=0; i<events; i++)
     {
      lines[at]=EventRecord(m_events[i],-1,0,0);
      at++;
     }
   for(int i=0; i<passed; i++)
     {
      lines[at]=JObject(JText("t","passed")+JText("signal_id",m_passed[i]));
      at++;
     }
   for(int i=0; i<told; i++)
      if(m_told_at[i]>=m_upto-TOLD_KEPT_MS)
        {
         lines[at]=JObject(JText("t","told")+JInteger("deal",m_told[i])+JInteger("at",m_told_at[i]));
         at++;
        }
   ArrayResize(lines,at);
   if(m_file.Rewrite(lines))
      return(true);
   g_log.Say("the ledger cannot be written, error "+IntegerToString(GetLastError())+": is the disk full? Nothing is executed until it can be");
   m_file.Close();
   return(false);
  }

bool CLedger::Write(const string record)
  {
   if(m_file.Append(record))
      return(true);
   g_log.Say("the ledger cannot be written, error "+IntegerToString(GetLastError())+": is the disk full? Nothing is executed until it can be");
   m_file.Close();
   return(false);
  }

//--- what the event changes in what is known; `json` holds its body, as the record or as a text of its own
void CLedger::Settle(const CJson &json,const Event &event,const long stage)
  {
   int body=json.Object(JSON_ROOT,"body",JSON_OBJECT);
   if(event.type=="pass")
     {
      string signal_id="";
      if(json.Id(body,"signal_id",signal_id))
         MarkPassed(signal_id);
      return;
     }
   string id="";
   if(event.type!="confirmation" || stage<0 || !json.Id(body,"id",id))
      return;
   Entry entry={};
   int at=Find(id);
   if(at>=0)
      entry=m_entries[at];
   entry.id=id;
   entry.stage=(ENUM_STAGE)stage;
   entry.outcome=event.body;
   long ticket=0;
   if(json.Integer(body,"ticket",1,ticket))
      entry.ticket=ticket;
   Put(entry);
  }

string CLedger::EventRecord(const Event &event,const long stage,const long deal,const long time) const
  {
   return(JObject(JText("t","event")+JInteger("n",event.n)+JText("type",event.type)+JFlag("again",event.again)
                  +JInteger("stage",stage)+JInteger("deal",deal)+JInteger("at",time)+JRaw("body",JObject(event.body))));
  }

bool CLedger::Append(const string type,const string body,const bool again,const long stage,const long deal,const long time)
  {
   Event event={};
   event.n=m_next;
   event.type=type;
   event.again=again;
   event.body=body;
   string record=EventRecord(event,stage,deal,time);
   if(!Write(record))
      return(false);
   CJson json;
   if(json.Parse(record))
      Settle(json,event,stage);
   if(deal>0)
      MarkTold(deal,time);
   Keep(event);
   return(true);
  }

void CLedger::Keep(const Event &event)
  {
   int count=ArraySize(m_events);
   ArrayResize(m_events,count+1,256);
   m_events[count]=event;
   m_next=event.n+1;
  }

string CLedger::FrameOf(const long n,const string session) const
  {
   int at=(int)(n-FirstEvent());
   return(at<0 || at>=ArraySize(m_events) ? "" : EventFrame(m_events[at],session));
  }

//--- not flushed for its own sake: an ack that is forgotten comes again with the next welcome
void CLedger::Acked(const long n)
  {
   int gone=(int)MathMin(n-FirstEvent()+1,(long)ArraySize(m_events));
   if(gone<=0)
      return;
   ArrayRemove(m_events,0,(uint)gone);
   Write(JObject(JText("t","ack")+JInteger("n",n)));
  }

int CLedger::Find(const string id) const
  {
   for(int i=ArraySize(m_entries)-1; i>=0; i--)
      if(m_entries[i].id==id)
         return(i);
   return(-1);
  }

void CLedger::Put(const Entry &entry)
  {
   int at=Find(entry.id);
   if(at<0)
     {
      at=ArraySize(m_entries);
      ArrayResize(m_entries,at+1,256);
     }
   m_entries[at]=entry;
  }

bool CLedger::Start(const Entry &entry)
  {
   if(!Write(EntryRecord(entry)))
      return(false);
   Put(entry);
   return(true);
  }

string CLedger::FireOf(const long magic) const
  {
   for(int i=ArraySize(m_entries)-1; i>=0 && magic!=0; i--)
      if(m_entries[i].magic==magic)
         return(m_entries[i].id);
   return("");
  }

void CLedger::MarkPassed(const string signal_id)
  {
   if(Passed(signal_id))
      return;
   int count=ArraySize(m_passed);
   ArrayResize(m_passed,count+1,64);
   m_passed[count]=signal_id;
  }

bool CLedger::Passed(const string signal_id) const
  {
   for(int i=ArraySize(m_passed)-1; i>=0; i--)
      if(m_passed[i]==signal_id)
         return(true);
   return(false);
  }

void CLedger::MarkTold(const long deal,const long time)
  {
   if(!Told(deal))
     {
      int count=ArraySize(m_told);
      ArrayResize(m_told,count+1,256);
      ArrayResize(m_told_at,count+1,256);
      m_told[count]=deal;
      m_told_at[count]=time;
     }
   m_upto=MathMax(m_upto,time);
  }

bool CLedger::Told(const long deal) const
  {
   for(int i=ArraySize(m_told)-1; i>=0; i--)
      if(m_told[i]==deal)
         return(true);
   return(false);
  }

#include "LedgerLoad.mqh"

CLedger g_ledger;
