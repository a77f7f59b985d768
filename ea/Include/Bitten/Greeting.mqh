//+------------------------------------------------------------------+
//| How the EA introduces itself, what the welcome says, and what the |
//| hub must know before it may fire (protocol 2.1 to 2.7).           |
//+------------------------------------------------------------------+
#include "Account.mqh"
#include "Quotes.mqh"
#include "Bars.mqh"
#include "Signals.mqh"
#include "Outbox.mqh"

#define PROTOCOL     1
#define PATIENCE_MS  10000 // for the terminal to load symbols and bars
#define TELEMETRY_MOST 3600000

struct Welcome
  {
   string            session;
   long              epoch;
   long              time;
   long              echo;
   long              telemetry_ms;
   long              ack;
  };

string HelloFrame(const AccountName &account,const string boot,const long now)
  {
   return("{\"type\":\"hello\""+JInteger("protocol",PROTOCOL)+JText("user",InpUser)+JText("ea",g_ledger.Ea())
          +JInteger("build",TerminalInfoInteger(TERMINAL_BUILD))+JRaw("account",JObject(AccountFields(account)))
          +JInteger("time",now)+JInteger("utc_offset",g_broker_time.Offset())
          +JInteger("first_event",g_ledger.FirstEvent())+JInteger("next_event",g_ledger.NextEvent())
          +JInteger("life",g_ledger.Life())+JText("boot",boot)+JFlag("trade_allowed",StringLen(TradingOffWhy())==0)+"}");
  }

//--- false: malformed. Symbols, bars and the trading state go where they belong
bool ReadWelcome(const CJson &json,Welcome &welcome)
  {
   int symbols=json.Object(JSON_ROOT,"symbols",JSON_ARRAY);
   int bars=json.Object(JSON_ROOT,"bars",JSON_ARRAY);
   int trading=json.Object(JSON_ROOT,"trading",JSON_OBJECT);
   return(symbols>=0 && bars>=0 && trading>=0 && json.Id(JSON_ROOT,"session",welcome.session)
          && json.Integer(JSON_ROOT,"epoch",0,welcome.epoch) && json.Integer(JSON_ROOT,"time",0,welcome.time)
          && json.Integer(JSON_ROOT,"echo",0,welcome.echo) && json.Integer(JSON_ROOT,"telemetry_ms",1,welcome.telemetry_ms)
          && welcome.telemetry_ms<=TELEMETRY_MOST && json.Integer(JSON_ROOT,"ack",0,welcome.ack)
          && g_signals.HearTrading(json,trading));
  }

void WelcomeSymbols(const CJson &json)
  {
   g_specs.Begin();
   int symbols=json.Object(JSON_ROOT,"symbols",JSON_ARRAY);
   for(int node=json.Next(symbols,-1); node>=0; node=json.Next(symbols,node))
      if(json.Kind(node)==JSON_STRING && IsSymbolName(json.Raw(node)))
         g_specs.Add(json.Raw(node));
   g_quotes.Begin();
  }

void WelcomeBars(const CJson &json)
  {
   g_bars.Begin();
   int bars=json.Object(JSON_ROOT,"bars",JSON_ARRAY);
   for(int node=json.Next(bars,-1); node>=0; node=json.Next(bars,node))
     {
      BarsWanted wanted={};
      long count=0;
      if(!json.Symbol(node,"symbol",wanted.symbol) || !json.Text(node,"timeframe",3,wanted.timeframe)
         || !json.Integer(node,"count",1,count) || count>10000)
         continue;
      wanted.count=(int)count;
      g_bars.Want(wanted);
     }
  }

//--- what changed; the first time everything
void SendSpecs(const string session)
  {
   int count=g_specs.Count();
   for(int i=0; i<count; i++)
     {
      string fields=g_specs.Changed(i);
      if(StringLen(fields)!=0)
         g_wire.SendFeedback(Frame("spec",session,fields));
     }
  }

void SendSnapshot(const string session)
  {
   string parts[];
   OpenParts(parts);
   int count=ArraySize(parts);
   for(int i=0; i<count; i++)
      g_wire.SendFeedback(Frame("snapshot",session,JInteger("next_event",g_ledger.NextEvent())+parts[i]));
  }

void SendTelemetry(const string session)
  {
   string parts[];
   OpenParts(parts);
   int count=ArraySize(parts);
   string money=JInteger("time",g_broker_time.Market())+JInteger("utc_offset",g_broker_time.Offset())
                +JInteger("next_event",g_ledger.NextEvent())+MoneyFields();
   for(int i=0; i<count; i++)
      parts[i]=Frame("telemetry",session,money+parts[i]);
   g_wire.SendTelemetry(parts);
  }
