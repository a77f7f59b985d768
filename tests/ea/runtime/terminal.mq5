// What the terminal and its broker promise, as checks; OnInit fails on the first run of any that is wrong.
// One symbol, EURUSD, 1.10000 to 1.10010, on a hedging account of 10000 USD.
#property version "1.00"

int Failures = 0;

void Check(const string what, const bool holds)
  {
   if(holds)
      return;
   Failures++;
   Print("wrong: ", what);
  }

bool Near(const double got, const double expected)
  {
   return MathAbs(got - expected) < 1e-9;
  }

void Account()
  {
   Check("AccountInfoDouble", Near(AccountInfoDouble(ACCOUNT_BALANCE), 10000.0) && Near(AccountInfoDouble(ACCOUNT_EQUITY), 10000.0));
   Check("AccountInfoInteger", AccountInfoInteger(ACCOUNT_LOGIN) == 7 && AccountInfoInteger(ACCOUNT_MARGIN_MODE) == ACCOUNT_MARGIN_MODE_RETAIL_HEDGING);
   Check("AccountInfoString", AccountInfoString(ACCOUNT_SERVER) == "Vectors" && AccountInfoString(ACCOUNT_CURRENCY) == "USD");
   Check("TerminalInfoInteger", TerminalInfoInteger(TERMINAL_CONNECTED) != 0 && TerminalInfoInteger(TERMINAL_TRADE_ALLOWED) != 0);
   Check("MQLInfoInteger", MQLInfoInteger(MQL_TRADE_ALLOWED) != 0);
  }

void Market()
  {
   bool custom = true;
   Check("SymbolExist", SymbolExist("EURUSD", custom) && !custom && !SymbolExist("GBPUSD", custom));
   Check("SymbolsTotal and SymbolName", SymbolsTotal(true) == 1 && SymbolName(0, true) == "EURUSD");
   Check("SymbolSelect", SymbolSelect("EURUSD", true) && !SymbolSelect("GBPUSD", true));
   Check("SymbolInfoDouble", Near(SymbolInfoDouble("EURUSD", SYMBOL_POINT), 0.00001) && Near(SymbolInfoDouble("EURUSD", SYMBOL_VOLUME_STEP), 0.01));
   Check("SymbolInfoInteger", SymbolInfoInteger("EURUSD", SYMBOL_DIGITS) == 5);
   ResetLastError();
   Check("an unknown symbol", SymbolInfoDouble("GBPUSD", SYMBOL_POINT) == 0.0 && GetLastError() == ERR_MARKET_UNKNOWN_SYMBOL);
   MqlTick tick = {};
   Check("SymbolInfoTick", SymbolInfoTick("EURUSD", tick) && Near(tick.bid, 1.10000) && Near(tick.ask, 1.10010));
   Check("its time, in milliseconds", tick.time_msc == 1709550010000 && tick.time == D'2024.03.04 11:00:10');
   MqlTick ticks[];
   Check("CopyTicks", CopyTicks("EURUSD", ticks, COPY_TICKS_ALL, 0, 10) == 2 && Near(ticks[1].ask, 1.10010) && Near(ticks[0].bid, 1.09990));
   Check("CopyTicks from", CopyTicks("EURUSD", ticks, COPY_TICKS_ALL, 1709550010000, 10) == 1);
   datetime from = 0;
   datetime to = 0;
   Check("SymbolInfoSessionTrade", SymbolInfoSessionTrade("EURUSD", MONDAY, 0, from, to) && from == 0 && to == 86400);
   Check("no second session", !SymbolInfoSessionTrade("EURUSD", MONDAY, 1, from, to));
   Check("SeriesInfoInteger", SeriesInfoInteger("EURUSD", PERIOD_M1, SERIES_SYNCHRONIZED) != 0);
   MqlRates rates[];
   Check("CopyRates, by place", CopyRates("EURUSD", PERIOD_M1, 0, 10, rates) == 1 && Near(rates[0].open, 1.09990) && rates[0].tick_volume == 2);
   Check("CopyRates, by time", CopyRates("EURUSD", PERIOD_M1, D'2024.03.04 10:00', D'2024.03.04 12:00', rates) == 1);
   Check("TimeTradeServer", TimeTradeServer() >= D'2024.03.04 11:00:10');
   Check("TimeCurrent is the newest tick's", TimeCurrent() == D'2024.03.04 11:00:10');
   Check("TimeGMT", TimeGMT() > D'2024.01.01');
  }

