// The queue of an Expert Advisor. One thread: what happens while it is busy waits, and of some events only one waits.
#pragma once
#include "mql5.hpp"
#include <deque>
#include <random>
#include <variant>

namespace mql::terminal {

struct TickEvent {};
struct TimerEvent {};
struct ChartEvent {
  int id;
  long lparam;
  double dparam;
  String sparam;
};
struct TransactionEvent {
  MqlTradeTransaction transaction;
  MqlTradeRequest request;
  MqlTradeResult result;
};
using Event = std::variant<TickEvent, TimerEvent, ChartEvent, TransactionEvent>;

class EventQueue {
 public:
  // MetaTrader queues no tick and no timer while one waits or is being handled.
  void tick();
  void timer();
  void chart(ChartEvent event) { queue_.push_back(std::move(event)); }
  // MetaTrader keeps 1024 transactions; what comes beyond that is lost. So is what a test loses, and its order.
  void transaction(TransactionEvent event);
  void disturb(uint seed, double lose, bool shuffle);

  // Calls the program's handlers until nothing waits.
  void dispatch(const Handlers &handlers);
  void clear() { queue_.clear(); }

  struct Counts {
    long ticks = 0, ticks_dropped = 0, timers = 0, timers_dropped = 0, transactions = 0, transactions_lost = 0;
  } counts;

 private:
  template <class E> bool waits() const;
  bool in_tick_ = false;
  bool in_timer_ = false;
  double lose_ = 0;
  bool shuffle_ = false;
  std::minstd_rand luck_;
  std::deque<Event> queue_;
};

}  // namespace mql::terminal
