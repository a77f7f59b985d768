#include "control.hpp"
#include "host.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace mql::terminal {

Command::Command(const std::string &line) {
  std::istringstream words(line);
  words >> word;
  std::getline(words >> std::ws, rest);
  words = std::istringstream(rest);
  for (std::string each; words >> each;) {
    const size_t equals = each.find('=');
    if (equals != std::string::npos) values_[each.substr(0, equals)] = each.substr(equals + 1);
    else if (name.empty()) name = each;
  }
}

std::string Command::text(const char *key, const std::string &otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : found->second;
}

double Command::number(const char *key, double otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : std::stod(found->second);
}

namespace {
std::vector<std::pair<int, int>> hours(const std::string &text) {
  std::vector<std::pair<int, int>> read;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) read.emplace_back(std::stoi(part), std::stoi(part.substr(part.find('-') + 1)));
  return read;
}

Wish symbol(const Command &told) {
  const auto known = current().conditions().find(told.name);
  broker::Conditions set = known == current().conditions().end() ? broker::Conditions{} : known->second;
  set.name = told.name;
  set.digits = static_cast<int>(told.integer("digits", set.digits));
  set.point = told.number("point", set.point);
  set.tick_size = told.number("tick_size", set.tick_size);
  set.tick_value = told.number("tick_value", set.tick_value);
  set.contract_size = told.number("contract_size", set.contract_size);
  set.volume_min = told.number("volume_min", set.volume_min);
  set.volume_max = told.number("volume_max", set.volume_max);
  set.volume_step = told.number("volume_step", set.volume_step);
  set.volume_limit = told.number("volume_limit", set.volume_limit);
  set.stops_level = static_cast<int>(told.integer("stops_level", set.stops_level));
  set.freeze_level = static_cast<int>(told.integer("freeze_level", set.freeze_level));
  set.filling = static_cast<int>(told.integer("filling", set.filling));
  set.expiration = static_cast<int>(told.integer("expiration", set.expiration));
  set.execution = static_cast<ENUM_SYMBOL_TRADE_EXECUTION>(told.integer("execution", set.execution));
  set.trade_mode = static_cast<ENUM_SYMBOL_TRADE_MODE>(told.integer("trade_mode", set.trade_mode));
  set.swap_buy = told.number("swap_buy", set.swap_buy);
  set.swap_sell = told.number("swap_sell", set.swap_sell);
  if (told.has("hours")) set.hours = hours(told.text("hours", ""));
  current().define(set);
  return {};
}

Wish account(const Command &told) {
  broker::Account opened;
  opened.server = told.text("server", "Paper-Host");
  opened.login = told.integer("login", 1);
  opened.company = told.text("company", opened.company);
  opened.currency = told.text("currency", opened.currency);
  opened.leverage = told.integer("leverage", opened.leverage);
  opened.deposit = told.number("deposit", opened.deposit);
  opened.commission = told.number("commission", opened.commission);
  opened.stop_out_level = told.number("stop_out_level", opened.stop_out_level);
  opened.hedging = told.flag("hedging", true);
  opened.real = told.flag("real", false);
  current().log_in(opened);
  return {.restart = REASON_ACCOUNT};
}

Wish switches(const Command &told) {
  Switches &set = current().switches;
  set.autotrading = told.flag("autotrading", set.autotrading);
  set.program_trades = told.flag("program_trades", set.program_trades);
  set.libraries = told.flag("libraries", set.libraries);
  set.connected = told.flag("connected", set.connected);
  set.experts_allowed = told.flag("experts_allowed", set.experts_allowed);
  host::allow_libraries(set.libraries);
  return {};
}

Wish fault(const Command &told) {
  broker::Fault set;
  set.retcode = static_cast<uint>(told.integer("retcode", 0));
  set.executed = told.flag("executed", false);
  set.late = told.integer("late", 0);
  set.part = told.number("part", 1);
  set.before = static_cast<int>(told.integer("before", 0));
  set.after = static_cast<int>(told.integer("after", 0));
  set.count = static_cast<int>(told.integer("count", 1));
  set.action = static_cast<ENUM_TRADE_REQUEST_ACTIONS>(told.integer("action", 0));
  current().broker().faults.add(set);
  return {};
}

Wish die(const Command &told) {
  const size_t about = told.rest.find(' ');
  host::die_at(told.rest.substr(0, about), about == std::string::npos ? "" : told.rest.substr(about + 1));
  return {};
}

Wish input(const Command &told) {
  const size_t equals = told.rest.find('=');
  const std::string name = told.rest.substr(0, equals);
  if (equals == std::string::npos || !assign_input(name, from_utf8(told.rest.substr(equals + 1))))
    throw std::invalid_argument("the program has no input " + name);
  return {};
}