void News()
  {
   MqlCalendarValue values[];
   MqlCalendarEvent event = {};
   MqlCalendarCountry country = {};
   const datetime from = D'2024.03.04 12:00';
   Check("CalendarValueHistory", CalendarValueHistory(values, from, from + 3600) == 1 && values[0].time == from);
   Check("its end is not in it", CalendarValueHistory(values, from - 60, from) == 0);
   Check("without an end", CalendarValueHistory(values, from) == 2);
   Check("of a currency", CalendarValueHistory(values, from, 0, NULL, "EUR") == 1);
   Check("CalendarEventById", CalendarEventById(values[0].event_id, event) && event.importance == CALENDAR_IMPORTANCE_MODERATE && event.name == "ECB speaks");
   Check("of a day, at no time", event.time_mode == CALENDAR_TIMEMODE_DATE && !CalendarEventById(99, event));
   Check("CalendarCountryById", CalendarCountryById((long)event.country_id, country) && country.currency == "EUR" && !CalendarCountryById(99, country));
  }

void Order(const bool buy, const ulong position, const double volume, MqlTradeResult &result)
  {
   MqlTradeRequest request = {};
   request.action = TRADE_ACTION_DEAL;
   request.symbol = "EURUSD";
   request.volume = volume;
   request.type = buy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
   request.price = buy ? 1.10010 : 1.10000;
   request.type_filling = ORDER_FILLING_IOC;
   request.position = position;
   request.magic = 42;
   request.comment = "F1";
   Check("OrderSend", OrderSend(request, result));
  }

void Trade()
  {
   Check("no position yet", PositionsTotal() == 0 && OrdersTotal() == 0);
   MqlTradeResult opened = {};
   Order(true, 0, 0.20, opened);
   Check("it is done at the ask", opened.retcode == TRADE_RETCODE_DONE && Near(opened.price, 1.10010) && Near(opened.volume, 0.20));
   Check("PositionsTotal", PositionsTotal() == 1);
   const ulong ticket = PositionGetTicket(0);
   Check("PositionGetTicket", ticket != 0);
   Check("PositionSelectByTicket", PositionSelectByTicket(ticket) && !PositionSelectByTicket(999999));
   Check("PositionGetInteger", PositionGetInteger(POSITION_MAGIC) == 42 && PositionGetInteger(POSITION_TYPE) == POSITION_TYPE_BUY);
   Check("PositionGetDouble", Near(PositionGetDouble(POSITION_VOLUME), 0.20) && Near(PositionGetDouble(POSITION_PROFIT), -2.0));
   Check("PositionGetString", PositionGetString(POSITION_SYMBOL) == "EURUSD" && PositionGetString(POSITION_COMMENT) == "F1");
   MqlTradeResult closed = {};
   Order(false, ticket, 0.05, closed);
   Check("a part is closed at the bid", closed.retcode == TRADE_RETCODE_DONE && Near(closed.price, 1.10000));
   Check("and the rest stays", PositionGetTicket(0) == ticket && Near(PositionGetDouble(POSITION_VOLUME), 0.15));
   Check("HistorySelectByPosition", HistorySelectByPosition((long)ticket));
   Check("HistoryDealsTotal", HistoryDealsTotal() == 2);
   const ulong deal = HistoryDealGetTicket(1);
   Check("HistoryDealGetInteger", HistoryDealGetInteger(deal, DEAL_ENTRY) == DEAL_ENTRY_OUT && HistoryDealGetInteger(deal, DEAL_POSITION_ID) == (long)ticket);
   Check("HistoryDealGetDouble", Near(HistoryDealGetDouble(deal, DEAL_PROFIT), -0.5) && Near(HistoryDealGetDouble(deal, DEAL_VOLUME), 0.05));
   Check("HistoryDealGetString", HistoryDealGetString(deal, DEAL_SYMBOL) == "EURUSD");
   Check("HistoryDealSelect", HistoryDealSelect(deal) && !HistoryDealSelect(999999));
   Check("HistorySelect", HistorySelect(0, D'2030.01.01') && HistoryOrdersTotal() == 2);
   const ulong order = HistoryOrderGetTicket(0);
   Check("HistoryOrderSelect", order == opened.order && HistoryOrderSelect(order));
   Check("HistoryOrderGetInteger", HistoryOrderGetInteger(order, ORDER_MAGIC) == 42);
   Check("HistoryOrderGetDouble", Near(HistoryOrderGetDouble(order, ORDER_VOLUME_INITIAL), 0.20));
  }

