// Built-ins that tell of symbols and their market.
#include "host.hpp"
#include "terminal.hpp"
#include <algorithm>
#include <cmath>

namespace mql {

using terminal::current;

namespace {
constexpr size_t TICKS_UNLESS_TOLD = 2000;
constexpr int DAY_MINUTES = 24 * 60;

const broker::Conditions *conditions(const String &name) {
  const auto found = current().conditions().find(to_utf8(name));
  if (found != current().conditions().end()) return &found->second;
  host::set_error(ERR_MARKET_UNKNOWN_SYMBOL);
  return nullptr;
}

broker::Quote quote(const String &name) {
  const auto &quotes = current().broker().book.quotes;
  const auto found = quotes.find(to_utf8(name));
  return found == quotes.end() ? broker::Quote{} : found->second;
}

template <class Items, class T> int copy(const Items &items, size_t first, size_t count, ArrayRef<T> target) {
  if (target.size() < static_cast<long>(count) && ArrayResize(target, static_cast<int>(count)) < 0) return -1;
  std::copy_n(items.begin() + static_cast<long>(first), count, target.data());
  return static_cast<int>(count);
}
}  // namespace

int SymbolsTotal(bool) { return static_cast<int>(current().symbols.size()); }
String SymbolName(int pos, bool) {
  const auto &symbols = current().symbols;
  return pos >= 0 && pos < static_cast<int>(symbols.size()) ? from_utf8(symbols[static_cast<size_t>(pos)]) : text(u"");
}
bool SymbolExist(const String &name, bool &is_custom) {
  is_custom = false;
  return current().conditions().contains(to_utf8(name));
}
bool SymbolSelect(const String &name, bool) { return conditions(name); }
long SeriesInfoInteger(const String &name, ENUM_TIMEFRAMES, ENUM_SERIES_INFO_INTEGER) { return conditions(name) != nullptr; }

double SymbolInfoDouble(const String &name, ENUM_SYMBOL_INFO_DOUBLE property) {
  const broker::Conditions *known = conditions(name);
  if (!known) return 0;
  switch (property) {
    case SYMBOL_BID: return quote(name).bid;
    case SYMBOL_ASK: return quote(name).ask;
    case SYMBOL_POINT: return known->point;
    case SYMBOL_TRADE_TICK_VALUE:
    case SYMBOL_TRADE_TICK_VALUE_PROFIT:
    case SYMBOL_TRADE_TICK_VALUE_LOSS: return known->tick_value;
    case SYMBOL_TRADE_TICK_SIZE: return known->tick_size;
    case SYMBOL_TRADE_CONTRACT_SIZE: return known->contract_size;
    case SYMBOL_VOLUME_MIN: return known->volume_min;
    case SYMBOL_VOLUME_MAX: return known->volume_max;
    case SYMBOL_VOLUME_STEP: return known->volume_step;
    case SYMBOL_VOLUME_LIMIT: return known->volume_limit;
    default: return 0;
  }
}

long SymbolInfoInteger(const String &name, ENUM_SYMBOL_INFO_INTEGER property) {
  const broker::Conditions *known = conditions(name);
  if (!known) return 0;
  switch (property) {
    case SYMBOL_SELECT:
    case SYMBOL_VISIBLE:
    case SYMBOL_EXIST: return 1;
    case SYMBOL_TIME: return quote(name).time / 1000;
    case SYMBOL_TIME_MSC: return quote(name).time;
    case SYMBOL_DIGITS: return known->digits;
    case SYMBOL_SPREAD: return std::lround((quote(name).ask - quote(name).bid) / known->point);
    case SYMBOL_TRADE_MODE: return known->trade_mode;
    case SYMBOL_TRADE_STOPS_LEVEL: return known->stops_level;
    case SYMBOL_TRADE_FREEZE_LEVEL: return known->freeze_level;
    case SYMBOL_TRADE_EXEMODE: return known->execution;
    case SYMBOL_EXPIRATION_MODE: return known->expiration;
    case SYMBOL_FILLING_MODE: return known->filling;
    default: return 0;
  }
}

bool SymbolInfoTick(const String &name, MqlTick &tick) {
  if (!conditions(name)) return false;
  const auto found = current().series.find(to_utf8(name));
  if (found == current().series.end() || found->second.ticks().empty()) return false;
  tick = found->second.ticks().back();
  return true;
}

// The hours of a week, cut into days: a session that ends at midnight ends at 24:00 of its own day.
bool SymbolInfoSessionTrade(const String &name, ENUM_DAY_OF_WEEK day, uint index, datetime &from, datetime &to) {
  const broker::Conditions *known = conditions(name);
  if (!known) return false;
  const int begin = static_cast<int>(day) * DAY_MINUTES, end = begin + DAY_MINUTES;
  auto hours = known->hours;
  if (hours.empty()) hours.push_back({0, 7 * DAY_MINUTES});
  for (const auto &[opens, closes] : hours) {
    const int first = std::max(opens, begin), last = std::min(closes, end);
    if (first >= last || index-- != 0) continue;
    from = datetime{(first - begin) * 60L};
    to = datetime{(last - begin) * 60L};
    return true;
  }
  return false;
}

int CopyTicks(const String &name, ArrayRef<MqlTick> target, uint, ulong from, uint count) {
  if (!conditions(name)) return -1;
  const auto &ticks = current().series[to_utf8(name)].ticks();
  const size_t wanted = count ? count : TICKS_UNLESS_TOLD;
  if (from == 0) return copy(ticks, ticks.size() - std::min(wanted, ticks.size()), std::min(wanted, ticks.size()), target);
  const auto first = std::lower_bound(ticks.begin(), ticks.end(), static_cast<long>(from), [](const MqlTick &tick, long time) { return tick.time_msc < time; });
  const auto at = static_cast<size_t>(first - ticks.begin());
  return copy(ticks, at, std::min(wanted, ticks.size() - at), target);
}

int CopyRates(const String &name, ENUM_TIMEFRAMES timeframe, int start_pos, int count, ArrayRef<MqlRates> target) {
  if (!conditions(name) || start_pos < 0 || count <= 0) return -1;
  const auto bars = current().series[to_utf8(name)].bars(timeframe);
  const auto total = static_cast<int>(bars.size());
  const int end = std::max(0, total - start_pos), first = std::max(0, end - count);
  // A market without a past is loaded at once, and holds nothing: -1 would say that it is loading.
  return end == 0 && total > 0 ? -1 : copy(bars, static_cast<size_t>(first), static_cast<size_t>(end - first), target);
}

int CopyRates(const String &name, ENUM_TIMEFRAMES timeframe, datetime start, datetime stop, ArrayRef<MqlRates> target) {
  if (!conditions(name)) return -1;
  const auto bars = current().series[to_utf8(name)].bars(timeframe);
  const auto earlier = [](const MqlRates &bar, datetime time) { return bar.time < time; };
  const auto first = std::lower_bound(bars.begin(), bars.end(), start, earlier);
  const auto end = std::lower_bound(first, bars.end(), stop + datetime{1}, earlier);
  return copy(bars, static_cast<size_t>(first - bars.begin()), static_cast<size_t>(end - first), target);
}

}  // namespace mql
