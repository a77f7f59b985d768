#include "rules.hpp"
#include <cmath>

namespace mql::broker {

namespace {
// A distance in points, freed of the dust of binary prices.
double points(const Conditions &conditions, double distance) { return std::round(distance / conditions.point * 1e6) / 1e6; }

void check_distance(const Conditions &conditions, double away, uint retcode, const char *why) {
  const double distance = points(conditions, away);
  if (distance <= 0 || distance < conditions.stops_level) throw Refused{retcode, why};
}
}  // namespace

bool on_grid(double value, double step) {
  const double steps = value / step;
  return std::isfinite(steps) && std::fabs(steps - std::round(steps)) < 1e-6;
}

bool is_open(const Conditions &conditions, long server_time) {
  constexpr long MINUTE = 60'000, WEEK = 7 * 24 * 60 * MINUTE, THURSDAY = 4 * 24 * 60 * MINUTE;  // 1970 began on one
  const long minute = (server_time + THURSDAY) % WEEK / MINUTE;
  for (const auto &[from, to] : conditions.hours) {
    if (minute >= from && minute < to) return true;
  }
  return conditions.hours.empty();
}

void check_direction(const Conditions &conditions, bool buy) {
  switch (conditions.trade_mode) {
    case SYMBOL_TRADE_MODE_CLOSEONLY: throw Refused{TRADE_RETCODE_CLOSE_ONLY, "Only position closing is allowed"};
    case SYMBOL_TRADE_MODE_LONGONLY:
      if (!buy) throw Refused{TRADE_RETCODE_LONG_ONLY, "Only long positions are allowed"};
      break;
    case SYMBOL_TRADE_MODE_SHORTONLY:
      if (buy) throw Refused{TRADE_RETCODE_SHORT_ONLY, "Only short positions are allowed"};
      break;
    default: break;
  }
}

void check_volume(const Conditions &conditions, double lot) {
  const bool within = lot >= conditions.volume_min - 1e-9 && lot <= conditions.volume_max + 1e-9;
  if (!within || !on_grid(lot, conditions.volume_step)) throw Refused{TRADE_RETCODE_INVALID_VOLUME, "Invalid volume"};
}

void check_filling(const Conditions &conditions, ENUM_ORDER_TYPE_FILLING filling) {
  const bool flagged = (filling == ORDER_FILLING_FOK && conditions.filling & SYMBOL_FILLING_FOK) ||
                       (filling == ORDER_FILLING_IOC && conditions.filling & SYMBOL_FILLING_IOC);
  bool allowed = flagged;
  switch (conditions.execution) {
    case SYMBOL_TRADE_EXECUTION_INSTANT:
    case SYMBOL_TRADE_EXECUTION_REQUEST: allowed = filling != ORDER_FILLING_BOC; break;
    case SYMBOL_TRADE_EXECUTION_EXCHANGE: allowed = flagged || filling == ORDER_FILLING_RETURN; break;
    case SYMBOL_TRADE_EXECUTION_MARKET: break;
  }
  if (!allowed) throw Refused{TRADE_RETCODE_INVALID_FILL, "Unsupported filling mode"};
}

void check_stops(const Conditions &conditions, bool buy, double reference, double sl, double tp) {
  const char *why = "Invalid stops";
  for (const double level : {sl, tp}) {
    if (level < 0 || !on_grid(level, conditions.tick_size)) throw Refused{TRADE_RETCODE_INVALID_STOPS, why};
  }
  if (sl > 0) check_distance(conditions, buy ? reference - sl : sl - reference, TRADE_RETCODE_INVALID_STOPS, why);
  if (tp > 0) check_distance(conditions, buy ? tp - reference : reference - tp, TRADE_RETCODE_INVALID_STOPS, why);
}

void check_not_frozen(const Conditions &conditions, double price, std::initializer_list<double> levels) {
  for (const double level : levels) {
    if (level > 0 && points(conditions, std::fabs(price - level)) < conditions.freeze_level)
      throw Refused{TRADE_RETCODE_FROZEN, "Order or position frozen"};
  }
}

// A BUY limit lies below the ask and a BUY stop above it, a SELL limit above the bid and a SELL stop below it.
void check_pending(const Conditions &conditions, const Order &order, const Quote &quote, long now) {
  if (order.filling != ORDER_FILLING_RETURN) throw Refused{TRADE_RETCODE_INVALID_FILL, "Unsupported filling mode"};
  if (order.price <= 0 || !on_grid(order.price, conditions.tick_size)) throw Refused{TRADE_RETCODE_INVALID_PRICE, "Invalid price"};
  const double away = order.price - quote.entry(order.buy());
  check_distance(conditions, order.buy() == order.limit() ? -away : away, TRADE_RETCODE_INVALID_PRICE, "Invalid price");
  const bool dated = order.time_type == ORDER_TIME_SPECIFIED;
  if (dated && order.expiration <= now) throw Refused{TRADE_RETCODE_INVALID_EXPIRATION, "Invalid expiration"};
}

// Market execution takes no price; the others requote when theirs is further away than the request allows.
void check_price(const Conditions &conditions, const MqlTradeRequest &request, double price) {
  if (conditions.execution != SYMBOL_TRADE_EXECUTION_INSTANT && conditions.execution != SYMBOL_TRADE_EXECUTION_REQUEST) return;
  if (request.price <= 0) throw Refused{TRADE_RETCODE_INVALID_PRICE, "Invalid price"};
  if (points(conditions, std::fabs(price - request.price)) > static_cast<double>(request.deviation))
    throw Refused{TRADE_RETCODE_REQUOTE, "Requote"};
}

}  // namespace mql::broker
