// Built-ins that trade, and that tell of positions and pending orders.
#include "host.hpp"
#include "terminal.hpp"

namespace mql {

using terminal::current;

namespace {
broker::Book &book() { return current().broker().book; }
broker::Position selected_position{};
broker::Order selected_order{};

bool refuse(MqlTradeResult &result, uint retcode, const char16_t *why, int error) {
  result = MqlTradeResult{};
  result.retcode = retcode;
  result.comment = text(why);
  return host::set_error(error), false;
}

template <class Map> ulong nth(const Map &items, int index) {
  if (index < 0 || index >= static_cast<int>(items.size())) return 0;
  return std::next(items.begin(), index)->first;
}
}  // namespace

bool OrderSend(MqlTradeRequest &request, MqlTradeResult &result) {
  const terminal::Switches &switches = current().switches;
  if (!switches.autotrading || !switches.program_trades)
    return refuse(result, TRADE_RETCODE_CLIENT_DISABLES_AT, u"AutoTrading disabled by client", ERR_TRADE_DISABLED);
  if (!switches.connected) return refuse(result, TRADE_RETCODE_CONNECTION, u"No connection", ERR_TRADE_SEND_FAILED);
  if (!switches.experts_allowed)
    return refuse(result, TRADE_RETCODE_SERVER_DISABLES_AT, u"AutoTrading disabled by server", ERR_TRADE_SEND_FAILED);
  const std::string symbol = to_utf8(request.symbol);
  host::reach("order", symbol);
  const bool accepted = current().broker().send(request, result, DEAL_REASON_EXPERT);
  host::reach("ordered", symbol);
  if (accepted) return true;
  return host::set_error(ERR_TRADE_SEND_FAILED), false;
}

int PositionsTotal() { return static_cast<int>(book().positions.size()); }

ulong PositionGetTicket(int index) {
  const ulong ticket = nth(book().positions, index);
  return ticket && PositionSelectByTicket(ticket) ? ticket : 0;
}

bool PositionSelectByTicket(ulong ticket) {
  const auto found = book().positions.find(ticket);
  if (found == book().positions.end()) return host::set_error(ERR_TRADE_POSITION_NOT_FOUND), false;
  selected_position = found->second;
  return true;
}

double PositionGetDouble(ENUM_POSITION_PROPERTY_DOUBLE property) {
  const broker::Position &held = selected_position;
  switch (property) {
    case POSITION_VOLUME: return held.lot;
    case POSITION_PRICE_OPEN: return held.price;
    case POSITION_SL: return held.sl;
    case POSITION_TP: return held.tp;
    case POSITION_PRICE_CURRENT: return book().quotes[held.symbol].exit(held.buy);
    case POSITION_SWAP: return broker::cents(held.swap);
    case POSITION_PROFIT: return book().profit(held);
  }
  return 0;
}

long PositionGetInteger(ENUM_POSITION_PROPERTY_INTEGER property) {
  const broker::Position &held = selected_position;
  switch (property) {
    case POSITION_TICKET:
    case POSITION_IDENTIFIER: return static_cast<long>(held.ticket);
    case POSITION_TIME: return held.time / 1000;
    case POSITION_TIME_MSC: return held.time;
    case POSITION_TYPE: return held.buy ? POSITION_TYPE_BUY : POSITION_TYPE_SELL;
    case POSITION_MAGIC: return static_cast<long>(held.magic);
    default: return 0;
  }
}

String PositionGetString(ENUM_POSITION_PROPERTY_STRING property) {
  if (property == POSITION_SYMBOL) return from_utf8(selected_position.symbol);
  return property == POSITION_COMMENT ? selected_position.comment : text(u"");
}

int OrdersTotal() { return static_cast<int>(book().orders.size()); }

ulong OrderGetTicket(int index) {
  const ulong ticket = nth(book().orders, index);
  return ticket && OrderSelect(ticket) ? ticket : 0;
}

bool OrderSelect(ulong ticket) {
  const auto found = book().orders.find(ticket);
  if (found == book().orders.end()) return host::set_error(ERR_TRADE_ORDER_NOT_FOUND), false;
  selected_order = found->second;
  return true;
}

double order_double(const broker::Order &order, ENUM_ORDER_PROPERTY_DOUBLE property) {
  switch (property) {
    case ORDER_VOLUME_INITIAL: return order.initial_lot;
    case ORDER_VOLUME_CURRENT: return order.lot;
    case ORDER_PRICE_OPEN: return order.price;
    case ORDER_SL: return order.sl;
    case ORDER_TP: return order.tp;
    default: return 0;
  }
}

long order_integer(const broker::Order &order, ENUM_ORDER_PROPERTY_INTEGER property) {
  switch (property) {
    case ORDER_TICKET: return static_cast<long>(order.ticket);
    case ORDER_TIME_SETUP: return order.setup / 1000;
    case ORDER_TYPE: return order.type;
    case ORDER_STATE: return order.state;
    case ORDER_TIME_EXPIRATION: return order.expiration / 1000;
    case ORDER_TIME_DONE: return order.done / 1000;
    case ORDER_TIME_SETUP_MSC: return order.setup;
    case ORDER_TIME_DONE_MSC: return order.done;
    case ORDER_TYPE_FILLING: return order.filling;
    case ORDER_TYPE_TIME: return order.time_type;
    case ORDER_MAGIC: return static_cast<long>(order.magic);
    case ORDER_POSITION_ID: return static_cast<long>(order.position);
    default: return 0;
  }
}

String order_string(const broker::Order &order, ENUM_ORDER_PROPERTY_STRING property) {
  if (property == ORDER_SYMBOL) return from_utf8(order.symbol);
  return property == ORDER_COMMENT ? order.comment : text(u"");
}

double OrderGetDouble(ENUM_ORDER_PROPERTY_DOUBLE property) { return order_double(selected_order, property); }
long OrderGetInteger(ENUM_ORDER_PROPERTY_INTEGER property) { return order_integer(selected_order, property); }
String OrderGetString(ENUM_ORDER_PROPERTY_STRING property) { return order_string(selected_order, property); }

}  // namespace mql
