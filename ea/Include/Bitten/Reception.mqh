//+------------------------------------------------------------------+
//| What the hub says, sorted: what cannot be read and what is of     |
//| another session is dropped and counted (protocol 2.4, 8.1). Part  |
//| of Session.mqh.                                                   |
//+------------------------------------------------------------------+
void CSession::Malformed(const string what)
  {
   malformed++;
   g_log.Say("dropped from the hub, malformed: "+Clipped(what,120));
  }

void CSession::Receive(const string text)
  {
   CJson json;
   string type="";
   if(!json.Parse(text) || !json.Text(JSON_ROOT,"type",16,type))
     {
      Malformed(text);
      return;
     }
   if(type=="welcome")
     {
      Welcomed(json);
      return;
     }
   if(type=="bye")
     {
      Dismissed(json);
      return;
     }
   string session="";
   if(!InSession() || !json.Id(JSON_ROOT,"session",session) || session!=m_session)
     {
      foreign++;
      return;
     }
   m_heard_at=g_clock.Now();
   Handle(json,type,text);
  }

void CSession::Handle(const CJson &json,const string type,const string text)
  {
   long number=0;
   long time=0;
   bool read=true;
   if(type=="live")
      GoLive();
   else
      if(type=="ping")
        {
         read=json.Integer(JSON_ROOT,"nonce",0,number) && json.Integer(JSON_ROOT,"time",0,time);
         if(read)
            g_wire.SendCommand(Frame("pong",m_session,JInteger("nonce",number)+JInteger("time",g_clock.Now())+JInteger("echo",time)));
        }
      else
         if(type=="pong")
            HandlePong(json);
         else
            if(type=="ack")
              {
               read=json.Integer(JSON_ROOT,"n",0,number);
               if(read)
                  g_outbox.Ack(number);
              }
            else
               if(type=="resend")
                 {
                  read=json.Integer(JSON_ROOT,"from",1,number);
                  if(read)
                     g_outbox.Resend(number);
                 }
               else
                  HandleCommand(json,type,text);
   if(!read)
      Malformed(text);
  }

void CSession::HandlePong(const CJson &json)
  {
   long sent=0;
   long time=0;
   if(json.Integer(JSON_ROOT,"echo",0,sent) && json.Integer(JSON_ROOT,"time",0,time))
      g_hub_time.Ponged(sent,time,g_clock.Now());
   else
      Malformed("pong");
  }

void CSession::HandleCommand(const CJson &json,const string type,const string text)
  {
   bool order=(type=="fire" || type=="modify" || type=="close" || type=="cancel");
   if(!order && type!="query" && type!="history")
     {
      if(!g_signals.Hear(json,type))
         Malformed(text);
      return;
     }
   Command command={};
   if(!ReadCommand(json,type,command))
     {
      Malformed(text);
      return;
     }
   g_commands.Take(command,text);
   if(command.what==COMMAND_FIRE)
      g_signals.Note(command.signal_id,g_chronicle.LastId()==command.id ? g_chronicle.Last() : "sent to the broker");
   g_outbox.Send(m_session);
  }
