#include "series.hpp"
#include <algorithm>

namespace mql::terminal {

namespace {
constexpr size_t TICKS_KEPT = 65'536;

long period_s(ENUM_TIMEFRAMES timeframe) {
  switch (timeframe) {
    case PERIOD_M5: return 300;
    case PERIOD_M15: return 900;
    case PERIOD_M30: return 1800;
    case PERIOD_H1: return 3600;
    case PERIOD_H4: return 14400;
    case PERIOD_D1: return 86400;
    default: return 60;
  }
}

void widen(MqlRates &bar, const MqlRates &by) {
  bar.high = std::max(bar.high, by.high);
  bar.low = std::min(bar.low, by.low);
  bar.close = by.close;
  bar.tick_volume += by.tick_volume;
}
}  // namespace

void Series::tick(double bid, double ask, long time) {
  MqlTick tick{};
  tick.time = datetime{time / 1000};
  tick.time_msc = time;
  tick.bid = bid;
  tick.ask = ask;
  if (ticks_.empty() || ticks_.back().bid != bid) tick.flags |= TICK_FLAG_BID;
  if (ticks_.empty() || ticks_.back().ask != ask) tick.flags |= TICK_FLAG_ASK;
  ticks_.push_back(tick);
  if (ticks_.size() > TICKS_KEPT) ticks_.pop_front();
  const MqlRates bar{datetime{time / 60'000 * 60}, bid, bid, bid, bid, 1, 0, 0};
  if (!minutes_.empty() && minutes_.back().time == bar.time) widen(minutes_.back(), bar);
  else minutes_.push_back(bar);
}

std::vector<MqlRates> Series::bars(ENUM_TIMEFRAMES timeframe) const {
  const long period = period_s(timeframe);
  std::vector<MqlRates> bars;
  for (const MqlRates &minute : minutes_) {
    const datetime opened{minute.time.seconds / period * period};
    if (!bars.empty() && bars.back().time == opened) {
      widen(bars.back(), minute);
    } else {
      bars.push_back(minute);
      bars.back().time = opened;
    }
  }
  return bars;
}

}  // namespace mql::terminal
