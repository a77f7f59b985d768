//+------------------------------------------------------------------+
//| From hello to goodbye (protocol 2): who we are to the hub, whether|
//| it lives, and what is due when.                                   |
//+------------------------------------------------------------------+
#include "Greeting.mqh"
#include "Commands.mqh"
#include "News.mqh"

#define GREETING_MS     5000
#define BEAT_MS         1000  // ready is repeated, and a heartbeat sent, after this
#define FIRST_TRY_MS    1000
#define LONGEST_TRY_MS  32000
#define LEDGER_TRY_MS   5000
#define SPEC_CHECK_MS   1000

enum ENUM_STATE
  {
   STATE_WAITING,   // for the terminal, or for the next try
   STATE_GREETING,  // hello is sent
   STATE_PREPARING, // welcomed
   STATE_LIVE,
   STATE_ENDED      // refused for good
  };

class CSession
  {
private:
   ENUM_STATE        m_state;
   string            m_boot;
   string            m_session;
   string            m_why;        // of the present state, for the chart
   AccountName       m_account;
   long              m_epoch;
   long              m_greeted_at;
   long              m_heard_at;
   long              m_drained_at; // nothing more had come then
   long              m_retry_at;
   long              m_wait;
   long              m_ledger_at;
   long              m_prepared_since;
   bool              m_prepared;   // everything up to the first ready is sent
   long              m_ready_at;
   long              m_telemetry_at;
   long              m_ping_at;
   long              m_spec_at;
   long              m_nonce;

   bool              Grounded();
   bool              OpenLedger(const AccountName &account);
   void              Connect();
   void              Drain();
   void              Receive(const string text);
   void              Handle(const CJson &json,const string type,const string text);
   void              HandleCommand(const CJson &json,const string type,const string text);
   void              HandlePong(const CJson &json);
   void              Welcomed(const CJson &json);
   void              Dismissed(const CJson &json);
   void              GoLive();
   void              Prepare();
   void              Judge();
   void              Pulse();
   void              Beat(const long now);
   void              StartOver(const string why);
   void              Malformed(const string what);

public:
   ulong             foreign;      // messages of another session, dropped
   ulong             malformed;

   //--- false: this libzmq cannot make random names
   bool              Begin();
   void              Cycle();
   void              Leave(const string reason);
   bool              InSession() const { return(m_state==STATE_PREPARING || m_state==STATE_LIVE); }
   bool              IsLive() const { return(m_state==STATE_LIVE); }
   ENUM_STATE        State() const { return(m_state); }
   string            Why() const { return(m_why); }
   long              Epoch() const { return(m_epoch); }
   long              HeardAt() const { return(m_heard_at); }
   long              RetryAt() const { return(m_retry_at); }
  };

bool CSession::Begin()
  {
   m_state=STATE_WAITING;
   m_boot=RandomHex();
   m_session="";
   m_why="starting";
   m_account.server="";
   m_account.login=0;
   m_epoch=0;
   m_greeted_at=0;
   m_heard_at=0;
   m_drained_at=0;
   m_retry_at=0;
   m_wait=FIRST_TRY_MS;
   m_ledger_at=0;
   m_nonce=0;
   foreign=0;
   malformed=0;
   g_pace.Begin(InpTelemetryMs);
   return(StringLen(m_boot)!=0);
  }

//--- one turn of everything; never waits for the hub
void CSession::Cycle()
  {
   if(!g_clock.Set() || m_state==STATE_ENDED || !Grounded())
      return;
   if(m_state==STATE_WAITING && g_clock.Now()>=m_retry_at && TerminalInfoInteger(TERMINAL_CONNECTED)!=0)
      Connect();
   g_wire.FlushAll();
   Drain();
   if(InSession())
      g_quotes.Poll(m_session);
   if(g_ledger.IsOpen())
      g_commands.Work();
   if(m_state==STATE_PREPARING && !m_prepared)
      Prepare();
   Judge();
   if(InSession())
     {
      g_outbox.Send(m_session);
      Pulse();
     }
  }

