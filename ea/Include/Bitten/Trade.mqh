//+------------------------------------------------------------------+
//| From a command to OrderSend and from its answer to what that      |
//| means. Nothing here decides what is said of it.                   |
//+------------------------------------------------------------------+
#include "Rules.mqh"
#include "Retcodes.mqh"

#define CLOSE_DEVIATION 1000 // points: a close is meant whatever the price

struct Answer
  {
   ENUM_ANSWER       kind;
   long              retcode; // 0: the broker was not asked
   string            message;
   long              order;
   long              deal;
   double            lot;
   double            price;
   int               digits;
  };

//--- of a deal at the market; the flags of SYMBOL_FILLING_MODE are not the values of the order's field
ENUM_ORDER_TYPE_FILLING FillingOf(const string name)
  {
   long flags=SymbolInfoInteger(name,SYMBOL_FILLING_MODE);
   long execution=SymbolInfoInteger(name,SYMBOL_TRADE_EXEMODE);
   if(execution==SYMBOL_TRADE_EXECUTION_INSTANT || execution==SYMBOL_TRADE_EXECUTION_REQUEST)
      return(ORDER_FILLING_FOK);
   if((flags&SYMBOL_FILLING_FOK)!=0)
      return(ORDER_FILLING_FOK);
   if((flags&SYMBOL_FILLING_IOC)!=0)
      return(ORDER_FILLING_IOC);
   return(execution==SYMBOL_TRADE_EXECUTION_EXCHANGE ? ORDER_FILLING_RETURN : ORDER_FILLING_FOK);
  }

void Refuse(Answer &answer,const ENUM_ANSWER kind,const string message)
  {
   answer.kind=kind;
   answer.message=message;
  }

//--- blocks until the broker answers or gives up
void Send(MqlTradeRequest &request,Answer &answer)
  {
   MqlTradeResult result={};
   ResetLastError();
   bool sent=OrderSend(request,result);
   int error=GetLastError();
   answer.retcode=(long)result.retcode;
   answer.kind=KindOf(result.retcode);
   answer.order=(long)result.order;
   answer.deal=(long)result.deal;
   answer.lot=result.volume;
   answer.price=result.price;
   answer.digits=(int)SymbolInfoInteger(request.symbol,SYMBOL_DIGITS);
   answer.message="";
   if(answer.kind!=ANSWER_ACCEPTED && answer.kind!=ANSWER_PLACED)
     {
      answer.message=RetcodeText(result.retcode);
      if(StringLen(result.comment)!=0)
         answer.message+=" ("+result.comment+")";
      if(!sent && result.retcode==0)
         answer.message+=", error "+IntegerToString(error);
     }
  }

ENUM_ORDER_TYPE PendingType(const Command &fire)
  {
   if(fire.kind=="limit")
      return(fire.buy ? ORDER_TYPE_BUY_LIMIT : ORDER_TYPE_SELL_LIMIT);
   return(fire.buy ? ORDER_TYPE_BUY_STOP : ORDER_TYPE_SELL_STOP);
  }

//--- what is left of the deviation at this price, so that the whole way from `entry` is kept
void AskFire(const Command &fire,Answer &answer)
  {
   string name=g_symbols.ToBroker(fire.symbol);
   Quote quote={};
   if(!ReadQuote(name,quote))
     {
      Refuse(answer,ANSWER_RETRY,"there is no quote of "+name);
      return;
     }
   bool market=(fire.kind=="market");
   double price=fire.buy ? quote.ask : quote.bid;
   string away=market ? DeviationTrouble(name,fire,price) : "";
   if(StringLen(away)!=0)
     {
      Refuse(answer,ANSWER_RETRY,away); // it may come back before the command expires
      return;
     }
   string trouble=PriceTrouble(name,fire,quote);
   if(StringLen(trouble)!=0)
     {
      Refuse(answer,ANSWER_REFUSED,trouble);
      return;
     }
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   MqlTradeRequest request={};
   request.action=market ? TRADE_ACTION_DEAL : TRADE_ACTION_PENDING;
   request.magic=(ulong)fire.magic;
   request.symbol=name;
   request.volume=fire.lot;
   request.price=NormalizeDouble(market ? price : fire.entry,digits);
   request.sl=NormalizeDouble(fire.sl,digits);
   request.tp=NormalizeDouble(fire.tp,digits);
   request.deviation=(ulong)MathMax((long)0,fire.deviation-(long)MathRound(Points(name,MathAbs(price-fire.entry))));
   request.type=market ? (fire.buy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL) : PendingType(fire);
   request.type_filling=market ? FillingOf(name) : ORDER_FILLING_RETURN;
   request.type_time=ORDER_TIME_GTC;
   if(!market && fire.good_till>0)
     {
      request.type_time=ORDER_TIME_SPECIFIED;
      request.expiration=g_broker_time.FromUtc(fire.good_till);
     }
   request.comment=StringSubstr(fire.id,0,31);
   Send(request,answer);
  }

