// What a terminal keeps of a symbol: its newest ticks and its one-minute bars, in server time.
#pragma once
#include "mql5.hpp"
#include <deque>
#include <vector>

namespace mql::terminal {

class Series {
 public:
  // `time` in milliseconds.
  void tick(double bid, double ask, long time);
  void past_bar(const MqlRates &bar) { minutes_.push_back(bar); }

  const std::deque<MqlTick> &ticks() const { return ticks_; }
  // All bars of a timeframe, oldest first.
  std::vector<MqlRates> bars(ENUM_TIMEFRAMES timeframe) const;

 private:
  std::deque<MqlTick> ticks_;
  std::vector<MqlRates> minutes_;
};

}  // namespace mql::terminal
