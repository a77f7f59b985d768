//+------------------------------------------------------------------+
//| What the ledger keeps: command ids with their outcome, and events.|
//+------------------------------------------------------------------+
#include "Json.mqh"
#include "JsonWrite.mqh"

//--- how far a command id came; none of them is ever executed again (protocol 5.5)
enum ENUM_STAGE
  {
   STAGE_STARTED,   // written before the broker was asked; no answer is known
   STAGE_UNKNOWN,   // the broker's answer was ambiguous: being looked for
   STAGE_PLACED,    // a pending order stands
   STAGE_NOT_FOUND, // said to be rejected after a search; a deal that appears later overrides it
   STAGE_FINAL
  };

struct Entry
  {
   string            id;
   ENUM_STAGE        stage;
   long              magic;   // of a fire; 0: another command
   long              ticket;  // of what stands or was opened; 0: none
   long              time;    // broker milliseconds at which it was taken
   string            outcome; // the newest confirmation's fields, without n and again; "": none yet
   string            command; // as it came; "": an id that was only asked about
  };

struct Event
  {
   long              n;
   string            type;
   bool              again;
   string            body;    // its own fields, as JSON writes them
  };

string EntryRecord(const Entry &entry)
  {
   string fields=JText("t","entry")+JText("id",entry.id)+JInteger("stage",entry.stage)+JInteger("magic",entry.magic)
                 +JInteger("ticket",entry.ticket)+JInteger("time",entry.time);
   if(StringLen(entry.outcome)!=0)
      fields+=JRaw("outcome",JObject(entry.outcome));
   if(StringLen(entry.command)!=0)
      fields+=JRaw("command",entry.command);
   return(JObject(fields));
  }

//--- fields of an object as they stand between its braces, with the comma before them
string FieldsOf(const string object)
  {
   return(StringLen(object)<=2 ? "" : ","+StringSubstr(object,1,StringLen(object)-2));
  }

bool ReadEntry(const CJson &json,Entry &entry)
  {
   long stage=0;
   if(!json.Id(JSON_ROOT,"id",entry.id) || !json.Integer(JSON_ROOT,"stage",0,stage) || stage>STAGE_FINAL
      || !json.Integer(JSON_ROOT,"magic",0,entry.magic) || !json.Integer(JSON_ROOT,"ticket",0,entry.ticket)
      || !json.Integer(JSON_ROOT,"time",0,entry.time))
      return(false);
   entry.stage=(ENUM_STAGE)stage;
   int outcome=json.Object(JSON_ROOT,"outcome",JSON_OBJECT);
   entry.outcome=(outcome<0) ? "" : FieldsOf(json.Raw(outcome));
   int command=json.Object(JSON_ROOT,"command",JSON_OBJECT);
   entry.command=(command<0) ? "" : json.Raw(command);
   return(true);
  }

//--- what the hub is told under a session (protocol 6.1); the number identifies it, the session does not
string EventFrame(const Event &event,const string session)
  {
   string fields=JInteger("n",event.n)+event.body;
   if(event.type=="confirmation")
      fields+=JFlag("again",event.again);
   return(Frame(event.type,session,fields));
  }
