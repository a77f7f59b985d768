// A terminal with one chart and one Expert Advisor on it: switches, account, symbols, market, chart, events.
#pragma once
#include "broker.hpp"
#include "calendar.hpp"
#include "chart.hpp"
#include "events.hpp"
#include "playback.hpp"
#include "series.hpp"
#include <memory>

namespace mql::terminal {

struct Switches {
  bool autotrading = true;      // the terminal's AutoTrading button
  bool program_trades = true;   // "Allow Algo Trading" in the EA's own properties
  bool libraries = true;        // "Allow DLL imports"
  bool connected = true;        // to the broker
  bool experts_allowed = true;  // by the broker
};

class Terminal {
 public:
  Switches switches;
  Chart chart;
  EventQueue events;
  Playback playback{-1};
  std::vector<std::string> symbols;  // by their number in the market's records
  std::map<std::string, Series> series;
  std::vector<News> calendar;
  std::string state;  // folder, "": nothing is kept
  double speed = 1;
  long utc_offset_ms = 0;  // server time minus UTC
  long timer_ms = 0;       // 0: none
  long timer_due_us = 0;

  broker::Broker &broker();
  // The account that is logged into; its book is as it was left, in this life of the process or an earlier one.
  void log_in(const broker::Account &account);
  void define(const broker::Conditions &conditions);
  const std::map<std::string, broker::Conditions> &conditions() const { return conditions_; }

  // Bars of the past, and what an earlier life has had of the market; before the program starts.
  void recall();
  void begin();
  // What is due now, at most so much that the program is heard in between.
  void play();
  void tick(const std::string &symbol, double bid, double ask, long time);
  // Milliseconds in which the market goes on and the program waits.
  void wait(int milliseconds);
  // Milliseconds until something is due: a tick, or the timer.
  int pause();
  long server_time() const { return server_time_; }

 private:
  void play(const Record &record);
  std::map<std::string, broker::Conditions> conditions_;
  std::map<std::string, std::unique_ptr<broker::Broker>> accounts_;
  broker::Broker *current_ = nullptr;
  long server_time_ = 0;
};

Terminal &current();

}  // namespace mql::terminal
