#include "book.hpp"
#include "lines.hpp"
#include <algorithm>
#include <cmath>

namespace mql::broker {

double cents(double amount) { return std::round(amount * 100) / 100; }

Book::Book(Account opened, const std::string &path) : account(std::move(opened)), chronicle_(path) {
  chronicle_.read([this](const std::string &line) { recall(line); });
  recalled_ = !deals.empty();
  recalled_place_ = place;
}

void Book::put(const Position &position) {
  positions.insert_or_assign(position.ticket, position);
  LineWriter line('P');
  position_fields(line, position);
  chronicle_.add(line.line());
}

void Book::remove_position(ulong ticket) {
  positions.erase(ticket);
  chronicle_.add((LineWriter('X') & ticket).line());
}

void Book::put(const Order &order) {
  orders.insert_or_assign(order.ticket, order);
  LineWriter line('O');
  order_fields(line, order);
  chronicle_.add(line.line());
}

void Book::end(Order order, ENUM_ORDER_STATE state) {
  order.state = state;
  order.done = time;
  orders.erase(order.ticket);
  past_orders.insert_or_assign(order.ticket, order);
  LineWriter line('H');
  order_fields(line, order);
  chronicle_.add(line.line());
}

void Book::add(const Deal &deal) {
  deals.insert_or_assign(deal.ticket, deal);
  balance_ = cents(balance_ + deal.profit + deal.commission + deal.swap);
  LineWriter line('D');
  deal_fields(line, deal);
  chronicle_.add(line.line());
}

void Book::commit() {
  chronicle_.add((LineWriter('T') & place & time).line());
  chronicle_.commit();
}

void Book::recall(const std::string &line) {
  LineReader read(line);
  ulong ticket = 0;
  switch (read.kind()) {
    case 'P': {
      Position position{};
      position_fields(read, position);
      positions.insert_or_assign(position.ticket, position);
      break;
    }
    case 'X':
      read & ticket;
      positions.erase(ticket);
      break;
    case 'O':
    case 'H': {
      const bool ended = read.kind() == 'H';
      Order order{};
      order_fields(read, order);
      orders.erase(order.ticket);
      (ended ? past_orders : orders).insert_or_assign(order.ticket, order);
      last_order_ = std::max(last_order_, order.ticket);
      break;
    }
    case 'D': {
      Deal deal{};
      deal_fields(read, deal);
      deals.insert_or_assign(deal.ticket, deal);
      balance_ = cents(balance_ + deal.profit + deal.commission + deal.swap);
      last_deal_ = std::max(last_deal_, deal.ticket);
      break;
    }
    case 'T':
      read & place & time;
      break;
    default:
      critical("the broker's book holds a line of another kind: " + line);
  }
}

double Book::profit(const std::string &symbol, bool buy, double lot, double from, double to) const {
  const Conditions &conditions = symbols.at(symbol);
  return cents((buy ? to - from : from - to) / conditions.tick_size * conditions.tick_value * lot);
}

double Book::profit(const Position &position) const {
  const auto quote = quotes.find(position.symbol);
  if (quote == quotes.end()) return 0;
  return profit(position.symbol, position.buy, position.lot, position.price, quote->second.exit(position.buy));
}

double Book::margin(const std::string &symbol, double lot, double price) const {
  const Conditions &conditions = symbols.at(symbol);
  return cents(price / conditions.tick_size * conditions.tick_value * lot / static_cast<double>(account.leverage));
}

double Book::equity() const {
  double sum = balance_;
  for (const auto &[ticket, position] : positions) sum += profit(position) + position.swap;
  return cents(sum);
}

double Book::margin() const {
  double sum = 0;
  for (const auto &[ticket, position] : positions) sum += margin(position.symbol, position.lot, position.price);
  return cents(sum);
}

double Book::margin_level() const {
  const double used = margin();
  return used > 0 ? equity() / used * 100 : 0;
}

ulong Book::opened_magic(ulong position) const {
  for (const auto &[ticket, deal] : deals) {
    if (deal.position == position && deal.entry == DEAL_ENTRY_IN) return deal.magic;
  }
  return 0;
}

}  // namespace mql::broker
