// The terminal's economic calendar: what a test has put into it.
#pragma once
#include <string>
#include <vector>

namespace mql::terminal {

struct News {
  long time = 0;  // milliseconds since 1970 UTC
  std::string currency;
  int importance = 0;
  bool timed = true;  // false: on that day, at no time that is known
  std::string name;
};

}  // namespace mql::terminal
