//+------------------------------------------------------------------+
//| What the account did, told: deals that are not events yet, pending|
//| orders that ended, and a history that the hub asks for. Part of   |
//| Commands.mqh.                                                     |
//+------------------------------------------------------------------+
//--- deals that were not told, and pending orders that ended
void CCommands::Scan()
  {
   m_hint=false;
   m_scanned=g_clock.Now();
   m_positions=PositionsTotal();
   m_orders=OrdersTotal();
   ulong tickets[];
   DealsSince((datetime)(g_ledger.ToldUpTo()/1000-LOOK_BACK_SECONDS),tickets);
   int count=ArraySize(tickets);
   for(int i=0; i<count && g_ledger.IsOpen(); i++)
     {
      if(g_ledger.Told((long)tickets[i]))
         continue;
      Deal deal={};
      if(!ReadDeal(tickets[i],deal) || deal.time<g_ledger.Origin())
         g_ledger.Skip((long)tickets[i],0);
      else
         TellDeal(deal);
     }
   count=g_ledger.Entries();
   for(int i=0; i<count && g_ledger.IsOpen(); i++)
      if(g_ledger.StageOf(i)==STAGE_PLACED)
         Resolve(i,true);
  }

void CCommands::TellDeal(const Deal &deal)
  {
   if(Opens(deal))
      TellOpening(deal);
   if(deal.entry==DEAL_ENTRY_IN)
      return;
   string fields=ClosedFields(deal);
   if(g_ledger.Append("closed",fields,false,-1,(long)deal.ticket,deal.time))
      g_log.Say("closed "+DoubleToString(deal.lot,2)+" "+deal.name+" ("+CloseReason(deal)+"): "+DoubleToString(deal.profit,MoneyDigits()));
  }

//--- a deal is the truth, and overrides whatever was said before (protocol 5.5)
void CCommands::TellOpening(const Deal &deal)
  {
   int at=g_ledger.Find(g_ledger.FireOf(deal.magic));
   if(at<0)
     {
      if(deal.entry==DEAL_ENTRY_IN)
         g_ledger.Skip((long)deal.ticket,deal.time);
      return;
     }
   if(HasFill(at))
      g_ledger.Skip((long)deal.ticket,deal.time);
   else
      if(!Resolve(at,true))
         TellForgotten(at,deal);
  }

//--- an opening of a fire that was told as final long ago: its command is not kept any more
void CCommands::TellForgotten(const int at,const Deal &deal)
  {
   Entry entry={};
   g_ledger.Read(at,entry);
   Fill fill={};
   if(StringLen(entry.command)!=0 || !FindFill(deal.magic,deal.time,fill))
      return;
   Outcome outcome={};
   FillOutcome(fill,"filled",outcome);
   g_chronicle.Conclude(entry.id,STAGE_FINAL,outcome);
  }

//--- the entry's outcome is a fill already
bool CCommands::HasFill(const int at) const
  {
   Entry entry={};
   g_ledger.Read(at,entry);
   return(StringFind(entry.outcome,"\"status\":\"filled\"")>=0 || StringFind(entry.outcome,"\"status\":\"partial\"")>=0);
  }

//--- deals since a time come again as new events, then this is said to be done (protocol 5.8)
bool CCommands::TellHistory(const Command &command)
  {
   Scan(); // what was not told yet is told first
   ulong tickets[];
   DealsSince(g_broker_time.FromUtc(command.since),tickets);
   int count=ArraySize(tickets);
   for(int i=0; i<count; i++)
     {
      Deal deal={};
      if(!ReadDeal(tickets[i],deal) || g_broker_time.ToUtc(deal.time)<command.since)
         continue;
      int at=Opens(deal) ? g_ledger.Find(g_ledger.FireOf(deal.magic)) : -1;
      if(at>=0 && HasFill(at) && !g_chronicle.SayAgain(at))
         return(false);
      if(deal.entry!=DEAL_ENTRY_IN && !g_ledger.Append("closed",ClosedFields(deal),false,-1,(long)deal.ticket,deal.time))
         return(false);
     }
   Outcome done={};
   done.status="done";
   return(g_chronicle.Conclude(command.id,STAGE_FINAL,done));
  }
