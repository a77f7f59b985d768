// What the market does to the book, and how a fill is written into it.
#include "broker.hpp"
#include <cmath>

namespace mql::broker {

void Broker::tick(const std::string &symbol, const Quote &quote) {
  const long before = book.time;
  book.time = std::max(book.time, quote.time);
  book.quotes[symbol] = quote;
  book.place++;
  if (book.place <= book.recalled_place()) return;  // an earlier life has played this one
  roll_over(before);
  expire();
  if (!fillable(symbol)) return;
  reason_ = DEAL_REASON_EXPERT;
  carry_out_late();
  exit_positions(symbol, quote);
  trigger_orders(symbol, quote);
  stop_out();
}

bool Broker::fillable(const std::string &symbol) const {
  try {
    market(symbol);
  } catch (const Refused &) {
    return false;
  }
  return true;
}

// A stop is filled at the quote, so a gap slips; a target at its own price, so a gap gives nothing.
void Broker::exit_positions(const std::string &symbol, const Quote &quote) {
  const auto held = book.positions;
  for (const auto &[ticket, position] : held) {
    if (position.symbol != symbol) continue;
    const double price = quote.exit(position.buy), sign = position.buy ? 1 : -1;
    const bool stopped = position.sl > 0 && (price - position.sl) * sign <= 0;
    const bool reached = position.tp > 0 && (price - position.tp) * sign >= 0;
    if (!stopped && !reached) continue;
    reason_ = stopped ? DEAL_REASON_SL : DEAL_REASON_TP;
    const double filled = stopped ? price : position.tp;
    fill_out(position, market_order(symbol, !position.buy, position.lot, filled, position.magic, ticket, position.comment), filled);
    book.commit();
  }
}

void Broker::trigger_orders(const std::string &symbol, const Quote &quote) {
  const auto waiting = book.orders;
  for (const auto &[ticket, order] : waiting) {
    if (order.symbol != symbol) continue;
    const double price = quote.entry(order.buy()), away = (price - order.price) * (order.buy() ? 1 : -1);
    if (order.limit() ? away <= 0 : away >= 0) trigger(order, order.limit() ? order.price : price);
  }
}

void Broker::trigger(const Order &order, double price) {
  reason_ = DEAL_REASON_EXPERT;
  try {
    check_direction(book.symbols.at(order.symbol), order.buy());
    check_margin(order.symbol, order.lot, price);
    fill_in(order, price);
  } catch (const Refused &) {
    book.end(order, ORDER_STATE_REJECTED);
    tell(TRADE_TRANSACTION_ORDER_DELETE, order);
    tell(TRADE_TRANSACTION_HISTORY_ADD, order);
  }
  book.commit();
}

void Broker::stop_out() {
  while (!book.positions.empty() && book.margin_level() <= book.account.stop_out_level) {
    const Position *worst = nullptr;
    for (const auto &[ticket, position] : book.positions) {
      if (fillable(position.symbol) && (!worst || book.profit(position) < book.profit(*worst))) worst = &position;
    }
    if (!worst) return;
    const Position closed = *worst;
    const double price = book.quotes[closed.symbol].exit(closed.buy);
    reason_ = DEAL_REASON_SO;
    fill_out(closed, market_order(closed.symbol, !closed.buy, closed.lot, price, closed.magic, closed.ticket, closed.comment), price);
    book.commit();
  }
}

void Broker::expire() {
  const auto waiting = book.orders;
  for (const auto &[ticket, order] : waiting) {
    if (order.expiration == 0 || order.expiration > book.time) continue;
    book.end(order, ORDER_STATE_EXPIRED);
    tell(TRADE_TRANSACTION_ORDER_DELETE, order);
    tell(TRADE_TRANSACTION_HISTORY_ADD, order);
    book.commit();
  }
}

// A position that is open over the server's midnight pays or earns the night's swap.
void Broker::roll_over(long before) {
  constexpr long DAY = 86'400'000;
  const long nights = before ? book.time / DAY - before / DAY : 0;
  if (nights <= 0) return;
  for (auto &[ticket, position] : book.positions) {
    const Conditions &conditions = book.symbols.at(position.symbol);
    position.swap += static_cast<double>(nights) * position.lot * (position.buy ? conditions.swap_buy : conditions.swap_sell);
    book.put(Position(position));
  }
  book.commit();
}

ulong Broker::fill_in(Order filled, double price) {
  const ulong ticket = filled.ticket;
  book.put(Position{ticket, filled.symbol, filled.buy(), filled.lot, price, filled.sl, filled.tp, 0, filled.magic, filled.comment, book.time});
  filled.position = ticket;
  record(filled, ticket, DEAL_ENTRY_IN, filled.lot, price, 0, 0);
  return book.deals.rbegin()->first;
}

ulong Broker::fill_out(const Position &closed, Order filled, double price) {
  const Conditions &conditions = book.symbols.at(closed.symbol);
  const double remains = std::round((closed.lot - filled.lot) / conditions.volume_step) * conditions.volume_step;
  const double profit = book.profit(closed.symbol, closed.buy, filled.lot, closed.price, price);
  const double swap = cents(closed.swap * filled.lot / closed.lot);
  if (remains > 1e-9) {
    Position left = closed;
    left.lot = remains;
    left.swap = closed.swap - swap;
    book.put(left);
  } else {
    book.remove_position(closed.ticket);
  }
  record(filled, closed.ticket, DEAL_ENTRY_OUT, filled.lot, price, profit, swap);
  return book.deals.rbegin()->first;
}

void Broker::record(const Order &filled, ulong position, ENUM_DEAL_ENTRY entry, double lot, double price, double profit, double swap) {
  Deal deal{};
  deal.ticket = book.next_deal();
  deal.order = filled.ticket;
  deal.position = position;
  deal.symbol = filled.symbol;
  deal.type = filled.buy() ? DEAL_TYPE_BUY : DEAL_TYPE_SELL;
  deal.entry = entry;
  deal.reason = reason_;
  deal.lot = lot;
  deal.price = price;
  deal.profit = profit;
  deal.commission = 0 - cents(book.account.commission * lot);
  deal.swap = swap;
  deal.magic = filled.magic;
  deal.comment = filled.comment;
  deal.time = book.time;
  book.add(deal);
  Order done = filled;
  done.lot = std::max(0.0, filled.initial_lot - lot);
  book.end(done, done.lot > 1e-9 ? ORDER_STATE_PARTIAL : ORDER_STATE_FILLED);
  if (filled.state == ORDER_STATE_STARTED) tell(TRADE_TRANSACTION_ORDER_ADD, filled);
  tell(TRADE_TRANSACTION_DEAL_ADD, done, deal.ticket);
  tell(TRADE_TRANSACTION_ORDER_DELETE, done);
  tell(TRADE_TRANSACTION_HISTORY_ADD, done);
}

void Broker::tell(ENUM_TRADE_TRANSACTION_TYPE type, const Order &order, ulong deal) {
  MqlTradeTransaction told{};
  told.type = type;
  told.deal = deal;
  told.order = order.ticket;
  told.symbol = from_utf8(order.symbol);
  told.order_type = order.type;
  told.order_state = order.state;
  told.deal_type = order.buy() ? DEAL_TYPE_BUY : DEAL_TYPE_SELL;
  told.time_type = order.time_type;
  told.time_expiration = datetime{order.expiration / 1000};
  told.price = order.price;
  told.price_sl = order.sl;
  told.price_tp = order.tp;
  told.volume = order.lot;
  told.position = order.position;
  notify_(told, {}, {});
}

}  // namespace mql::broker