void AskClose(const Command &close,Answer &answer)
  {
   ulong ticket=SelectPosition(close.ticket);
   if(ticket==0)
     {
      Refuse(answer,ANSWER_REFUSED,"there is no position "+IntegerToString(close.ticket));
      answer.retcode=(long)TRADE_RETCODE_POSITION_CLOSED;
      return;
     }
   string name=PositionGetString(POSITION_SYMBOL);
   double held=PositionGetDouble(POSITION_VOLUME);
   bool buy=(PositionGetInteger(POSITION_TYPE)==POSITION_TYPE_BUY);
   double sl=PositionGetDouble(POSITION_SL);
   double tp=PositionGetDouble(POSITION_TP);
   long magic=PositionGetInteger(POSITION_MAGIC);
   double lot=(close.lot>0.0) ? close.lot : held;
   string trouble="";
   if(MathAbs(held-close.if_lot)>DUST)
      trouble="if_lot: the position's volume is "+Decimal(held)+", not "+Decimal(close.if_lot);
   else
      if(lot>held+DUST)
         trouble="volume "+Decimal(lot)+" is more than the position's "+Decimal(held);
      else
         if(lot<held-DUST)
            trouble=VolumeTrouble(name,lot);
   if(StringLen(trouble)!=0)
     {
      Refuse(answer,ANSWER_REFUSED,trouble);
      return;
     }
   Quote quote={};
   if(!ReadQuote(name,quote))
     {
      Refuse(answer,ANSWER_RETRY,"there is no quote of "+name);
      return;
     }
   double price=buy ? quote.bid : quote.ask;
   string frozen=FreezeTrouble(name,price,sl)+FreezeTrouble(name,price,tp);
   if(StringLen(frozen)!=0)
     {
      Refuse(answer,ANSWER_REFUSED,frozen);
      return;
     }
   MqlTradeRequest request={};
   request.action=TRADE_ACTION_DEAL;
   request.magic=IsOurMagic(magic) ? (ulong)magic : (ulong)MAGIC_PREFIX<<MAGIC_PREFIX_SHIFT;
   request.symbol=name;
   request.volume=lot;
   request.price=price;
   request.deviation=CLOSE_DEVIATION;
   request.type=buy ? ORDER_TYPE_SELL : ORDER_TYPE_BUY;
   request.type_filling=FillingOf(name);
   request.position=ticket;
   request.comment=StringSubstr(close.id,0,31);
   Send(request,answer);
  }

double Moved(const bool given,const double level,const double present,const int digits)
  {
   return(given ? NormalizeDouble(level,digits) : present);
  }

//--- only what changes is judged
string MoveTrouble(const string name,const bool buy,const double from,const double old_sl,const double sl,const double old_tp,const double tp)
  {
   return(StopsTrouble(name,buy,from,MathAbs(sl-old_sl)<DUST*PointOf(name) ? 0.0 : sl,MathAbs(tp-old_tp)<DUST*PointOf(name) ? 0.0 : tp));
  }

