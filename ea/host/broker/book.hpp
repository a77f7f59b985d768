// The book of a broker: positions, orders, deals and what they come to. It records; the broker decides.
#pragma once
#include "chronicle.hpp"
#include "values.hpp"
#include <map>

namespace mql::broker {

class Book {
 public:
  Book(Account account, const std::string &path);

  Account account;
  long time = 0;   // the newest server time
  long place = 0;  // ticks of the market that were played
  std::map<std::string, Conditions> symbols;
  std::map<std::string, Quote> quotes;
  std::map<ulong, Position> positions;  // by ticket
  std::map<ulong, Order> orders;        // pending
  std::map<ulong, Order> past_orders;
  std::map<ulong, Deal> deals;

  ulong next_order() { return ++last_order_; }
  ulong next_deal() { return ++last_deal_; }
  // Each change is kept on disk with the next `commit`.
  void put(const Position &position);
  void remove_position(ulong ticket);
  void put(const Order &order);
  void end(Order order, ENUM_ORDER_STATE state);
  void add(const Deal &deal);
  void commit();
  bool recalled() const { return recalled_; }
  // What was in the book before this process had ticks up to here.
  long recalled_place() const { return recalled_place_; }

  double balance() const { return balance_; }
  double profit(const Position &position) const;
  double profit(const std::string &symbol, bool buy, double lot, double from, double to) const;
  double margin(const std::string &symbol, double lot, double price) const;
  double equity() const;
  double margin() const;
  double free_margin() const { return equity() - margin(); }
  double margin_level() const;  // per cent; 0 where nothing is open
  ulong opened_magic(ulong position) const;

 private:
  void recall(const std::string &line);
  Chronicle chronicle_;
  ulong last_order_ = 1'000'000;
  ulong last_deal_ = 5'000'000;
  double balance_ = 0;
  bool recalled_ = false;
  long recalled_place_ = 0;
};

double cents(double amount);

}  // namespace mql::broker
