//+------------------------------------------------------------------+
//| The truth of the account is its history of deals: fills of our    |
//| fires are found there by magic, closings are told from there, one |
//| event a deal (protocol 6.5). OnTradeTransaction only says "look". |
//+------------------------------------------------------------------+
#include "Chronicle.mqh"

#define LOOK_BACK_SECONDS  86400
#define AHEAD_SECONDS      86400
#define MAGIC_PREFIX_SHIFT 40
#define MAGIC_PREFIX       0xB17

struct Deal
  {
   ulong             ticket;
   long              time;       // broker milliseconds
   ENUM_DEAL_TYPE    type;
   ENUM_DEAL_ENTRY   entry;
   long              reason;
   long              magic;
   long              position;
   string            name;       // the broker's symbol
   double            lot;
   double            price;
   double            profit;
   double            commission; // with fee
   double            swap;
  };

//--- what the deals with one magic opened
struct Fill
  {
   double            lot;
   double            price;      // weighted by volume
   double            commission;
   long              position;
   ulong             deal;       // the newest
   long              time;       // broker milliseconds of the newest
   string            name;
  };

bool IsOurMagic(const long magic)
  {
   return((magic>>MAGIC_PREFIX_SHIFT)==MAGIC_PREFIX);
  }

//--- deals of the history from a broker time on, oldest first
void DealsSince(const datetime from,ulong &tickets[])
  {
   ArrayResize(tickets,0);
   datetime to=(datetime)((long)TimeTradeServer()+AHEAD_SECONDS);
   if(!HistorySelect(from,to))
      return;
   int count=HistoryDealsTotal();
   ArrayResize(tickets,count);
   for(int i=0; i<count; i++)
      tickets[i]=HistoryDealGetTicket(i);
  }

//--- a deal's properties; it must be in the selected history
bool ReadDeal(const ulong ticket,Deal &deal)
  {
   if(ticket==0 || !HistoryDealSelect(ticket))
      return(false);
   deal.ticket=ticket;
   deal.time=HistoryDealGetInteger(ticket,DEAL_TIME_MSC);
   deal.type=(ENUM_DEAL_TYPE)HistoryDealGetInteger(ticket,DEAL_TYPE);
   deal.entry=(ENUM_DEAL_ENTRY)HistoryDealGetInteger(ticket,DEAL_ENTRY);
   deal.reason=HistoryDealGetInteger(ticket,DEAL_REASON);
   deal.magic=HistoryDealGetInteger(ticket,DEAL_MAGIC);
   deal.position=HistoryDealGetInteger(ticket,DEAL_POSITION_ID);
   deal.name=HistoryDealGetString(ticket,DEAL_SYMBOL);
   deal.lot=HistoryDealGetDouble(ticket,DEAL_VOLUME);
   deal.price=HistoryDealGetDouble(ticket,DEAL_PRICE);
   deal.profit=HistoryDealGetDouble(ticket,DEAL_PROFIT);
   deal.commission=HistoryDealGetDouble(ticket,DEAL_COMMISSION)+HistoryDealGetDouble(ticket,DEAL_FEE);
   deal.swap=HistoryDealGetDouble(ticket,DEAL_SWAP);
   return(deal.type==DEAL_TYPE_BUY || deal.type==DEAL_TYPE_SELL);
  }

bool Opens(const Deal &deal)
  {
   return(deal.entry==DEAL_ENTRY_IN || deal.entry==DEAL_ENTRY_INOUT);
  }

//--- what was opened under a magic since a broker time; false: nothing
bool FindFill(const long magic,const long since_ms,Fill &fill)
  {
   ulong tickets[];
   DealsSince((datetime)(since_ms/1000-LOOK_BACK_SECONDS),tickets);
   int count=ArraySize(tickets);
   double worth=0.0;
   for(int i=0; i<count; i++)
     {
      Deal deal={};
      if(!ReadDeal(tickets[i],deal) || deal.magic!=magic || !Opens(deal))
         continue;
      fill.lot+=deal.lot;
      worth+=deal.lot*deal.price;
      fill.commission+=deal.commission;
      fill.position=deal.position;
      fill.deal=deal.ticket;
      fill.time=deal.time;
      fill.name=deal.name;
     }
   if(fill.lot<=0.0)
      return(false);
   fill.price=worth/fill.lot;
   return(true);
  }