// What the trader does by hand.
Wish trade(const Command &told) {
  MqlTradeRequest request{};
  const ulong ticket = static_cast<ulong>(told.integer("position", 0));
  const auto &positions = current().broker().book.positions;
  const auto held = positions.find(ticket);
  const bool closes = held != positions.end();
  if (ticket && !closes) throw std::invalid_argument("no position " + std::to_string(ticket));
  request.action = TRADE_ACTION_DEAL;
  request.symbol = from_utf8(closes ? held->second.symbol : told.name);
  request.position = ticket;
  request.volume = told.number("lot", closes ? held->second.lot : 0.01);
  const bool buy = closes ? !held->second.buy : !told.flag("sell", false);
  request.type = buy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
  request.type_filling = ORDER_FILLING_IOC;
  request.sl = told.number("sl", 0);
  request.tp = told.number("tp", 0);
  request.deviation = 1'000'000;
  request.price = current().broker().book.quotes[to_utf8(request.symbol)].entry(buy);
  MqlTradeResult result{};
  current().broker().send(request, result, DEAL_REASON_CLIENT);
  host::Report("trade").add("retcode", result.retcode).add("deal", result.deal).add("order", result.order).print();
  return {};
}

Wish press(const Command &told) {
  const String name = from_utf8(told.name);
  auto &objects = current().chart.objects;
  const auto found = objects.find(name.units());
  if (found == objects.end()) throw std::invalid_argument("no object " + told.name + " is on the chart");
  if (found->second.type == OBJ_BUTTON) found->second.integers[OBJPROP_STATE] ^= 1;
  current().events.chart({CHARTEVENT_OBJECT_CLICK, 0, 0, name});
  return {};
}

Wish tick(const Command &told) {
  const long time = told.integer("time", current().server_time() - current().utc_offset_ms);
  for (long count = told.integer("count", 1); count > 0; count--)
    current().tick(told.name, told.number("bid", 0), told.number("ask", 0), time + current().utc_offset_ms);
  return {};
}

// calendar NAME time=… currency=… importance=…, the name with _ for blanks.
Wish calendar(const Command &told) {
  News added{told.integer("time", 0), told.text("currency", ""), static_cast<int>(told.integer("importance", 0)), told.flag("timed", true), told.name};
  std::replace(added.name.begin(), added.name.end(), '_', ' ');
  current().calendar.push_back(added);
  return {};
}

Wish transactions(const Command &told) {
  current().events.disturb(static_cast<uint>(told.integer("seed", 1)), told.number("lose", 0), told.flag("shuffle", false));
  return {};
}

Wish pass(const Command &told) {
  const long milliseconds = told.integer("ms", 0);
  if (milliseconds < 0 || (milliseconds > 0 && !host::clocks_held())) throw std::invalid_argument("ms must be 0, or more once clock holds the clocks");
  return {.pass_ms = milliseconds};
}

Wish setup(const Command &told) {
  Terminal &all = current();
  all.speed = told.number("speed", all.speed);
  all.utc_offset_ms = told.integer("utc_offset_ms", all.utc_offset_ms);
  return {};
}

using Obey = Wish (*)(const Command &);
const std::map<std::string, Obey> COMMANDS = {
    {"symbol", symbol},
    {"account", account},
    {"switch", switches},
    {"fault", fault},
    {"die", die},
    {"input", input},
    {"trade", trade},
    {"press", press},
    {"tick", tick},
    {"calendar", calendar},
    {"transactions", transactions},
    {"setup", setup},
    // A folder is all that follows the word: there may be spaces in it.
    {"state", [](const Command &told) { return current().state = told.rest, Wish{}; }},
    {"files", [](const Command &told) { return host::sandbox().files = told.rest, Wish{}; }},
    {"common", [](const Command &told) { return host::sandbox().common = told.rest, Wish{}; }},
    {"clock", [](const Command &told) { return host::hold_clocks(told.integer("at", host::wall_ms())), Wish{}; }},
    {"pass", pass},
    {"begin", [](const Command &) { return current().begin(), Wish{}; }},
    {"book", [](const Command &) { return report_book("book"), Wish{}; }},
    {"objects", [](const Command &) { return current().chart.report(), Wish{}; }},
    {"restart", [](const Command &told) { return Wish{.restart = static_cast<int>(told.integer("reason", REASON_CHARTCHANGE))}; }},
    {"quit", [](const Command &told) { return Wish{.quit = true, .reason = static_cast<int>(told.integer("reason", REASON_REMOVE))}; }},
};
}  // namespace

Wish obey(const std::string &line) {
  try {
    const Command told(line);
    const auto found = COMMANDS.find(told.word);
    if (found == COMMANDS.end()) throw std::invalid_argument("no such command");
    return found->second(told);
  } catch (const std::logic_error &error) {
    host::Report("error").add("command", line).add("text", error.what()).print();
    return {};
  }
}

}  // namespace mql::terminal
