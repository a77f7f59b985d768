//+------------------------------------------------------------------+
//| The account in the wire's words: who it is, its money, positions  |
//| and orders (protocol 2.1, 2.7, 4.1).                              |
//+------------------------------------------------------------------+
#include "BrokerTime.mqh"
#include "Ledger.mqh"
#include "Symbols.mqh"

#define ITEMS_A_PART 80

struct AccountName
  {
   string            server;
   long              login;
  };

void ReadAccountName(AccountName &name)
  {
   name.server=AccountInfoString(ACCOUNT_SERVER);
   name.login=AccountInfoInteger(ACCOUNT_LOGIN);
  }

bool IsHedging()
  {
   return(AccountInfoInteger(ACCOUNT_MARGIN_MODE)==ACCOUNT_MARGIN_MODE_RETAIL_HEDGING);
  }

//--- everything that must be on for an order to leave the terminal; "": all is
string TradingOffWhy()
  {
   if(TerminalInfoInteger(TERMINAL_TRADE_ALLOWED)==0)
      return("AutoTrading is off: press the AutoTrading button in the toolbar");
   if(MQLInfoInteger(MQL_TRADE_ALLOWED)==0)
      return("this EA may not trade: tick Allow Algo Trading in its properties (F7), tab Common");
   if(AccountInfoInteger(ACCOUNT_TRADE_ALLOWED)==0)
      return("this account may not trade: log in with the trading password, not the investor's, or ask the broker");
   if(AccountInfoInteger(ACCOUNT_TRADE_EXPERT)==0)
      return("the broker forbids Expert Advisors on this account: ask the broker");
   return("");
  }

int MoneyDigits()
  {
   return((int)AccountInfoInteger(ACCOUNT_CURRENCY_DIGITS));
  }

string JMoney(const string key,const double value)
  {
   return(JPrice(key,value,MoneyDigits()));
  }

string AccountFields(const AccountName &name)
  {
   bool demo=AccountInfoInteger(ACCOUNT_TRADE_MODE)!=ACCOUNT_TRADE_MODE_REAL;
   return(JInteger("login",name.login)+JText("server",name.server)
          +JText("company",Plain(AccountInfoString(ACCOUNT_COMPANY),TEXT_LIMIT))
          +JText("currency",AccountInfoString(ACCOUNT_CURRENCY))+JInteger("leverage",AccountInfoInteger(ACCOUNT_LEVERAGE))
          +JText("margin_mode",IsHedging() ? "hedging" : "netting")+JFlag("demo",demo));
  }

string MoneyFields()
  {
   long ping=TerminalInfoInteger(TERMINAL_PING_LAST);
   return(JMoney("balance",AccountInfoDouble(ACCOUNT_BALANCE))+JMoney("equity",AccountInfoDouble(ACCOUNT_EQUITY))
          +JMoney("margin",AccountInfoDouble(ACCOUNT_MARGIN))+JMoney("free_margin",AccountInfoDouble(ACCOUNT_MARGIN_FREE))
          +JMoney("profit",AccountInfoDouble(ACCOUNT_PROFIT))
          +JFlag("connected",TerminalInfoInteger(TERMINAL_CONNECTED)!=0)
          +JPrice("broker_ping_ms",ping<0 ? -1.0 : (double)ping/1000.0,3)
          +JFlag("trade_allowed",StringLen(TradingOffWhy())==0));
  }

//--- of the selected position
string PositionObject()
  {
   string name=PositionGetString(POSITION_SYMBOL);
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   long magic=PositionGetInteger(POSITION_MAGIC);
   return(JObject(JInteger("ticket",PositionGetInteger(POSITION_IDENTIFIER))+JText("symbol",g_symbols.ToHub(name))
                  +JText("direction",PositionGetInteger(POSITION_TYPE)==POSITION_TYPE_BUY ? "BUY" : "SELL")
                  +JDecimal("lot",PositionGetDouble(POSITION_VOLUME))
                  +JPrice("open_price",PositionGetDouble(POSITION_PRICE_OPEN),digits)
                  +JInteger("open_time",g_broker_time.ToUtc(PositionGetInteger(POSITION_TIME_MSC)))
                  +JPrice("sl",PositionGetDouble(POSITION_SL),digits)+JPrice("tp",PositionGetDouble(POSITION_TP),digits)
                  +JMoney("profit",PositionGetDouble(POSITION_PROFIT))+JInteger("magic",MathMax((long)0,magic))
                  +JText("fire_id",g_ledger.FireOf(magic))));
  }