//--- a terminal that is logged in, the account that it was, and a ledger that is ours alone
bool CSession::Grounded()
  {
   AccountName now={};
   ReadAccountName(now);
   if(now.login<=0 || StringLen(now.server)==0)
     {
      m_why="the terminal is not logged in to an account";
      g_log.SayNew("account",m_why+": File, Login to Trade Account");
      return(false);
     }
   if(g_ledger.IsOpen() && (now.login!=m_account.login || now.server!=m_account.server))
     {
      Leave("the terminal has changed its account");
      g_ledger.Close();
      StartOver("the terminal has changed its account");
     }
   if(g_ledger.IsOpen())
      return(true);
   if(InSession() || m_state==STATE_GREETING)
     {
      Leave("the ledger cannot be written");
      StartOver("the ledger cannot be written");
     }
   return(OpenLedger(now));
  }

bool CSession::OpenLedger(const AccountName &account)
  {
   if(g_clock.Now()<m_ledger_at)
      return(false);
   m_ledger_at=g_clock.Now()+LEDGER_TRY_MS;
   if(!g_ledger.Open(account.server,account.login,g_broker_time.Now()))
     {
      m_why="another chart or terminal trades this account with BITTEN";
      return(false);
     }
   m_account=account;
   g_commands.Begin(account);
   g_log.Say("account "+IntegerToString(account.login)+" at "+account.server+", ledger "+g_ledger.Ea()+", life "+IntegerToString(g_ledger.Life()));
   return(true);
  }

void CSession::Connect()
  {
   g_pace.Begin(InpTelemetryMs);
   m_greeted_at=g_clock.Now();
   m_session="";
   if(!g_wire.Open())
     {
      StartOver("no connection could be opened");
      return;
     }
   m_state=STATE_GREETING;
   m_why="greeting the hub";
   g_wire.SendCommand(HelloFrame(m_account,m_boot,m_greeted_at));
  }

//--- everything that has come, before anything is judged by what has not
void CSession::Drain()
  {
   string text="";
   while(g_wire.Receive(text))
      Receive(text);
   m_drained_at=g_clock.Now();
  }

void CSession::Welcomed(const CJson &json)
  {
   Welcome welcome={};
   if(!ReadWelcome(json,welcome))
     {
      Malformed("welcome");
      return;
     }
   if(m_state!=STATE_GREETING || welcome.echo!=m_greeted_at)
     {
      foreign++;
      return;
     }
   m_session=welcome.session;
   m_epoch=welcome.epoch;
   m_state=STATE_PREPARING;
   if(welcome.ack>=g_ledger.NextEvent())
     {
      g_ledger.Renew("the hub holds event "+IntegerToString(welcome.ack)+", which this ledger never wrote: it was rolled back");
      Leave("ledger renewed");
      StartOver("the ledger was renewed");
      return;
     }
   long now=g_clock.Now();
   m_heard_at=now;
   m_why="preparing";
   g_pace.Begin(welcome.telemetry_ms);
   g_hub_time.Welcomed(m_greeted_at,welcome.time);
   g_log.Say("connected to "+InpHost+", epoch "+IntegerToString(welcome.epoch));
   WelcomeSymbols(json);
   WelcomeBars(json);
   g_outbox.Restart();
   g_outbox.Ack(welcome.ack);
   m_prepared=false;
   m_prepared_since=now;
   m_ping_at=now;
   m_telemetry_at=now+welcome.telemetry_ms;
   m_spec_at=now+SPEC_CHECK_MS;
   g_news.Begin();
  }

//--- specs, bars, snapshot, ready, in this order; the terminal gets time to load what it must tell
void CSession::Prepare()
  {
   bool patient=g_clock.Now()-m_prepared_since<PATIENCE_MS;
   if(patient && !g_specs.Complete())
      return;
   SendSpecs(m_session);
   if(!g_bars.Send(m_session,patient))
      return;
   g_commands.TellAll();
   SendSnapshot(m_session);
   g_wire.SendFeedback(Frame("ready",m_session,g_bars.Counts()));
   m_ready_at=g_clock.Now()+g_pace.Scaled(BEAT_MS);
   m_prepared=true;
  }

void CSession::GoLive()
  {
   if(m_state!=STATE_LIVE)
     {
      m_telemetry_at=g_clock.Now();
      g_log.Say("live: the hub may fire");
     }
   m_state=STATE_LIVE;
   m_why="";
   m_wait=FIRST_TRY_MS;
   g_outbox.Restart();
  }

