//+------------------------------------------------------------------+
//| BITTEN.mq5: the trader's end of BITTEN. It shows the market and   |
//| the account to the hub, carries each of its commands out once, and|
//| never forgets what became of it. The wire: docs/protocol.md.      |
//+------------------------------------------------------------------+
#property copyright   "BITTEN"
#property version     "8.00"
#property description "Connects this account to a BITTEN hub over ZMQ. Needs DLL imports and AutoTrading."
#property strict

#include <Bitten/Panel.mqh>

#define TIMER_MS 10

//--- what would never work, in one line that says what to do; "": the inputs are good
string InputTrouble()
  {
   if(!IsId(InpUser))
      return("InpUser '"+InpUser+"': enter the user name that the hub's operator gave you");
   if(StringLen(InpHost)==0)
      return("InpHost is empty: enter the hub's host name or address");
   if(InpCommandPort<1 || InpCommandPort>65535 || InpFeedbackPort<1 || InpFeedbackPort>65535)
      return("InpCommandPort and InpFeedbackPort must be 1 to 65535");
   if(StringLen(InpServerKey)!=0 && StringLen(InpServerKey)!=KEY_LETTERS)
      return("InpServerKey has "+IntegerToString(StringLen(InpServerKey))+" characters: the hub's public key has 40");
   if(InpTelemetryMs<1 || InpTelemetryMs>TELEMETRY_MOST)
      return("InpTelemetryMs "+IntegerToString(InpTelemetryMs)+": allowed are 1 to 3600000");
   if(InpMaxLot<0.0 || InpMaxPositions<0 || InpDailyLoss<0.0)
      return("InpMaxLot, InpMaxPositions and InpDailyLoss must be 0 or more");
   return("");
  }

int OnInit()
  {
   g_ledger.Begin(); // OnDeinit comes after a failure, too
   if(MQLInfoInteger(MQL_DLLS_ALLOWED)==0)
     {
      g_log.Say("DLL imports are not allowed: tick Allow DLL imports in Tools, Options, Expert Advisors, then attach the EA again");
      return(INIT_FAILED);
     }
   string trouble=InputTrouble();
   if(StringLen(trouble)!=0)
     {
      g_log.Say(trouble);
      return(INIT_PARAMETERS_INCORRECT);
     }
   int major=0;
   int minor=0;
   int patch=0;
   zmq_version(major,minor,patch);
   g_log.Say(StringFormat("libzmq %d.%d.%d, user %s, hub %s:%d and %d, %s",major,minor,patch,InpUser,InpHost,InpCommandPort,
                          InpFeedbackPort,StringLen(InpServerKey)==0 ? "plain" : "encrypted"));
   g_clock.Begin();
   g_broker_time.Begin();
   g_symbols.Begin();
   g_specs.Begin();
   g_signals.Begin();
   g_panel.Begin();
   if(StringLen(InpServerKey)!=0 && !g_keys.Begin(InpUser))
      return(INIT_FAILED);
   if(!g_wire.Begin() || !g_session.Begin())
     {
      g_log.Say("libzmq gives no context or no random numbers: take the libzmq.dll that `bitten ea export` gives");
      return(INIT_FAILED);
     }
   if(!EventSetMillisecondTimer(TIMER_MS))
     {
      g_log.Say("the terminal gives no timer, error "+IntegerToString(GetLastError())+": attach the EA again");
      return(INIT_FAILED);
     }
   return(INIT_SUCCEEDED);
  }

//--- well under the 2.5 s after which the terminal kills
void OnDeinit(const int reason)
  {
   EventKillTimer();
   g_session.Leave("the EA is removed, reason "+IntegerToString(reason));
   g_wire.End();
   g_ledger.Close();
   g_panel.End();
   g_log.Say(StringFormat("left: %I64u ticks sent, %I64u dropped, %d events not acked, %I64u foreign and %I64u malformed messages",
                          g_wire.ticks_sent,g_wire.ticks_dropped,g_ledger.Unacked(),g_session.foreign,g_session.malformed+g_wire.oversized));
  }

void OnTick()
  {
   g_session.Cycle();
  }

void OnTimer()
  {
   g_session.Cycle();
   g_panel.Draw(false);
  }

//--- a hint to look, not a truth: transactions come in any order, and not all of them come
void OnTradeTransaction(const MqlTradeTransaction &trans,const MqlTradeRequest &request,const MqlTradeResult &result)
  {
   g_commands.Hint();
  }

void OnChartEvent(const int id,const long &lparam,const double &dparam,const string &sparam)
  {
   if(id==CHARTEVENT_OBJECT_CLICK && g_panel.Clicked(sparam))
      g_session.Cycle();
  }
