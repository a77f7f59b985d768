// The chart's objects, recorded: there is no picture, but all that a picture would be drawn from.
#pragma once
#include "host.hpp"
#include "mql5.hpp"
#include <map>

namespace mql::terminal {

struct Object {
  ENUM_OBJECT type;
  datetime time;
  double price;
  std::map<ENUM_OBJECT_PROPERTY_INTEGER, long> integers;
  std::map<ENUM_OBJECT_PROPERTY_DOUBLE, double> doubles;
  std::map<ENUM_OBJECT_PROPERTY_STRING, String> strings;
};

struct Chart {
  std::map<std::u16string, Object> objects;
  void report() const;
};

}  // namespace mql::terminal