void Pending()
  {
   MqlTradeRequest request = {};
   request.action = TRADE_ACTION_PENDING;
   request.symbol = "EURUSD";
   request.volume = 0.10;
   request.type = ORDER_TYPE_BUY_LIMIT;
   request.price = 1.09000;
   request.type_filling = ORDER_FILLING_RETURN;
   request.magic = 43;
   request.comment = "F2";
   MqlTradeResult placed = {};
   Check("a limit order is placed", OrderSend(request, placed) && placed.retcode == TRADE_RETCODE_DONE);
   Check("OrdersTotal", OrdersTotal() == 1 && OrderGetTicket(0) == placed.order);
   Check("OrderSelect", OrderSelect(placed.order) && !OrderSelect(999999));
   Check("OrderGetInteger", OrderSelect(placed.order) && OrderGetInteger(ORDER_MAGIC) == 43 && OrderGetInteger(ORDER_TYPE) == ORDER_TYPE_BUY_LIMIT);
   Check("OrderGetDouble", Near(OrderGetDouble(ORDER_PRICE_OPEN), 1.09000) && Near(OrderGetDouble(ORDER_VOLUME_CURRENT), 0.10));
   Check("OrderGetString", OrderGetString(ORDER_SYMBOL) == "EURUSD" && OrderGetString(ORDER_COMMENT) == "F2");
   MqlTradeRequest removal = {};
   removal.action = TRADE_ACTION_REMOVE;
   removal.order = placed.order;
   MqlTradeResult removed = {};
   Check("and removed", OrderSend(removal, removed) && removed.retcode == TRADE_RETCODE_DONE && OrdersTotal() == 0);
  }

void Chart()
  {
   Check("ObjectFind of nothing", ObjectFind(0, "panel") < 0);
   Check("ObjectCreate", ObjectCreate(0, "panel", OBJ_LABEL, 0, 0, 0.0) && ObjectFind(0, "panel") >= 0);
   Check("ObjectSetString", ObjectSetString(0, "panel", OBJPROP_TEXT, "live"));
   Check("ObjectSetInteger", ObjectSetInteger(0, "panel", OBJPROP_XDISTANCE, 10));
   Check("ObjectSetDouble", ObjectSetDouble(0, "panel", OBJPROP_PRICE, 1.1));
   Check("of no object", !ObjectSetString(0, "nothing", OBJPROP_TEXT, "live"));
   Check("ObjectDelete", ObjectDelete(0, "panel") && !ObjectDelete(0, "panel"));
   Check("ObjectsDeleteAll", ObjectCreate(0, "b1", OBJ_LABEL, 0, 0, 0.0) && ObjectCreate(0, "b2", OBJ_LABEL, 0, 0, 0.0) && ObjectsDeleteAll(0, "b") == 2);
   ChartRedraw();
  }

int OnInit()
  {
   Account();
   Market();
   News();
   Trade();
   Pending();
   Chart();
   Check("EventSetMillisecondTimer", EventSetMillisecondTimer(100));
   EventKillTimer();
   return(Failures == 0 ? INIT_SUCCEEDED : INIT_FAILED);
  }
