// Built-ins that tell of the history: deals and past orders that were selected before.
#include "host.hpp"
#include "terminal.hpp"
#include <algorithm>

namespace mql {

using terminal::current;

double order_double(const broker::Order &order, ENUM_ORDER_PROPERTY_DOUBLE property);
long order_integer(const broker::Order &order, ENUM_ORDER_PROPERTY_INTEGER property);

namespace {
struct Selection {
  std::vector<ulong> deals;
  std::vector<ulong> orders;
} selection;

broker::Book &book() { return current().broker().book; }
ulong nth(const std::vector<ulong> &tickets, int index) {
  return index >= 0 && index < static_cast<int>(tickets.size()) ? tickets[static_cast<size_t>(index)] : 0;
}
bool selected(const std::vector<ulong> &tickets, ulong ticket) { return std::find(tickets.begin(), tickets.end(), ticket) != tickets.end(); }

template <class Fits> void select(Fits fits) {
  selection = {};
  for (const auto &[ticket, deal] : book().deals) {
    if (fits(deal.time, deal.position)) selection.deals.push_back(ticket);
  }
  for (const auto &[ticket, order] : book().past_orders) {
    if (fits(order.done, order.position)) selection.orders.push_back(ticket);
  }
}

const broker::Deal *deal(ulong ticket) {
  if (selected(selection.deals, ticket)) return &book().deals.at(ticket);
  host::set_error(ERR_TRADE_DEAL_NOT_FOUND);
  return nullptr;
}

const broker::Order *past_order(ulong ticket) {
  if (selected(selection.orders, ticket)) return &book().past_orders.at(ticket);
  host::set_error(ERR_TRADE_ORDER_NOT_FOUND);
  return nullptr;
}
}  // namespace

bool HistorySelect(datetime from, datetime to) {
  select([&](long time, ulong) { return time >= from.seconds * 1000 && time / 1000 <= to.seconds; });
  return true;
}

bool HistorySelectByPosition(long position) {
  select([&](long, ulong of) { return of != 0 && static_cast<long>(of) == position; });
  return true;
}

bool HistoryDealSelect(ulong ticket) {
  if (!book().deals.contains(ticket)) return host::set_error(ERR_TRADE_DEAL_NOT_FOUND), false;
  selection = {{ticket}, {}};
  return true;
}

bool HistoryOrderSelect(ulong ticket) {
  if (!book().past_orders.contains(ticket)) return host::set_error(ERR_TRADE_ORDER_NOT_FOUND), false;
  selection = {{}, {ticket}};
  return true;
}

int HistoryDealsTotal() { return static_cast<int>(selection.deals.size()); }
ulong HistoryDealGetTicket(int index) { return nth(selection.deals, index); }
int HistoryOrdersTotal() { return static_cast<int>(selection.orders.size()); }
ulong HistoryOrderGetTicket(int index) { return nth(selection.orders, index); }

double HistoryDealGetDouble(ulong ticket, ENUM_DEAL_PROPERTY_DOUBLE property) {
  const broker::Deal *found = deal(ticket);
  if (!found) return 0;
  switch (property) {
    case DEAL_VOLUME: return found->lot;
    case DEAL_PRICE: return found->price;
    case DEAL_COMMISSION: return found->commission;
    case DEAL_SWAP: return found->swap;
    case DEAL_PROFIT: return found->profit;
    default: return 0;
  }
}

long HistoryDealGetInteger(ulong ticket, ENUM_DEAL_PROPERTY_INTEGER property) {
  const broker::Deal *found = deal(ticket);
  if (!found) return 0;
  switch (property) {
    case DEAL_TICKET: return static_cast<long>(found->ticket);
    case DEAL_ORDER: return static_cast<long>(found->order);
    case DEAL_TIME: return found->time / 1000;
    case DEAL_TIME_MSC: return found->time;
    case DEAL_TYPE: return found->type;
    case DEAL_ENTRY: return found->entry;
    case DEAL_MAGIC: return static_cast<long>(found->magic);
    case DEAL_REASON: return found->reason;
    case DEAL_POSITION_ID: return static_cast<long>(found->position);
  }
  return 0;
}

String HistoryDealGetString(ulong ticket, ENUM_DEAL_PROPERTY_STRING property) {
  const broker::Deal *found = deal(ticket);
  if (!found) return text(u"");
  if (property == DEAL_SYMBOL) return from_utf8(found->symbol);
  return property == DEAL_COMMENT ? found->comment : text(u"");
}

double HistoryOrderGetDouble(ulong ticket, ENUM_ORDER_PROPERTY_DOUBLE property) {
  const broker::Order *found = past_order(ticket);
  return found ? order_double(*found, property) : 0;
}

long HistoryOrderGetInteger(ulong ticket, ENUM_ORDER_PROPERTY_INTEGER property) {
  const broker::Order *found = past_order(ticket);
  return found ? order_integer(*found, property) : 0;
}

}  // namespace mql
