// What the runtime and the terminal share that a program does not see.
#pragma once
#include "text.hpp"
#include <charconv>
#include <concepts>
#include <string>

namespace mql::host {

// The value that GetLastError returns.
void set_error(int code);
int last_error();

// Where FileOpen looks: the terminal's own folder of files, and the one that all terminals share.
struct Sandbox {
  std::string files;
  std::string common;
};
Sandbox &sandbox();

// Milliseconds since 1970 UTC: wall time at the start, then a monotonic clock.
long wall_ms();
// Microseconds of a monotonic clock.
long monotonic_us();
// Both clocks stand still at a time, milliseconds since 1970 UTC, and go on only by `pass_us`.
void hold_clocks(long at_ms);
bool clocks_held();
void pass_us(long microseconds);
// Wait; clocks that are held go on by so much instead.
void sleep_us(long microseconds);

// One line of JSON on standard output: what the host reports.
class Report {
 public:
  explicit Report(const char *event) : json_("{\"event\":") { quote(event); }
  static Report object() { return Report(); }
  Report &add(const char *key, std::string_view value) { return begin(key), quote(value), *this; }
  Report &add(const char *key, const char *value) { return add(key, std::string_view(value)); }
  Report &add(const char *key, const String &value) { return add(key, to_utf8(value)); }
  Report &add(const char *key, bool value) { return begin(key), json_ += value ? "true" : "false", *this; }
  Report &add(const char *key, std::integral auto value) { return begin(key), json_ += std::to_string(value), *this; }
  Report &add(const char *key, double value);
  template <class Items, class Show> Report &list(const char *key, const Items &items, Show show) {
    begin(key);
    json_ += '[';
    for (const char *comma = ""; const auto &item : items) json_ += comma, json_ += show(item).json(), comma = ",";
    json_ += ']';
    return *this;
  }
  std::string json() const { return json_ + "}"; }
  void print() const;

 private:
  Report() : json_("{") {}
  void begin(const char *key);
  void quote(std::string_view value);
  std::string json_;
};

// A test lets the process die at a place (SIGKILL: nothing is flushed, nothing is told): "write" and "written" are before
// and after a file is written to, "order" and "ordered" before the broker is asked and after it has answered. Of writes
// the first that holds `about`.
void die_at(const std::string &place, const std::string &about);
// The process has come to a place.
void reach(std::string_view place, std::string_view about);

// libzmq.dll and the hash functions that stand behind CryptEncode: shared libraries of this machine.
void load_libraries(const std::string &zmq, const std::string &sodium);
void allow_libraries(bool allowed);
void *library_function(const char *library, const char *name);

// What the program has sent and received through libzmq.
struct Traffic {
  long sent = 0;      // frames that libzmq took
  long received = 0;  // frames that came by sockets that are open
  long waiting = 0;   // open sockets whose last frame libzmq did not take
  long open = 0;      // sockets that were used and not closed
};
Traffic traffic();

}  // namespace mql::host
