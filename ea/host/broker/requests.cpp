// What is asked of the broker.
#include "broker.hpp"
#include <algorithm>
#include <cmath>

namespace mql::broker {

namespace {
constexpr int COMMENT_LENGTH = 31;

bool accepted(uint retcode) {
  return retcode == TRADE_RETCODE_DONE || retcode == TRADE_RETCODE_DONE_PARTIAL || retcode == TRADE_RETCODE_PLACED;
}
bool is_buy(ENUM_ORDER_TYPE type) { return type == ORDER_TYPE_BUY || type == ORDER_TYPE_BUY_LIMIT || type == ORDER_TYPE_BUY_STOP; }
bool is_market(ENUM_ORDER_TYPE type) { return type == ORDER_TYPE_BUY || type == ORDER_TYPE_SELL; }

void answer(MqlTradeResult &result, uint retcode, const char *comment) {
  result.retcode = retcode;
  result.comment = from_utf8(comment);
}
}  // namespace

Broker::Broker(Account account, const std::string &path, Notify notify, Wait wait)
    : book(std::move(account), path), notify_(std::move(notify)), wait_(std::move(wait)) {
  if (book.recalled()) return;
  Deal deposit{};
  deposit.ticket = book.next_deal();
  deposit.type = DEAL_TYPE_BALANCE;
  deposit.profit = book.account.deposit;
  book.add(deposit);
  book.commit();
}

bool Broker::send(const MqlTradeRequest &request, MqlTradeResult &result, ENUM_DEAL_REASON reason) {
  result = MqlTradeResult{};
  result.request_id = ++requests_;
  const Fault fault = faults.next(request.action);
  if (fault.before) wait_(fault.before);
  reason_ = reason;
  if (fault.late) late_.push_back({request, book.time + fault.late});
  try {
    if (fault.retcode && !fault.executed) throw Refused{fault.retcode, "scripted"};
    carry_out(request, result, fault);
    if (fault.retcode) {
      result.deal = 0;
      answer(result, fault.retcode, "scripted");
    }
  } catch (const Refused &refused) {
    answer(result, refused.retcode, refused.why);
  }
  if (const auto quote = book.quotes.find(to_utf8(request.symbol)); quote != book.quotes.end())
    result.bid = quote->second.bid, result.ask = quote->second.ask;
  book.commit();
  MqlTradeTransaction answered{};
  answered.type = TRADE_TRANSACTION_REQUEST;
  notify_(answered, request, result);
  if (fault.after) wait_(fault.after);
  return accepted(result.retcode);
}

// What was answered long ago, and not with yes.
void Broker::carry_out_late() {
  const auto waits = std::partition(late_.begin(), late_.end(), [&](const Late &each) { return each.due <= book.time; });
  const std::vector<Late> due(late_.begin(), waits);
  late_.erase(late_.begin(), waits);
  for (const Late &each : due) {
    MqlTradeResult nobody_waits{};
    try {
      carry_out(each.request, nobody_waits, {});
      book.commit();
    } catch (const Refused &) {
      // Nor is anybody told.
    }
  }
}

void Broker::carry_out(const MqlTradeRequest &request, MqlTradeResult &result, const Fault &fault) {
  answer(result, TRADE_RETCODE_DONE, "Request executed");
  switch (request.action) {
    case TRADE_ACTION_DEAL: return deal(request, result, fault.part);
    case TRADE_ACTION_PENDING: return place(request, result);
    case TRADE_ACTION_SLTP: return modify_position(request);
    case TRADE_ACTION_MODIFY: return modify_order(request);
    case TRADE_ACTION_REMOVE: return remove(request);
    default: throw Refused{TRADE_RETCODE_INVALID, "Invalid request"};
  }
}

void Broker::deal(const MqlTradeRequest &request, MqlTradeResult &result, double part) {
  if (!is_market(request.type)) throw Refused{TRADE_RETCODE_INVALID, "Invalid request"};
  const Conditions &conditions = market(to_utf8(request.symbol));
  check_filling(conditions, request.type_filling);
  check_price(conditions, request, book.quotes[conditions.name].entry(is_buy(request.type)));
  if (part < 1 && request.type_filling == ORDER_FILLING_FOK) throw Refused{TRADE_RETCODE_REJECT, "Request rejected"};
  if (request.position) close(request, result, part);
  else open(request, result, part);
  if (part < 1) answer(result, TRADE_RETCODE_DONE_PARTIAL, "Only part of the request was completed");
}

namespace {
double filled_part(const Conditions &conditions, double lot, double part) {
  if (part >= 1) return lot;
  return std::max(conditions.volume_min, std::floor(lot * part / conditions.volume_step + 1e-9) * conditions.volume_step);
}
}  // namespace

void Broker::close(const MqlTradeRequest &request, MqlTradeResult &result, double part) {
  const Position held = position(request.position);
  const Conditions &conditions = market(held.symbol);
  const bool buy = is_buy(request.type);
  if (to_utf8(request.symbol) != held.symbol || buy == held.buy) throw Refused{TRADE_RETCODE_INVALID, "Invalid request"};
  if (request.volume > held.lot + 1e-9) throw Refused{TRADE_RETCODE_INVALID_CLOSE_VOLUME, "Invalid close volume"};
  if (std::fabs(request.volume - held.lot) > 1e-9) check_volume(conditions, request.volume);
  const double price = book.quotes[held.symbol].exit(held.buy);
  check_not_frozen(conditions, price, {held.sl, held.tp});
  const double lot = filled_part(conditions, request.volume, part);
  Order order = market_order(held.symbol, buy, lot, price, request.magic, held.ticket, request.comment);
  result.order = order.ticket;
  result.deal = fill_out(held, order, price);
  result.volume = lot;
  result.price = price;
}

void Broker::open(const MqlTradeRequest &request, MqlTradeResult &result, double part) {
  const Conditions &conditions = market(to_utf8(request.symbol));
  const bool buy = is_buy(request.type);
  const Quote &quote = book.quotes[conditions.name];
  const double price = quote.entry(buy);
  check_volume(conditions, request.volume);
  check_stops(conditions, buy, quote.exit(buy), request.sl, request.tp);
  const double lot = filled_part(conditions, request.volume, part);
  const auto held = std::find_if(book.positions.begin(), book.positions.end(), [&](const auto &each) { return each.second.symbol == conditions.name; });
  if (!book.account.hedging && held != book.positions.end()) return net(held->second, request, result, lot, price);
  check_direction(conditions, buy);
  check_limit(conditions, buy, lot);
  check_margin(conditions.name, lot, price);
  Order order = market_order(conditions.name, buy, lot, price, request.magic, 0, request.comment);
  order.initial_lot = request.volume;
  order.sl = request.sl;
  order.tp = request.tp;
  result.order = order.ticket;
  result.deal = fill_in(order, price);
  result.volume = lot;
  result.price = price;
}

// On a netting account another deal of the symbol adds to the position, reduces it, closes it or turns it over.
void Broker::net(Position held, const MqlTradeRequest &request, MqlTradeResult &result, double lot, double price) {
  const bool buy = is_buy(request.type);
  Order order = market_order(held.symbol, buy, lot, price, request.magic, held.ticket, request.comment);
  result.order = order.ticket;
  result.volume = lot;
  result.price = price;
  if (buy == held.buy) {
    check_direction(book.symbols.at(held.symbol), buy);
    check_margin(held.symbol, lot, price);
    held.price = (held.price * held.lot + price * lot) / (held.lot + lot);
    held.lot += lot;
    book.put(held);
    record(order, held.ticket, DEAL_ENTRY_IN, lot, price, 0, 0);
  } else if (lot <= held.lot + 1e-9) {
    fill_out(held, order, price);
  } else {
    const double profit = book.profit(held.symbol, held.buy, held.lot, held.price, price), swap = cents(held.swap);
    held.lot = lot - held.lot;
    held.buy = buy;
    held.price = price;
    held.swap = 0;
    held.sl = request.sl;
    held.tp = request.tp;
    held.magic = request.magic;
    book.put(held);
    record(order, held.ticket, DEAL_ENTRY_INOUT, lot, price, profit, swap);
  }
  result.deal = book.deals.rbegin()->first;
}

void Broker::place(const MqlTradeRequest &request, MqlTradeResult &result) {
  if (is_market(request.type) || request.type > ORDER_TYPE_SELL_STOP) throw Refused{TRADE_RETCODE_INVALID_ORDER, "Invalid order"};
  const Conditions &conditions = market(to_utf8(request.symbol));
  Order order = market_order(conditions.name, is_buy(request.type), request.volume, request.price, request.magic, 0, request.comment);
  order.type = request.type;
  order.filling = request.type_filling;
  order.time_type = request.type_time;
  order.sl = request.sl;
  order.tp = request.tp;
  order.expiration = request.type_time == ORDER_TIME_SPECIFIED ? request.expiration.seconds * 1000 : 0;
  order.state = ORDER_STATE_PLACED;
  check_pending(conditions, order, book.quotes[conditions.name], book.time);
  check_direction(conditions, order.buy());
  check_volume(conditions, order.lot);
  check_limit(conditions, order.buy(), order.lot);
  check_stops(conditions, order.buy(), order.price, order.sl, order.tp);
  book.put(order);
  tell(TRADE_TRANSACTION_ORDER_ADD, order);
  result.order = order.ticket;
  result.volume = order.lot;
  result.price = order.price;
}

void Broker::modify_position(const MqlTradeRequest &request) {
  Position held = position(request.position);
  const Conditions &conditions = market(held.symbol);
  const double price = book.quotes[held.symbol].exit(held.buy);
  if (request.sl == held.sl && request.tp == held.tp) throw Refused{TRADE_RETCODE_NO_CHANGES, "No changes"};
  check_not_frozen(conditions, price, {held.sl, held.tp});
  check_stops(conditions, held.buy, price, request.sl == held.sl ? 0 : request.sl, request.tp == held.tp ? 0 : request.tp);
  held.sl = request.sl;
  held.tp = request.tp;
  book.put(held);
  MqlTradeTransaction changed{};
  changed.type = TRADE_TRANSACTION_POSITION;
  changed.position = held.ticket;
  changed.symbol = from_utf8(held.symbol);
  changed.price_sl = held.sl;
  changed.price_tp = held.tp;
  changed.volume = held.lot;
  notify_(changed, {}, {});
}

void Broker::modify_order(const MqlTradeRequest &request) {
  Order held = order(request.order);
  const Conditions &conditions = market(held.symbol);
  const Quote &quote = book.quotes[held.symbol];
  const double price = request.price > 0 ? request.price : held.price;
  if (price == held.price && request.sl == held.sl && request.tp == held.tp) throw Refused{TRADE_RETCODE_NO_CHANGES, "No changes"};
  check_not_frozen(conditions, quote.entry(held.buy()), {held.price});
  held.price = price;
  check_pending(conditions, held, quote, book.time);
  check_stops(conditions, held.buy(), price, request.sl, request.tp);
  held.sl = request.sl;
  held.tp = request.tp;
  book.put(held);
  tell(TRADE_TRANSACTION_ORDER_UPDATE, held);
}

void Broker::remove(const MqlTradeRequest &request) {
  const Order held = order(request.order);
  check_not_frozen(market(held.symbol), book.quotes[held.symbol].entry(held.buy()), {held.price});
  book.end(held, ORDER_STATE_CANCELED);
  tell(TRADE_TRANSACTION_ORDER_DELETE, held);
  tell(TRADE_TRANSACTION_HISTORY_ADD, held);
}

const Conditions &Broker::market(const std::string &symbol) const {
  const auto conditions = book.symbols.find(symbol);
  if (conditions == book.symbols.end()) throw Refused{TRADE_RETCODE_INVALID, "Unknown symbol"};
  if (conditions->second.trade_mode == SYMBOL_TRADE_MODE_DISABLED) throw Refused{TRADE_RETCODE_TRADE_DISABLED, "Trade is disabled"};
  if (!is_open(conditions->second, book.time)) throw Refused{TRADE_RETCODE_MARKET_CLOSED, "Market is closed"};
  const auto quote = book.quotes.find(symbol);
  if (quote == book.quotes.end() || quote->second.ask < quote->second.bid) throw Refused{TRADE_RETCODE_PRICE_OFF, "No quotes"};
  return conditions->second;
}

Position &Broker::position(ulong ticket) {
  const auto found = book.positions.find(ticket);
  if (found == book.positions.end()) throw Refused{TRADE_RETCODE_POSITION_CLOSED, "Position doesn't exist"};
  return found->second;
}

Order &Broker::order(ulong ticket) {
  const auto found = book.orders.find(ticket);
  if (found != book.orders.end()) return found->second;
  throw Refused{book.past_orders.contains(ticket) ? TRADE_RETCODE_ORDER_CHANGED : TRADE_RETCODE_INVALID_ORDER, "Invalid order"};
}

void Broker::check_margin(const std::string &symbol, double lot, double price) const {
  if (book.margin(symbol, lot, price) + book.account.commission * lot > book.free_margin()) throw Refused{TRADE_RETCODE_NO_MONEY, "No money"};
}

void Broker::check_limit(const Conditions &conditions, bool buy, double lot) const {
  double sum = lot;
  for (const auto &[ticket, held] : book.positions) sum += held.symbol == conditions.name && held.buy == buy ? held.lot : 0;
  for (const auto &[ticket, held] : book.orders) sum += held.symbol == conditions.name && held.buy() == buy ? held.lot : 0;
  if (conditions.volume_limit > 0 && sum > conditions.volume_limit + 1e-9) throw Refused{TRADE_RETCODE_LIMIT_VOLUME, "Volume limit reached"};
}

Order Broker::market_order(const std::string &symbol, bool buy, double lot, double price, ulong magic, ulong position, const String &comment) {
  Order order{};
  order.ticket = book.next_order();
  order.symbol = symbol;
  order.type = buy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
  order.state = ORDER_STATE_STARTED;
  order.initial_lot = order.lot = lot;
  order.price = price;
  order.magic = magic;
  order.position = position;
  order.comment = String(comment.units().substr(0, COMMENT_LENGTH));
  order.setup = book.time;
  return order;
}

}  // namespace mql::broker