//--- after these another try would be answered in the same way (protocol 2.11); "": try again
string FinalWord(const string reason)
  {
   if(reason=="protocol_version")
      return("this EA is too old or too new for the hub: install the one that came with it");
   if(reason=="unknown_user")
      return("the hub knows no user "+InpUser+": check InpUser, or ask the operator");
   if(reason=="user_mismatch")
      return("this key belongs to another user than "+InpUser+": check InpUser, or give the operator your public key");
   if(reason=="user_revoked")
      return("the operator has taken "+InpUser+"'s access away");
   if(reason=="wrong_account")
      return("the hub does not take this account: log in to the one you told the operator, or ask for another");
   return(reason=="superseded" ? "another chart or terminal with this ledger took over: remove one of the two" : "");
  }

void CSession::Dismissed(const CJson &json)
  {
   string reason="";
   string message="";
   string session="";
   if(!json.Text(JSON_ROOT,"reason",64,reason) || !json.Text(JSON_ROOT,"message",TEXT_LIMIT,message))
     {
      Malformed("bye");
      return;
     }
   json.Text(JSON_ROOT,"session",ID_LIMIT,session);
   bool ours=(StringLen(session)==0) ? m_state==STATE_GREETING : InSession() && session==m_session;
   if(!ours)
     {
      foreign++;
      return;
     }
   string told=reason+(StringLen(message)==0 ? "" : ", "+message);
   string word=FinalWord(reason);
   if(StringLen(word)==0)
     {
      StartOver("the hub said bye: "+told);
      return;
     }
   m_state=STATE_ENDED;
   m_why=word;
   g_wire.Close();
   g_log.Say("refused by the hub ("+told+"): "+word+"; then attach the EA again");
  }

//--- by when the sockets were found empty: the broker may have held this thread since (protocol 2.8)
void CSession::Judge()
  {
   if(m_state==STATE_GREETING && m_drained_at-m_greeted_at>=g_pace.Scaled(GREETING_MS))
      StartOver("the hub at "+InpHost+":"+IntegerToString(InpCommandPort)+" did not answer: is it running, is InpServerKey right, does a firewall stand between?");
   else
      if(InSession() && m_drained_at-m_heard_at>=g_pace.TelemetryMs()*12/5)
         StartOver("nothing was heard from the hub for "+IntegerToString(m_drained_at-m_heard_at)+" ms");
  }

void CSession::StartOver(const string why)
  {
   g_wire.Close();
   m_state=STATE_WAITING;
   m_session="";
   g_pace.Begin(InpTelemetryMs);
   long wait=g_pace.Scaled(m_wait);
   m_retry_at=g_clock.Now()+wait;
   m_wait=MathMin(2*m_wait,(long)LONGEST_TRY_MS);
   m_why=why;
   g_log.Say(why+"; next try in "+IntegerToString(wait)+" ms");
  }

//--- what an EA sends by itself in a session (protocol 2.5, 2.10, 4)
void CSession::Pulse()
  {
   long now=g_clock.Now();
   if(m_state==STATE_PREPARING && m_prepared && now>=m_ready_at)
     {
      m_ready_at=now+g_pace.Scaled(BEAT_MS);
      g_wire.SendFeedback(Frame("ready",m_session,g_bars.Counts()));
     }
   if(m_prepared && now>=m_spec_at)
     {
      m_spec_at=now+SPEC_CHECK_MS;
      SendSpecs(m_session);
     }
   if(m_state==STATE_LIVE)
      g_news.Poll(m_session,now);
   if(now>=m_telemetry_at)
     {
      m_telemetry_at=now+g_pace.TelemetryMs();
      SendTelemetry(m_session);
     }
   if(now>=m_ping_at)
     {
      m_ping_at=now+g_pace.TelemetryMs();
      m_nonce++;
      g_wire.SendCommand(Frame("ping",m_session,JInteger("nonce",m_nonce)+JInteger("time",now)));
     }
   Beat(now);
  }

void CSession::Beat(const long now)
  {
   if(now-g_wire.fed_at<g_pace.Scaled(BEAT_MS))
      return;
   g_wire.SendHeartbeat(Frame("heartbeat",m_session,JInteger("time",g_broker_time.Market())+JInteger("next_event",g_ledger.NextEvent())));
  }

void CSession::Leave(const string reason)
  {
   if(InSession())
      g_wire.SendCommand(Frame("goodbye",m_session,JText("reason",reason)));
  }

#include "Reception.mqh"

CSession g_session;
