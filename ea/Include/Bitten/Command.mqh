//+------------------------------------------------------------------+
//| A command of the hub (protocol 5.2 to 5.8), read and judged well- |
//| formed before anything looks at it.                               |
//+------------------------------------------------------------------+
#include "Json.mqh"

#define DEVIATION_LIMIT 1000000000

enum ENUM_COMMAND { COMMAND_FIRE, COMMAND_MODIFY, COMMAND_CLOSE, COMMAND_CANCEL, COMMAND_QUERY, COMMAND_HISTORY };

struct Command
  {
   ENUM_COMMAND      what;
   string            id;
   long              expires;   // hub time
   //--- fire
   string            signal_id;
   long              magic;
   string            symbol;    // the hub's name
   bool              buy;
   string            kind;      // "market", "limit", "stop"
   double            entry;
   long              deviation; // points
   long              good_till; // market time; 0: until it is cancelled
   //--- fire, close
   double            lot;
   double            if_lot;
   //--- fire, modify
   double            sl;
   double            tp;
   bool              has_sl;
   bool              has_tp;
   //--- modify, close, cancel
   long              ticket;
   //--- history
   long              since;     // market time
  };

bool ReadFire(const CJson &json,Command &command)
  {
   string direction="";
   bool read=json.Id(JSON_ROOT,"signal_id",command.signal_id) && json.Integer(JSON_ROOT,"magic",0,command.magic)
             && json.Symbol(JSON_ROOT,"symbol",command.symbol) && json.Text(JSON_ROOT,"direction",4,direction)
             && json.Text(JSON_ROOT,"kind",6,command.kind) && json.Real(JSON_ROOT,"entry",0.0,command.entry)
             && json.Real(JSON_ROOT,"lot",0.0,command.lot) && json.Real(JSON_ROOT,"sl",0.0,command.sl)
             && json.Real(JSON_ROOT,"tp",0.0,command.tp) && json.Integer(JSON_ROOT,"deviation",0,command.deviation)
             && json.Integer(JSON_ROOT,"good_till",0,command.good_till);
   command.buy=(direction=="BUY");
   command.has_sl=true;
   command.has_tp=true;
   return(read && (command.buy || direction=="SELL") && command.entry>0.0 && command.lot>0.0
          && command.deviation<DEVIATION_LIMIT
          && (command.kind=="market" || command.kind=="limit" || command.kind=="stop"));
  }

bool ReadModify(const CJson &json,Command &command)
  {
   command.has_sl=(json.Find(JSON_ROOT,"sl")>=0);
   command.has_tp=(json.Find(JSON_ROOT,"tp")>=0);
   return(json.Integer(JSON_ROOT,"ticket",0,command.ticket)
          && (!command.has_sl || json.Real(JSON_ROOT,"sl",0.0,command.sl))
          && (!command.has_tp || json.Real(JSON_ROOT,"tp",0.0,command.tp)));
  }

//--- false: it is malformed
bool ReadCommand(const CJson &json,const string type,Command &command)
  {
   if(!json.Id(JSON_ROOT,"id",command.id))
      return(false);
   if(type=="query")
     {
      command.what=COMMAND_QUERY;
      return(true);
     }
   if(type=="history")
     {
      command.what=COMMAND_HISTORY;
      return(json.Integer(JSON_ROOT,"since",0,command.since));
     }
   if(!json.Integer(JSON_ROOT,"expires",0,command.expires))
      return(false);
   if(type=="fire")
     {
      command.what=COMMAND_FIRE;
      return(ReadFire(json,command));
     }
   if(type=="modify")
     {
      command.what=COMMAND_MODIFY;
      return(ReadModify(json,command));
     }
   if(type=="cancel")
     {
      command.what=COMMAND_CANCEL;
      return(json.Integer(JSON_ROOT,"ticket",0,command.ticket));
     }
   command.what=COMMAND_CLOSE;
   return(type=="close" && json.Integer(JSON_ROOT,"ticket",0,command.ticket) && json.Real(JSON_ROOT,"lot",0.0,command.lot)
          && json.Real(JSON_ROOT,"if_lot",0.0,command.if_lot) && command.if_lot>0.0);
  }

//--- the command that an unfinished entry of the ledger keeps
bool CommandOf(const string text,Command &command)
  {
   CJson json;
   string type="";
   return(StringLen(text)!=0 && json.Parse(text) && json.Text(JSON_ROOT,"type",16,type) && ReadCommand(json,type,command));
  }
