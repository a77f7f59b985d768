//+------------------------------------------------------------------+
//| The ledger read back, line by line: what each record says happened|
//| happens again in memory. Part of Ledger.mqh.                      |
//+------------------------------------------------------------------+
bool CLedger::Load(const string &lines[])
  {
   bool sound=true;
   int count=ArraySize(lines);
   CJson json;
   for(int i=0; i<count; i++)
     {
      string kind="";
      if(!json.Parse(lines[i]) || !json.Text(JSON_ROOT,"t",16,kind) || !Replay(json,kind))
         sound=false;
     }
   return(sound);
  }

bool CLedger::Replay(const CJson &json,const string kind)
  {
   if(kind=="event")
      return(ReplayEvent(json));
   if(kind=="entry")
     {
      Entry entry={};
      if(!ReadEntry(json,entry))
         return(false);
      Put(entry);
      return(true);
     }
   if(kind=="ack")
     {
      long n=0;
      if(!json.Integer(JSON_ROOT,"n",0,n))
         return(false);
      while(ArraySize(m_events)>0 && m_events[0].n<=n)
         ArrayRemove(m_events,0,1);
      return(true);
     }
   if(kind=="life")
      return(json.Integer(JSON_ROOT,"life",1,m_life));
   if(kind=="passed")
     {
      string signal_id="";
      if(!json.Id(JSON_ROOT,"signal_id",signal_id))
         return(false);
      MarkPassed(signal_id);
      return(true);
     }
   if(kind=="told")
     {
      long deal=0;
      long time=0;
      if(!json.Integer(JSON_ROOT,"deal",1,deal) || !json.Integer(JSON_ROOT,"at",0,time))
         return(false);
      MarkTold(deal,time);
      return(true);
     }
   long version=0;
   return(kind=="ledger" && json.Integer(JSON_ROOT,"v",1,version) && version==LEDGER_VERSION
          && json.Id(JSON_ROOT,"ea",m_ea) && json.Text(JSON_ROOT,"server",TEXT_LIMIT,m_server)
          && json.Integer(JSON_ROOT,"login",1,m_login) && json.Integer(JSON_ROOT,"life",1,m_life)
          && json.Integer(JSON_ROOT,"next",1,m_next) && json.Integer(JSON_ROOT,"origin",0,m_origin)
          && json.Integer(JSON_ROOT,"upto",0,m_upto));
  }

bool CLedger::ReplayEvent(const CJson &json)
  {
   Event event={};
   long stage=0;
   long deal=0;
   long time=0;
   int body=json.Object(JSON_ROOT,"body",JSON_OBJECT);
   if(body<0 || !json.Integer(JSON_ROOT,"n",1,event.n) || !json.Text(JSON_ROOT,"type",16,event.type)
      || !json.Flag(JSON_ROOT,"again",event.again) || !json.Integer(JSON_ROOT,"stage",-1,stage)
      || !json.Integer(JSON_ROOT,"deal",0,deal) || !json.Integer(JSON_ROOT,"at",0,time))
      return(false);
   event.body=FieldsOf(json.Raw(body));
   Settle(json,event,stage);
   if(deal>0)
      MarkTold(deal,time);
   Keep(event);
   return(true);
  }
