//+------------------------------------------------------------------+
//| What this EA refuses by itself: commands that a broker would      |
//| refuse (it never repairs one, protocol 5.7), and what the trader's|
//| own limits forbid. Every answer is a reason; "": nothing forbids. |
//+------------------------------------------------------------------+
#include "Deals.mqh"

#define OUTBOX_LIMIT 10000
#define DUST         0.000001

struct Quote
  {
   double            bid;
   double            ask;
  };

bool ReadQuote(const string name,Quote &quote)
  {
   MqlTick tick={};
   if(!SymbolInfoTick(name,tick) || tick.bid<=0.0 || tick.ask<tick.bid)
      return(false);
   quote.bid=tick.bid;
   quote.ask=tick.ask;
   return(true);
  }

double PointOf(const string name)
  {
   return(SymbolInfoDouble(name,SYMBOL_POINT));
  }

//--- a distance in points, freed of the dust of binary prices
double Points(const string name,const double distance)
  {
   return(MathRound(distance/PointOf(name)/DUST)*DUST);
  }

bool IsMultiple(const double value,const double step)
  {
   if(step<=0.0)
      return(true);
   double times=value/step;
   return(MathAbs(times-MathRound(times))<0.00001);
  }

string VolumeTrouble(const string name,const double lot)
  {
   double least=SymbolInfoDouble(name,SYMBOL_VOLUME_MIN);
   double most=SymbolInfoDouble(name,SYMBOL_VOLUME_MAX);
   double step=SymbolInfoDouble(name,SYMBOL_VOLUME_STEP);
   if(lot>=least-DUST && lot<=most+DUST && IsMultiple(lot,step))
      return("");
   return("volume "+Decimal(lot)+" of "+name+": allowed are "+Decimal(least)+" to "+Decimal(most)+" in steps of "+Decimal(step));
  }

//--- a level must be on its side of a price, and away from it by the stops level
string SideTrouble(const string name,const string what,const double level,const double from,const bool above)
  {
   double away=Points(name,above ? level-from : from-level);
   long least=SymbolInfoInteger(name,SYMBOL_TRADE_STOPS_LEVEL);
   if(away>0.0 && away>=(double)least)
      return("");
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   return(what+" "+DoubleToString(level,digits)+" must be "+(above ? "above " : "below ")+DoubleToString(from,digits)
          +" by at least "+IntegerToString(least)+" points");
  }

string GridTrouble(const string name,const string what,const double level)
  {
   double tick=SymbolInfoDouble(name,SYMBOL_TRADE_TICK_SIZE);
   return(IsMultiple(level,tick) ? "" : what+" "+Decimal(level)+" is no multiple of "+Decimal(tick));
  }

string StopTrouble(const string name,const string what,const double level,const double from,const bool above)
  {
   if(level<=0.0)
      return("");
   string grid=GridTrouble(name,what,level);
   return(StringLen(grid)!=0 ? grid : SideTrouble(name,what,level,from,above));
  }

//--- a BUY's stops are measured from the bid, a SELL's from the ask, a pending order's from its own price
string StopsTrouble(const string name,const bool buy,const double from,const double sl,const double tp)
  {
   string stop=StopTrouble(name,"sl",sl,from,!buy);
   return(StringLen(stop)!=0 ? stop : StopTrouble(name,"tp",tp,from,buy));
  }

string PendingTrouble(const string name,const Command &fire,const Quote &quote)
  {
   string grid=GridTrouble(name,"entry",fire.entry);
   if(StringLen(grid)!=0)
      return(grid);
   bool above=(fire.buy==(fire.kind=="stop"));
   string side=SideTrouble(name,fire.kind,fire.entry,fire.buy ? quote.ask : quote.bid,above);
   if(StringLen(side)!=0)
      return(side);
   long modes=SymbolInfoInteger(name,SYMBOL_EXPIRATION_MODE);
   if(fire.good_till>0 && (modes&SYMBOL_EXPIRATION_SPECIFIED)==0)
      return("this broker takes no time at which an order of "+name+" ends");
   if(fire.good_till==0 && (modes&SYMBOL_EXPIRATION_GTC)==0)
      return("this broker keeps no order of "+name+" until it is cancelled");
   if(fire.good_till>0 && fire.good_till<=g_broker_time.Market())
      return("good_till "+IntegerToString(fire.good_till)+" has passed");
   return("");
  }

string ModeTrouble(const string name,const bool buy)
  {
   string mode=TradeModeName(name);
   if(mode=="full" || (mode=="long_only" && buy) || (mode=="short_only" && !buy))
      return("");
   return(name+" is "+mode+" at this broker");
  }

//--- volume of positions and orders of one direction, where the symbol has a limit for it
string LimitTrouble(const string name,const Command &fire)
  {
   double limit=SymbolInfoDouble(name,SYMBOL_VOLUME_LIMIT);
   if(limit<=0.0)
      return("");
   double sum=fire.lot;
   int count=PositionsTotal();
   for(int i=0; i<count; i++)
      if(PositionGetTicket(i)!=0 && PositionGetString(POSITION_SYMBOL)==name
         && (PositionGetInteger(POSITION_TYPE)==POSITION_TYPE_BUY)==fire.buy)
         sum+=PositionGetDouble(POSITION_VOLUME);
   count=OrdersTotal();
   for(int i=0; i<count; i++)
      if(OrderGetTicket(i)!=0 && OrderGetString(ORDER_SYMBOL)==name && IsBuyOrder(OrderGetInteger(ORDER_TYPE))==fire.buy)
         sum+=OrderGetDouble(ORDER_VOLUME_CURRENT);
   return(sum<=limit+DUST ? "" : "the volume limit of "+name+" is "+Decimal(limit)+" a direction, this would make "+Decimal(sum));
  }

