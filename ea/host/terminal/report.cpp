#include "report.hpp"
#include "host.hpp"
#include "terminal.hpp"

namespace mql::terminal {

namespace {
const char *direction(bool buy) { return buy ? "BUY" : "SELL"; }

const char *reason(ENUM_DEAL_REASON why) {
  switch (why) {
    case DEAL_REASON_SL: return "sl";
    case DEAL_REASON_TP: return "tp";
    case DEAL_REASON_SO: return "stop_out";
    case DEAL_REASON_EXPERT: return "close";
    default: return "manual";
  }
}

host::Report shown(const broker::Deal &deal, long time, ulong magic) {
  const bool bought = deal.type == DEAL_TYPE_BUY;
  host::Report line = host::Report::object();
  line.add("deal", deal.ticket).add("ticket", deal.position).add("magic", magic).add("symbol", deal.symbol);
  line.add("direction", direction(deal.entry == DEAL_ENTRY_IN ? bought : !bought)).add("lot", deal.lot).add("price", deal.price);
  line.add("profit", deal.profit).add("commission", deal.commission).add("swap", deal.swap).add("reason", reason(deal.reason));
  line.add("comment", deal.comment).add("time", time);
  return line;
}
}  // namespace

void report_book(const char *event) {
  Terminal &all = current();
  const broker::Book &book = all.broker().book;
  std::vector<broker::Deal> opened, closed;
  for (const auto &[ticket, deal] : book.deals) {
    if (deal.type > DEAL_TYPE_SELL) continue;
    (deal.entry == DEAL_ENTRY_IN ? opened : closed).push_back(deal);
  }
  const auto show = [&](const broker::Deal &deal) { return shown(deal, deal.time - all.utc_offset_ms, book.opened_magic(deal.position)); };
  host::Report line(event);
  line.add("server", book.account.server).add("login", book.account.login);
  line.list("opened", opened, show).list("closed", closed, show);
  line.list("positions", book.positions, [&](const auto &entry) {
    const broker::Position &held = entry.second;
    host::Report one = host::Report::object();
    one.add("ticket", held.ticket).add("symbol", held.symbol).add("direction", direction(held.buy)).add("lot", held.lot);
    one.add("open_price", held.price).add("open_time", held.time - all.utc_offset_ms).add("sl", held.sl).add("tp", held.tp);
    one.add("magic", held.magic).add("comment", held.comment).add("profit", book.profit(held));
    return one;
  });
  line.list("orders", book.orders, [&](const auto &entry) {
    const broker::Order &held = entry.second;
    host::Report one = host::Report::object();
    one.add("ticket", held.ticket).add("symbol", held.symbol).add("direction", direction(held.buy()));
    one.add("kind", held.limit() ? "limit" : "stop").add("lot", held.lot).add("price", held.price).add("sl", held.sl).add("tp", held.tp);
    one.add("magic", held.magic).add("comment", held.comment);
    one.add("good_till", held.expiration ? held.expiration - all.utc_offset_ms : 0L);
    return one;
  });
  line.add("balance", book.balance()).add("equity", book.equity()).add("market_time", all.server_time() - all.utc_offset_ms);
  const EventQueue::Counts &counts = all.events.counts;
  line.add("ticks_played", book.place).add("on_tick", counts.ticks).add("on_tick_dropped", counts.ticks_dropped);
  line.add("on_timer", counts.timers).add("transactions", counts.transactions).add("transactions_lost", counts.transactions_lost);
  line.print();
}

}  // namespace mql::terminal
