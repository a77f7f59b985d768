#include "events.hpp"
#include <algorithm>

namespace mql::terminal {

namespace {
constexpr long TRANSACTIONS = 1024;

struct Call {
  const Handlers &handlers;
  void operator()(const TickEvent &) const {
    if (handlers.OnTick) handlers.OnTick();
  }
  void operator()(const TimerEvent &) const {
    if (handlers.OnTimer) handlers.OnTimer();
  }
  void operator()(const ChartEvent &event) const {
    if (handlers.OnChartEvent) handlers.OnChartEvent(event.id, event.lparam, event.dparam, event.sparam);
  }
  void operator()(const TransactionEvent &event) const {
    if (handlers.OnTradeTransaction) handlers.OnTradeTransaction(event.transaction, event.request, event.result);
  }
};
}  // namespace

template <class E> bool EventQueue::waits() const {
  return std::any_of(queue_.begin(), queue_.end(), [](const Event &each) { return std::holds_alternative<E>(each); });
}

void EventQueue::tick() {
  if (in_tick_ || waits<TickEvent>()) counts.ticks_dropped++;
  else queue_.push_back(TickEvent{});
}

void EventQueue::timer() {
  if (in_timer_ || waits<TimerEvent>()) counts.timers_dropped++;
  else queue_.push_back(TimerEvent{});
}

void EventQueue::transaction(TransactionEvent event) {
  const auto waiting = std::count_if(queue_.begin(), queue_.end(), [](const Event &each) { return std::holds_alternative<TransactionEvent>(each); });
  const bool lost = lose_ > 0 && std::generate_canonical<double, 32>(luck_) < lose_;
  if (lost || waiting >= TRANSACTIONS) {
    counts.transactions_lost++;
    return;
  }
  const auto before = shuffle_ ? static_cast<long>(luck_() % static_cast<ulong>(waiting + 1)) : 0;
  queue_.insert(queue_.end() - std::min<long>(before, static_cast<long>(queue_.size())), std::move(event));
}

void EventQueue::disturb(uint seed, double lose, bool shuffle) {
  luck_.seed(seed);
  lose_ = lose;
  shuffle_ = shuffle;
}

void EventQueue::dispatch(const Handlers &handlers) {
  while (!queue_.empty()) {
    const Event event = std::move(queue_.front());
    queue_.pop_front();
    in_tick_ = std::holds_alternative<TickEvent>(event);
    in_timer_ = std::holds_alternative<TimerEvent>(event);
    counts.ticks += in_tick_;
    counts.timers += in_timer_;
    counts.transactions += std::holds_alternative<TransactionEvent>(event);
    std::visit(Call{handlers}, event);
    in_tick_ = in_timer_ = false;
  }
}

}  // namespace mql::terminal
