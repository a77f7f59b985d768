// Errors, clocks and the lines of the report.
#include "host.hpp"
#include "mql5.hpp"
#include <cstdio>
#include <ctime>
#include <thread>
#include <unistd.h>

namespace mql {

namespace {
int error = 0;
long clock_ns(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return now.tv_sec * 1'000'000'000L + now.tv_nsec;
}

struct Clocks {
  bool held = false;
  long held_us = 0;
  long wall_offset_us = (clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC)) / 1000;
} clocks;
}  // namespace

void critical(const std::string &what) { throw CriticalError(what); }
int GetLastError() { return error; }
void ResetLastError() { error = 0; }

void say(const char *kind, const String &line) { host::Report("log").add("kind", kind).add("text", line).print(); }

namespace host {

void set_error(int code) { error = code; }
int last_error() { return error; }

Sandbox &sandbox() {
  static Sandbox folders{".", "."};
  return folders;
}

long monotonic_us() { return clocks.held ? clocks.held_us : clock_ns(CLOCK_MONOTONIC) / 1000; }
long wall_ms() { return (clocks.wall_offset_us + monotonic_us()) / 1000; }

void hold_clocks(long at_ms) {
  clocks.held_us = monotonic_us();
  clocks.held = true;
  clocks.wall_offset_us = at_ms * 1000 - clocks.held_us;
}
bool clocks_held() { return clocks.held; }
void pass_us(long microseconds) { clocks.held_us += microseconds; }
void sleep_us(long microseconds) {
  if (clocks.held) pass_us(microseconds);
  else std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

Report &Report::add(const char *key, double value) {
  char digits[40];
  begin(key);
  json_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  return *this;
}

void Report::begin(const char *key) {
  if (json_.size() > 1) json_ += ',';
  quote(key);
  json_ += ':';
}

void Report::quote(std::string_view value) {
  json_ += '"';
  for (const char each : value) {
    if (each == '"' || each == '\\') json_ += '\\', json_ += each;
    else if (static_cast<unsigned char>(each) >= 0x20) json_ += each;
    else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", each);
      json_ += escaped;
    }
  }
  json_ += '"';
}

void Report::print() const {
  const std::string line = json() + "\n";
  for (size_t done = 0; done < line.size();) {
    const ssize_t written = write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (written < 0 && errno != EINTR) _exit(1);  // nobody reads the report any more
    if (written > 0) done += static_cast<size_t>(written);
  }
}

}  // namespace host
}  // namespace mql
