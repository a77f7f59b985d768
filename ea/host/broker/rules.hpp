// The rules by which a MetaTrader 5 broker refuses a request. Distances are in points and from the right side: a BUY's
// stop and target from the bid, a SELL's from the ask, a pending order's from its own price.
#pragma once
#include "values.hpp"

namespace mql::broker {

// A request breaks a rule; becomes the retcode of its answer.
struct Refused {
  uint retcode;
  const char *why;
};

bool on_grid(double value, double step);
bool is_open(const Conditions &conditions, long server_time);
void check_direction(const Conditions &conditions, bool buy);
void check_volume(const Conditions &conditions, double lot);
void check_filling(const Conditions &conditions, ENUM_ORDER_TYPE_FILLING filling);
void check_stops(const Conditions &conditions, bool buy, double reference, double sl, double tp);
void check_not_frozen(const Conditions &conditions, double price, std::initializer_list<double> levels);
void check_pending(const Conditions &conditions, const Order &order, const Quote &quote, long now);
void check_price(const Conditions &conditions, const MqlTradeRequest &request, double price);

}  // namespace mql::broker