bool HasOpen(const string name)
  {
   int count=PositionsTotal();
   for(int i=0; i<count; i++)
      if(PositionGetTicket(i)!=0 && PositionGetString(POSITION_SYMBOL)==name)
         return(true);
   count=OrdersTotal();
   for(int i=0; i<count; i++)
      if(OrderGetTicket(i)!=0 && OrderGetString(ORDER_SYMBOL)==name)
         return(true);
   return(false);
  }

bool IsListed(const string list,const string item)
  {
   string names[];
   int count=StringSplit(list,',',names);
   for(int i=0; i<count; i++)
     {
      StringTrimLeft(names[i]);
      StringTrimRight(names[i]);
      if(names[i]==item)
         return(true);
     }
   return(false);
  }

//--- the trader's own limits
string BackstopTrouble(const Command &fire)
  {
   if(InpTradingOff)
      return("backstop: trading is off in this EA's inputs");
   if(StringLen(InpSymbols)!=0 && !IsListed(InpSymbols,fire.symbol))
      return("backstop: "+fire.symbol+" is not among the symbols of this EA's inputs");
   if(InpMaxLot>0.0 && fire.lot>InpMaxLot+DUST)
      return("backstop: "+Decimal(fire.lot)+" lots, this EA's inputs allow "+Decimal(InpMaxLot));
   if(InpMaxPositions>0 && PositionsTotal()+OrdersTotal()>=InpMaxPositions)
      return("backstop: "+IntegerToString(PositionsTotal()+OrdersTotal())+" are open, this EA's inputs allow "+IntegerToString(InpMaxPositions));
   double today=(InpDailyLoss>0.0) ? RealisedToday()+AccountInfoDouble(ACCOUNT_PROFIT) : 0.0;
   if(InpDailyLoss>0.0 && today<=-InpDailyLoss)
      return("backstop: today's loss is "+DoubleToString(-today,MoneyDigits())+", this EA's inputs allow "+DoubleToString(InpDailyLoss,MoneyDigits()));
   return("");
  }

//--- what the ledger and the inputs say, before the symbol is looked at (protocol 5.6, 5.7, 6.6)
string OwnTrouble(const Command &fire)
  {
   if(g_ledger.Passed(fire.signal_id))
      return("passed: the trader passed signal "+fire.signal_id);
   if(g_ledger.Unacked()>=OUTBOX_LIMIT)
      return("outbox_full: "+IntegerToString(g_ledger.Unacked())+" events are not acked");
   string other=g_ledger.FireOf(fire.magic);
   if(StringLen(other)!=0)
      return("magic_collision: "+IntegerToString(fire.magic)+" is that of "+other);
   return(BackstopTrouble(fire));
  }

//--- what a broker would say to a fire at any price
string FireTrouble(const Command &fire)
  {
   string own=OwnTrouble(fire);
   if(StringLen(own)!=0)
      return(own);
   string name=g_symbols.ToBroker(fire.symbol);
   if(StringLen(name)==0)
      return("unknown symbol "+fire.symbol);
   if(!IsHedging() && HasOpen(name))
      return("netting: "+name+" has a position or an order already");
   string trouble=ModeTrouble(name,fire.buy);
   if(StringLen(trouble)==0)
      trouble=VolumeTrouble(name,fire.lot);
   return(StringLen(trouble)!=0 ? trouble : LimitTrouble(name,fire));
  }

//--- and what it would say at this one
string PriceTrouble(const string name,const Command &fire,const Quote &quote)
  {
   bool market=(fire.kind=="market");
   string trouble=market ? "" : PendingTrouble(name,fire,quote);
   double from=market ? (fire.buy ? quote.bid : quote.ask) : fire.entry;
   return(StringLen(trouble)!=0 ? trouble : StopsTrouble(name,fire.buy,from,fire.sl,fire.tp));
  }

//--- a market fire is executed within `deviation` points of its entry, either way (protocol 5.2); "": it is
string DeviationTrouble(const string name,const Command &fire,const double price)
  {
   double away=Points(name,MathAbs(price-fire.entry));
   if(away<=(double)fire.deviation)
      return("");
   return("price "+Decimal(price)+" is "+Decimal(away)+" points from "+Decimal(fire.entry)+", allowed are "+IntegerToString(fire.deviation));
  }

//--- nothing is changed within the freeze level of what would be triggered
string FreezeTrouble(const string name,const double price,const double level)
  {
   long freeze=SymbolInfoInteger(name,SYMBOL_TRADE_FREEZE_LEVEL);
   if(freeze<=0 || level<=0.0 || Points(name,MathAbs(price-level))>=(double)freeze)
      return("");
   return("frozen: "+Decimal(level)+" is within "+IntegerToString(freeze)+" points of the price "+Decimal(price));
  }
