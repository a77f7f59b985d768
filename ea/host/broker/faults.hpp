// What a test tells the broker to do wrong, in the order in which it is to happen.
#pragma once
#include "values.hpp"
#include <deque>

namespace mql::broker {

struct Fault {
  uint retcode = 0;       // 0: the true one
  bool executed = false;  // the request is carried out, whatever the retcode says
  long late = 0;          // milliseconds of market time after which it is carried out all the same
  double part = 1;        // of the volume that is filled
  int before = 0;         // milliseconds until it is looked at
  int after = 0;          // milliseconds from then to the answer
  int count = 1;
  ENUM_TRADE_REQUEST_ACTIONS action{};  // only requests of this kind; 0: any
};

class Faults {
 public:
  void add(const Fault &fault) { waiting_.push_back(fault); }
  Fault next(ENUM_TRADE_REQUEST_ACTIONS action) {
    if (waiting_.empty() || (static_cast<int>(waiting_.front().action) != 0 && waiting_.front().action != action)) return {};
    const Fault fault = waiting_.front();
    if (--waiting_.front().count <= 0) waiting_.pop_front();
    return fault;
  }

 private:
  std::deque<Fault> waiting_;
};

}  // namespace mql::broker
