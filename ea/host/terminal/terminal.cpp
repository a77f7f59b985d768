#include "terminal.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mql {

String _Symbol;
int _Digits = 0;
double _Point = 0;

namespace terminal {

namespace {
constexpr int AT_ONCE = 2000;  // ticks between two looks at everything else

std::string book_path(const std::string &state, const broker::Account &account) {
  return state.empty() ? "" : state + "/broker-" + account.server + "-" + std::to_string(account.login) + ".book";
}
}  // namespace

Terminal &current() {
  static Terminal only;
  return only;
}

broker::Broker &Terminal::broker() {
  if (!current_) critical("no account is logged into");
  return *current_;
}

void Terminal::log_in(const broker::Account &account) {
  auto &opened = accounts_[account.server + " " + std::to_string(account.login)];
  if (!opened) {
    const auto notify = [this](const MqlTradeTransaction &transaction, const MqlTradeRequest &request, const MqlTradeResult &result) {
      events.transaction({transaction, request, result});
    };
    opened = std::make_unique<broker::Broker>(account, book_path(state, account), notify, [this](int milliseconds) { wait(milliseconds); });
    opened->book.symbols = conditions_;
    if (current_) opened->book.quotes = current_->book.quotes, opened->book.time = server_time_;
    opened->book.place = current_ ? current_->book.place : 0;
  }
  current_ = opened.get();
}

void Terminal::define(const broker::Conditions &conditions) {
  if (!conditions_.contains(conditions.name)) symbols.push_back(conditions.name);
  conditions_[conditions.name] = conditions;
  for (auto &[name, account] : accounts_) account->book.symbols = conditions_;
  if (symbols.front() != conditions.name) return;
  _Symbol = from_utf8(conditions.name);
  _Digits = conditions.digits;
  _Point = conditions.point;
}

void Terminal::play(const Record &record) {
  const std::string &symbol = symbols.at(static_cast<size_t>(record.symbol));
  const long time = record.time + utc_offset_ms;
  if (record.kind == TICK) return tick(symbol, record.prices[0], record.prices[1], time);
  const auto &[open, high, low, close] = record.prices;
  series[symbol].past_bar({datetime{time / 1000}, open, high, low, close, record.volume, 0, 0});
}

void Terminal::tick(const std::string &symbol, double bid, double ask, long time) {
  server_time_ = std::max(server_time_, time);
  series[symbol].tick(bid, ask, server_time_);
  for (auto &[name, account] : accounts_) account->tick(symbol, {bid, ask, server_time_});
  if (symbol == symbols.front()) events.tick();
}

void Terminal::recall() {
  const Record *next;
  for (; (next = playback.peek(true)) && next->kind == PAST_BAR; playback.take()) play(*next);
  if (next) server_time_ = next->time + utc_offset_ms;
  for (; (next = playback.peek(true)) && broker().book.place < broker().book.recalled_place(); playback.take()) play(*next);
  std::ifstream kept(state + "/anchor");
  long wall = 0, market = 0;
  if (state.empty() || !(kept >> wall >> market)) return;
  // The market went on while the terminal was away, and so did the broker.
  playback.begin(wall, market, speed);
  for (; (next = playback.peek(true)) && next->time <= playback.reached(host::wall_ms()); playback.take()) play(*next);
  events.clear();
}

void Terminal::begin() {
  const Record *next = playback.peek(true);
  if (playback.begun() || !next) return;
  playback.begin(host::wall_ms(), next->time, speed);
  if (state.empty()) return;
  const std::string path = state + "/anchor";
  std::ofstream(path + ".new") << host::wall_ms() << ' ' << next->time << '\n';
  std::filesystem::rename(path + ".new", path);
}

void Terminal::play() {
  if (!playback.begun()) return;
  const long reached = playback.reached(host::wall_ms());
  for (int count = 0; count < AT_ONCE; count++) {
    const Record *next = playback.peek(false);
    if (!next || next->time > reached) break;
    const Record due = *next;
    playback.take();
    play(due);
  }
}

void Terminal::wait(int milliseconds) {
  const long until = host::monotonic_us() + milliseconds * 1000L;
  for (long left; (left = until - host::monotonic_us()) > 0;) {
    host::sleep_us(std::min(left, 5000L));
    play();
  }
}

int Terminal::pause() {
  long milliseconds = 1000;
  if (timer_ms) milliseconds = std::min(milliseconds, (timer_due_us - host::monotonic_us() + 999) / 1000);
  if (const Record *next = playback.begun() ? playback.peek(false) : nullptr)
    milliseconds = std::min(milliseconds, playback.until(next->time, host::wall_ms()));
  return static_cast<int>(std::max(0L, milliseconds));
}

}  // namespace terminal
}  // namespace mql