//--- "limit" or "stop"; "": none of the two
string PendingKind(const long type)
  {
   switch((ENUM_ORDER_TYPE)type)
     {
      case ORDER_TYPE_BUY_LIMIT:
      case ORDER_TYPE_SELL_LIMIT:
         return("limit");
      case ORDER_TYPE_BUY_STOP:
      case ORDER_TYPE_SELL_STOP:
         return("stop");
      default:
         return("");
     }
  }

bool IsBuyOrder(const long type)
  {
   return(type==ORDER_TYPE_BUY || type==ORDER_TYPE_BUY_LIMIT || type==ORDER_TYPE_BUY_STOP || type==ORDER_TYPE_BUY_STOP_LIMIT);
  }

//--- of the selected order; "": no pending order of the wire's
string OrderObject()
  {
   long type=OrderGetInteger(ORDER_TYPE);
   string kind=PendingKind(type);
   if(StringLen(kind)==0)
      return("");
   string name=OrderGetString(ORDER_SYMBOL);
   int digits=(int)SymbolInfoInteger(name,SYMBOL_DIGITS);
   long magic=OrderGetInteger(ORDER_MAGIC);
   return(JObject(JInteger("ticket",OrderGetInteger(ORDER_TICKET))+JText("symbol",g_symbols.ToHub(name))
                  +JText("direction",IsBuyOrder(type) ? "BUY" : "SELL")+JText("kind",kind)
                  +JDecimal("lot",OrderGetDouble(ORDER_VOLUME_CURRENT))
                  +JPrice("price",OrderGetDouble(ORDER_PRICE_OPEN),digits)
                  +JPrice("sl",OrderGetDouble(ORDER_SL),digits)+JPrice("tp",OrderGetDouble(ORDER_TP),digits)
                  +JInteger("magic",MathMax((long)0,magic))+JText("fire_id",g_ledger.FireOf(magic))));
  }

void Push(string &list[],const string item)
  {
   int count=ArraySize(list);
   ArrayResize(list,count+1,64);
   list[count]=item;
  }

//--- one part of a list, as an array
string Part(const string &items[],const int part)
  {
   string text="";
   int count=ArraySize(items);
   for(int i=part*ITEMS_A_PART; i<count && i<(part+1)*ITEMS_A_PART; i++)
      text+=","+items[i];
   return("["+StringSubstr(text,1)+"]");
  }

//--- everything that is open as fields of as many messages as it needs, at least one
void OpenParts(string &parts[])
  {
   string positions[];
   string orders[];
   int count=PositionsTotal();
   for(int i=0; i<count; i++)
      if(PositionGetTicket(i)!=0)
         Push(positions,PositionObject());
   count=OrdersTotal();
   for(int i=0; i<count; i++)
     {
      if(OrderGetTicket(i)==0)
         continue;
      string order=OrderObject();
      if(StringLen(order)!=0)
         Push(orders,order);
     }
   int most=MathMax(ArraySize(positions),ArraySize(orders));
   int needed=MathMax(1,(most+ITEMS_A_PART-1)/ITEMS_A_PART);
   ArrayResize(parts,needed);
   for(int part=0; part<needed; part++)
      parts[part]=JInteger("part",part+1)+JInteger("parts",needed)+JRaw("positions",Part(positions,part))
                  +JRaw("orders",Part(orders,part));
  }

//--- the position with this POSITION_IDENTIFIER, selected; 0: there is none
ulong SelectPosition(const long identifier)
  {
   int count=PositionsTotal();
   for(int i=0; i<count; i++)
     {
      ulong ticket=PositionGetTicket(i);
      if(ticket!=0 && PositionGetInteger(POSITION_IDENTIFIER)==identifier)
         return(ticket);
     }
   return(0);
  }

//--- the standing order with this magic, selected; 0: there is none
ulong SelectOrderOf(const long magic)
  {
   int count=OrdersTotal();
   for(int i=0; i<count; i++)
     {
      ulong ticket=OrderGetTicket(i);
      if(ticket!=0 && OrderGetInteger(ORDER_MAGIC)==magic)
         return(ticket);
     }
   return(0);
  }
