// A simulated MetaTrader 5 broker with one account, hedging or netting. It has no clock and no randomness: market time
// comes with the ticks. The same choices as the paper broker's where brokers differ: a stop slips with a gap, a target
// does not gain by one; opposite positions give no discount of margin; nothing is filled on a crossed quote.
#pragma once
#include "book.hpp"
#include "faults.hpp"
#include "rules.hpp"
#include <functional>

namespace mql::broker {

class Broker {
 public:
  using Notify = std::function<void(const MqlTradeTransaction &, const MqlTradeRequest &, const MqlTradeResult &)>;
  using Wait = std::function<void(int milliseconds)>;

  Broker(Account account, const std::string &path, Notify notify, Wait wait);

  // The answer to a request; false where it was not accepted.
  bool send(const MqlTradeRequest &request, MqlTradeResult &result, ENUM_DEAL_REASON reason);
  // Takes a quote: stops and targets, pending orders, a stop-out.
  void tick(const std::string &symbol, const Quote &quote);

  Book book;
  Faults faults;

 private:
  struct Late {
    MqlTradeRequest request;
    long due;
  };
  void carry_out_late();
  void carry_out(const MqlTradeRequest &request, MqlTradeResult &result, const Fault &fault);
  void deal(const MqlTradeRequest &request, MqlTradeResult &result, double part);
  void close(const MqlTradeRequest &request, MqlTradeResult &result, double part);
  void open(const MqlTradeRequest &request, MqlTradeResult &result, double part);
  void net(Position held, const MqlTradeRequest &request, MqlTradeResult &result, double lot, double price);
  void place(const MqlTradeRequest &request, MqlTradeResult &result);
  void modify_position(const MqlTradeRequest &request);
  void modify_order(const MqlTradeRequest &request);
  void remove(const MqlTradeRequest &request);

  const Conditions &market(const std::string &symbol) const;
  bool fillable(const std::string &symbol) const;
  Position &position(ulong ticket);
  Order &order(ulong ticket);
  void check_margin(const std::string &symbol, double lot, double price) const;
  void check_limit(const Conditions &conditions, bool buy, double lot) const;

  // One order's fill: its deal, and the order in the history.
  ulong fill_in(Order filled, double price);
  ulong fill_out(const Position &closed, Order filled, double price);
  void record(const Order &filled, ulong position, ENUM_DEAL_ENTRY entry, double lot, double price, double profit, double swap);
  Order market_order(const std::string &symbol, bool buy, double lot, double price, ulong magic, ulong position, const String &comment);
  void exit_positions(const std::string &symbol, const Quote &quote);
  void trigger_orders(const std::string &symbol, const Quote &quote);
  void trigger(const Order &order, double price);
  void stop_out();
  void expire();
  void roll_over(long before);
  void tell(ENUM_TRADE_TRANSACTION_TYPE type, const Order &order, ulong deal = 0);

  Notify notify_;
  Wait wait_;
  ENUM_DEAL_REASON reason_ = DEAL_REASON_EXPERT;
  uint requests_ = 0;
  std::vector<Late> late_;
};

}  // namespace mql::broker
