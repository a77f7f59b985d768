// Built-ins that tell of the terminal, the account and the program, and that set the timer.
#include "host.hpp"
#include "terminal.hpp"
#include <algorithm>

namespace mql {

using terminal::current;

namespace {
constexpr int BUILD = 5200;
constexpr long TIMER_FLOOR_MS = 16;  // Windows' own clock ticks no finer
}  // namespace

bool EventSetMillisecondTimer(int milliseconds) {
  if (milliseconds <= 0) return false;
  current().timer_ms = std::max<long>(milliseconds, TIMER_FLOOR_MS);
  current().timer_due_us = host::monotonic_us() + current().timer_ms * 1000;
  return true;
}
void EventKillTimer() { current().timer_ms = 0; }

datetime TimeCurrent() { return {current().server_time() / 1000}; }
datetime TimeTradeServer() { return TimeCurrent(); }

int MQLInfoInteger(int property) {
  switch (static_cast<ENUM_MQL_INFO_INTEGER>(property)) {
    case MQL_DLLS_ALLOWED: return current().switches.libraries;
    case MQL_TRADE_ALLOWED: return current().switches.autotrading && current().switches.program_trades;
    default: return 0;
  }
}

int TerminalInfoInteger(int property) {
  switch (static_cast<ENUM_TERMINAL_INFO_INTEGER>(property)) {
    case TERMINAL_BUILD: return BUILD;
    case TERMINAL_CONNECTED: return current().switches.connected;
    case TERMINAL_DLLS_ALLOWED: return current().switches.libraries;
    case TERMINAL_TRADE_ALLOWED: return current().switches.autotrading;
    case TERMINAL_PING_LAST: return 20'000;  // microseconds
    case TERMINAL_X64: return 1;
  }
  return 0;
}

double AccountInfoDouble(ENUM_ACCOUNT_INFO_DOUBLE property) {
  const broker::Book &book = current().broker().book;
  switch (property) {
    case ACCOUNT_BALANCE: return book.balance();
    case ACCOUNT_PROFIT: return broker::cents(book.equity() - book.balance());
    case ACCOUNT_EQUITY: return book.equity();
    case ACCOUNT_MARGIN: return book.margin();
    case ACCOUNT_MARGIN_FREE: return book.free_margin();
    case ACCOUNT_MARGIN_LEVEL: return book.margin_level();
    case ACCOUNT_MARGIN_SO_SO: return book.account.stop_out_level;
    default: return 0;
  }
}

long AccountInfoInteger(ENUM_ACCOUNT_INFO_INTEGER property) {
  const broker::Account &account = current().broker().book.account;
  switch (property) {
    case ACCOUNT_LOGIN: return account.login;
    case ACCOUNT_TRADE_MODE: return account.real ? ACCOUNT_TRADE_MODE_REAL : ACCOUNT_TRADE_MODE_DEMO;
    case ACCOUNT_LEVERAGE: return account.leverage;
    case ACCOUNT_TRADE_ALLOWED: return current().switches.connected;
    case ACCOUNT_TRADE_EXPERT: return current().switches.experts_allowed;
    case ACCOUNT_MARGIN_MODE: return account.hedging ? ACCOUNT_MARGIN_MODE_RETAIL_HEDGING : ACCOUNT_MARGIN_MODE_RETAIL_NETTING;
    case ACCOUNT_CURRENCY_DIGITS: return 2;
    case ACCOUNT_HEDGE_ALLOWED: return 1;
    default: return 0;
  }
}

String AccountInfoString(ENUM_ACCOUNT_INFO_STRING property) {
  const broker::Account &account = current().broker().book.account;
  switch (property) {
    case ACCOUNT_NAME: return text(u"Paper Trader");
    case ACCOUNT_SERVER: return from_utf8(account.server);
    case ACCOUNT_CURRENCY: return from_utf8(account.currency);
    case ACCOUNT_COMPANY: return from_utf8(account.company);
  }
  return text(u"");
}

}  // namespace mql
