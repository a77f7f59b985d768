// The things in a broker's book. Times are the server's, milliseconds; money is in the account's currency.
#pragma once
#include "mql5.hpp"
#include <string>
#include <utility>
#include <vector>

namespace mql::broker {

struct Conditions {
  std::string name;
  int digits = 5;
  double point = 1e-5;
  double tick_size = 1e-5;
  double tick_value = 1;
  double contract_size = 100000;
  double volume_min = 0.01;
  double volume_max = 100;
  double volume_step = 0.01;
  double volume_limit = 0;  // of all positions and orders in one direction; 0: none
  int stops_level = 0;
  int freeze_level = 0;
  int filling = SYMBOL_FILLING_FOK | SYMBOL_FILLING_IOC;
  int expiration = SYMBOL_EXPIRATION_GTC | SYMBOL_EXPIRATION_DAY | SYMBOL_EXPIRATION_SPECIFIED | SYMBOL_EXPIRATION_SPECIFIED_DAY;
  ENUM_SYMBOL_TRADE_EXECUTION execution = SYMBOL_TRADE_EXECUTION_MARKET;
  ENUM_SYMBOL_TRADE_MODE trade_mode = SYMBOL_TRADE_MODE_FULL;
  std::vector<std::pair<int, int>> hours;  // [from, to) minutes of the server's week, from Sunday 00:00; none: always open
  double swap_buy = 0;                     // a lot and night
  double swap_sell = 0;
};

struct Quote {
  double bid = 0;
  double ask = 0;
  long time = 0;
  // What a position of this direction is opened and closed at.
  double entry(bool buy) const { return buy ? ask : bid; }
  double exit(bool buy) const { return buy ? bid : ask; }
};

struct Account {
  std::string server;
  long login = 0;
  std::string company = "BITTEN paper";
  std::string currency = "USD";
  long leverage = 100;
  double deposit = 10000;
  double commission = 0;  // a lot and deal, 0 or more
  double stop_out_level = 50;
  bool hedging = true;
  bool real = false;
};

struct Position {
  ulong ticket;
  std::string symbol;
  bool buy;
  double lot;
  double price;
  double sl;
  double tp;
  double swap;
  ulong magic;
  String comment;
  long time;
};

struct Order {
  ulong ticket;
  std::string symbol;
  ENUM_ORDER_TYPE type;
  ENUM_ORDER_TYPE_FILLING filling;
  ENUM_ORDER_TYPE_TIME time_type;
  ENUM_ORDER_STATE state;
  double initial_lot;
  double lot;
  double price;
  double sl;
  double tp;
  ulong magic;
  ulong position;
  String comment;
  long setup;
  long done;
  long expiration;
  bool buy() const { return type == ORDER_TYPE_BUY || type == ORDER_TYPE_BUY_LIMIT || type == ORDER_TYPE_BUY_STOP; }
  bool limit() const { return type == ORDER_TYPE_BUY_LIMIT || type == ORDER_TYPE_SELL_LIMIT; }
};

struct Deal {
  ulong ticket;
  ulong order;
  ulong position;
  std::string symbol;
  ENUM_DEAL_TYPE type;
  ENUM_DEAL_ENTRY entry;
  ENUM_DEAL_REASON reason;
  double lot;
  double price;
  double profit;
  double commission;  // 0 or less
  double swap;
  ulong magic;
  String comment;
  long time;
};

}  // namespace mql::broker
