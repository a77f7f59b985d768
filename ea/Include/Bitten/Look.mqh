//+------------------------------------------------------------------+
//| What became of a command whose answer is not known: a fire is     |
//| found by its magic among deals, orders and the history of orders, |
//| the others by what they should have done (protocol 5.5).          |
//+------------------------------------------------------------------+
#include "Trade.mqh"

enum ENUM_FOUND
  {
   FOUND_NOTHING, // nothing yet
   FOUND_WAIT,    // something is under way
   FOUND_END      // `outcome` says what became of it
  };

struct OrderEnd
  {
   ulong             ticket;
   ENUM_ORDER_STATE  state;
   double            filled; // lots
   long              time;   // broker milliseconds
  };

//--- the newest order of the history with a magic; false: none
bool FindOrderEnd(const long magic,const long since_ms,OrderEnd &end)
  {
   datetime from=(datetime)(since_ms/1000-LOOK_BACK_SECONDS);
   if(!HistorySelect(from,(datetime)((long)TimeTradeServer()+AHEAD_SECONDS)))
      return(false);
   for(int i=HistoryOrdersTotal()-1; i>=0; i--)
     {
      ulong ticket=HistoryOrderGetTicket(i);
      if(ticket==0 || HistoryOrderGetInteger(ticket,ORDER_MAGIC)!=magic)
         continue;
      long type=HistoryOrderGetInteger(ticket,ORDER_TYPE);
      long position=HistoryOrderGetInteger(ticket,ORDER_POSITION_ID);
      if(StringLen(PendingKind(type))==0 && position!=0 && position!=(long)ticket)
         continue; // closes a position under its magic
      end.ticket=ticket;
      end.state=(ENUM_ORDER_STATE)HistoryOrderGetInteger(ticket,ORDER_STATE);
      end.filled=HistoryOrderGetDouble(ticket,ORDER_VOLUME_INITIAL)-HistoryOrderGetDouble(ticket,ORDER_VOLUME_CURRENT);
      end.time=HistoryOrderGetInteger(ticket,ORDER_TIME_DONE_MSC);
      return(true);
     }
   return(false);
  }

//--- the account knows this magic: what a ledger that was lost would not tell
bool IsAtBroker(const long magic)
  {
   if(SelectOrderOf(magic)!=0)
      return(true);
   int count=PositionsTotal();
   for(int i=0; i<count; i++)
      if(PositionGetTicket(i)!=0 && PositionGetInteger(POSITION_MAGIC)==magic)
         return(true);
   Fill fill={};
   return(FindFill(magic,g_broker_time.Now(),fill));
  }

//--- the remainder of what was filled in part is cancelled before anything is said (protocol 6.4)
void CancelRest(const ulong order)
  {
   Answer answer={};
   AskRemove(order,answer);
   if(answer.kind==ANSWER_REFUSED)
      g_log.SayNew("rest","the rest of order "+IntegerToString((long)order)+" cannot be cancelled yet: "+answer.message);
  }

ENUM_FOUND LookForFill(const Command &fire,const Fill &fill,const long since_ms,Outcome &outcome)
  {
   bool whole=(fill.lot>=fire.lot-DUST);
   FillOutcome(fill,whole ? "filled" : "partial",outcome);
   if(whole)
      return(FOUND_END);
   ulong order=SelectOrderOf(fire.magic);
   if(order!=0)
     {
      CancelRest(order);
      return(FOUND_WAIT);
     }
   OrderEnd end={};
   if(!FindOrderEnd(fire.magic,since_ms,end) || fill.lot<end.filled-DUST)
      return(FOUND_WAIT); // a deal is still to come
   return(FOUND_END);
  }

//--- how an order without a deal ended; a market order that ends so was not executed
string EndStatus(const Command &fire,const ENUM_ORDER_STATE state)
  {
   if(state==ORDER_STATE_REJECTED || (fire.kind=="market" && state!=ORDER_STATE_FILLED))
      return("rejected");
   if(state==ORDER_STATE_CANCELED)
      return("cancelled");
   return(state==ORDER_STATE_EXPIRED ? "expired" : "");
  }

ENUM_FOUND LookForFire(const Command &fire,const long since_ms,Outcome &outcome)
  {
   Fill fill={};
   if(FindFill(fire.magic,since_ms,fill))
      return(LookForFill(fire,fill,since_ms,outcome));
   ulong order=SelectOrderOf(fire.magic);
   if(order!=0)
     {
      outcome.status="placed";
      outcome.ticket=(long)order;
      outcome.lot=OrderGetDouble(ORDER_VOLUME_CURRENT);
      outcome.retcode=(long)TRADE_RETCODE_PLACED;
      return(fire.kind=="market" ? FOUND_WAIT : FOUND_END);
     }
   OrderEnd end={};
   if(!FindOrderEnd(fire.magic,since_ms,end))
      return(FOUND_NOTHING);
   outcome.status=EndStatus(fire,end.state);
   outcome.ticket=(long)end.ticket;
   outcome.time=g_broker_time.ToUtc(end.time);
   return(StringLen(outcome.status)==0 ? FOUND_WAIT : FOUND_END);
  }

bool IsAt(const double level,const double wanted,const string name)
  {
   return(MathAbs(level-wanted)<PointOf(name)/2.0);
  }

bool IsModified(const Command &modify)
  {
   if(SelectPosition(modify.ticket)!=0)
     {
      string name=PositionGetString(POSITION_SYMBOL);
      return((!modify.has_sl || IsAt(PositionGetDouble(POSITION_SL),modify.sl,name))
             && (!modify.has_tp || IsAt(PositionGetDouble(POSITION_TP),modify.tp,name)));
     }
   if(!OrderSelect((ulong)modify.ticket))
      return(false);
   string name=OrderGetString(ORDER_SYMBOL);
   return((!modify.has_sl || IsAt(OrderGetDouble(ORDER_SL),modify.sl,name))
          && (!modify.has_tp || IsAt(OrderGetDouble(ORDER_TP),modify.tp,name)));
  }

bool IsClosed(const Command &close)
  {
   if(SelectPosition(close.ticket)==0)
      return(true);
   return(PositionGetDouble(POSITION_VOLUME)<close.if_lot-DUST);
  }

bool IsCancelled(const Command &cancel)
  {
   ulong order=(ulong)cancel.ticket;
   return(!OrderSelect(order) && HistoryOrderSelect(order) && HistoryOrderGetInteger(order,ORDER_STATE)==ORDER_STATE_CANCELED);
  }

ENUM_FOUND Look(const Command &command,const long since_ms,Outcome &outcome)
  {
   if(command.what==COMMAND_FIRE)
      return(LookForFire(command,since_ms,outcome));
   outcome.status="done";
   outcome.message="found done";
   outcome.ticket=command.ticket;
   bool done=false;
   switch(command.what)
     {
      case COMMAND_CLOSE:
         done=IsClosed(command);
         break;
      case COMMAND_MODIFY:
         done=IsModified(command);
         break;
      default:
         done=IsCancelled(command);
         break;
     }
   return(done ? FOUND_END : FOUND_NOTHING);
  }
