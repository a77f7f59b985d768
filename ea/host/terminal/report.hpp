// The broker's own book as one line of JSON.
#pragma once
#include "broker.hpp"

namespace mql::terminal {

// `event` names the line. Times are UTC, market milliseconds.
void report_book(const char *event);

}  // namespace mql::terminal