void AskMovePosition(const Command &modify,const ulong ticket,Answer &answer)
  {
   string name=PositionGetString(POSITION_SYMBOL);
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   bool buy=(PositionGetInteger(POSITION_TYPE)==POSITION_TYPE_BUY);
   double old_sl=PositionGetDouble(POSITION_SL);
   double old_tp=PositionGetDouble(POSITION_TP);
   double sl=Moved(modify.has_sl,modify.sl,old_sl,digits);
   double tp=Moved(modify.has_tp,modify.tp,old_tp,digits);
   Quote quote={};
   if(!ReadQuote(name,quote))
     {
      Refuse(answer,ANSWER_RETRY,"there is no quote of "+name);
      return;
     }
   double price=buy ? quote.bid : quote.ask;
   string trouble=FreezeTrouble(name,price,old_sl)+FreezeTrouble(name,price,old_tp);
   if(StringLen(trouble)==0)
      trouble=MoveTrouble(name,buy,price,old_sl,sl,old_tp,tp);
   if(StringLen(trouble)!=0)
     {
      Refuse(answer,ANSWER_REFUSED,trouble);
      return;
     }
   MqlTradeRequest request={};
   request.action=TRADE_ACTION_SLTP;
   request.symbol=name;
   request.sl=sl;
   request.tp=tp;
   request.position=ticket;
   Send(request,answer);
  }

void AskMoveOrder(const Command &modify,Answer &answer)
  {
   string name=OrderGetString(ORDER_SYMBOL);
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   double price=OrderGetDouble(ORDER_PRICE_OPEN);
   double old_sl=OrderGetDouble(ORDER_SL);
   double old_tp=OrderGetDouble(ORDER_TP);
   bool buy=IsBuyOrder(OrderGetInteger(ORDER_TYPE));
   MqlTradeRequest request={};
   request.action=TRADE_ACTION_MODIFY;
   request.symbol=name;
   request.order=(ulong)modify.ticket;
   request.price=price;
   request.sl=Moved(modify.has_sl,modify.sl,old_sl,digits);
   request.tp=Moved(modify.has_tp,modify.tp,old_tp,digits);
   request.type_time=(ENUM_ORDER_TYPE_TIME)OrderGetInteger(ORDER_TYPE_TIME);
   request.expiration=(datetime)OrderGetInteger(ORDER_TIME_EXPIRATION);
   string trouble=MoveTrouble(name,buy,price,old_sl,request.sl,old_tp,request.tp);
   if(StringLen(trouble)!=0)
     {
      Refuse(answer,ANSWER_REFUSED,trouble);
      return;
     }
   Send(request,answer);
  }

void AskModify(const Command &modify,Answer &answer)
  {
   ulong ticket=SelectPosition(modify.ticket);
   if(ticket!=0)
     {
      AskMovePosition(modify,ticket,answer);
      return;
     }
   if(OrderSelect((ulong)modify.ticket))
     {
      AskMoveOrder(modify,answer);
      return;
     }
   Refuse(answer,ANSWER_REFUSED,"there is no position or order "+IntegerToString(modify.ticket));
   answer.retcode=(long)TRADE_RETCODE_POSITION_CLOSED;
  }

//--- the standing order must be selected
void AskRemove(const ulong order,Answer &answer)
  {
   string name=OrderGetString(ORDER_SYMBOL);
   Quote quote={};
   if(ReadQuote(name,quote))
     {
      double price=IsBuyOrder(OrderGetInteger(ORDER_TYPE)) ? quote.ask : quote.bid;
      string frozen=FreezeTrouble(name,price,OrderGetDouble(ORDER_PRICE_OPEN));
      if(StringLen(frozen)!=0)
        {
         Refuse(answer,ANSWER_REFUSED,frozen);
         return;
        }
     }
   MqlTradeRequest request={};
   request.action=TRADE_ACTION_REMOVE;
   request.symbol=name;
   request.order=order;
   Send(request,answer);
  }

void AskCancel(const Command &cancel,Answer &answer)
  {
   if(OrderSelect((ulong)cancel.ticket))
     {
      AskRemove((ulong)cancel.ticket,answer);
      return;
     }
   Refuse(answer,ANSWER_REFUSED,"there is no order "+IntegerToString(cancel.ticket));
   answer.retcode=(long)TRADE_RETCODE_INVALID_ORDER;
  }

void Ask(const Command &command,Answer &answer)
  {
   switch(command.what)
     {
      case COMMAND_FIRE:
         AskFire(command,answer);
         break;
      case COMMAND_CLOSE:
         AskClose(command,answer);
         break;
      case COMMAND_MODIFY:
         AskModify(command,answer);
         break;
      default:
         AskCancel(command,answer);
         break;
     }
  }