//--- the volume that a position had before a deal, and the magic that opened it
void BeforeDeal(const Deal &deal,double &lot,long &magic)
  {
   lot=0.0;
   magic=0;
   if(!HistorySelectByPosition(deal.position))
      return;
   ulong tickets[];
   int count=HistoryDealsTotal();
   ArrayResize(tickets,count);
   for(int i=0; i<count; i++)
      tickets[i]=HistoryDealGetTicket(i);
   bool buy=false;
   for(int i=0; i<count && tickets[i]!=deal.ticket; i++)
     {
      Deal past={};
      if(!ReadDeal(tickets[i],past))
         continue;
      bool bought=(past.type==DEAL_TYPE_BUY);
      if(magic==0 && Opens(past))
         magic=past.magic;
      if(lot<=0.0)
         buy=bought;
      lot+=(bought==buy) ? past.lot : -past.lot;
      if(lot<0.0)
        {
         lot=-lot;
         buy=bought;
        }
     }
  }

string CloseReason(const Deal &deal)
  {
   switch((ENUM_DEAL_REASON)deal.reason)
     {
      case DEAL_REASON_SL:
         return("sl");
      case DEAL_REASON_TP:
         return("tp");
      case DEAL_REASON_SO:
         return("stop_out");
      case DEAL_REASON_CLIENT:
      case DEAL_REASON_MOBILE:
      case DEAL_REASON_WEB:
         return("manual");
      case DEAL_REASON_EXPERT:
         return(IsOurMagic(deal.magic) ? "close" : "unknown");
      default:
         return("unknown");
     }
  }

//--- the closing that a deal is (protocol 6.5)
string ClosedFields(const Deal &deal)
  {
   double before=0.0;
   long magic=0;
   BeforeDeal(deal,before,magic);
   double lot=(deal.entry==DEAL_ENTRY_INOUT && before>0.0) ? MathMin(before,deal.lot) : deal.lot;
   int digits=(int)SymbolInfoInteger(deal.name,SYMBOL_DIGITS);
   return(JInteger("ticket",deal.position)+JInteger("deal",(long)deal.ticket)+JText("fire_id",g_ledger.FireOf(magic))
          +JText("symbol",g_symbols.ToHub(deal.name))+JText("direction",deal.type==DEAL_TYPE_SELL ? "BUY" : "SELL")
          +JDecimal("lot",lot)+JPrice("price",deal.price,digits)+JMoney("profit",deal.profit)
          +JMoney("commission",deal.commission)+JMoney("swap",deal.swap)+JText("reason",CloseReason(deal))
          +JInteger("time",g_broker_time.ToUtc(deal.time)));
  }

//--- the fill in the words of a confirmation
void FillOutcome(const Fill &fill,const string status,Outcome &outcome)
  {
   outcome.status=status;
   outcome.ticket=fill.position;
   outcome.deal=(long)fill.deal;
   outcome.deal_time=fill.time;
   outcome.price=fill.price;
   outcome.digits=(int)SymbolInfoInteger(fill.name,SYMBOL_DIGITS);
   outcome.lot=fill.lot;
   outcome.commission=fill.commission;
   outcome.retcode=(long)TRADE_RETCODE_DONE;
   outcome.time=g_broker_time.ToUtc(fill.time);
  }

//--- what today's deals have brought, in account currency, since the broker's day began
double RealisedToday()
  {
   ulong tickets[];
   long now=(long)TimeTradeServer();
   DealsSince((datetime)(now-now%DAY_SECONDS),tickets);
   double sum=0.0;
   int count=ArraySize(tickets);
   for(int i=0; i<count; i++)
     {
      Deal deal={};
      if(ReadDeal(tickets[i],deal))
         sum+=deal.profit+deal.commission+deal.swap;
     }
   return(sum);
  }
