// Positions, orders and deals as lines of the chronicle: a letter, then the fields, the comment last.
#pragma once
#include "values.hpp"
#include <iomanip>
#include <sstream>

namespace mql::broker {

class LineWriter {
 public:
  explicit LineWriter(char kind) { out_ << kind << std::setprecision(17); }
  template <class T> LineWriter &operator&(const T &field) {
    if constexpr (std::is_enum_v<T>) out_ << '\t' << static_cast<int>(field);
    else if constexpr (std::is_same_v<T, String>) out_ << '\t' << to_utf8(field);
    else out_ << '\t' << field;
    return *this;
  }
  std::string line() const { return out_.str(); }

 private:
  std::ostringstream out_;
};

class LineReader {
 public:
  explicit LineReader(const std::string &line) : in_(line) { std::getline(in_, cell_, '\t'); }
  char kind() const { return cell_.empty() ? ' ' : cell_[0]; }
  template <class T> LineReader &operator&(T &field) {
    std::getline(in_, cell_, '\t');
    if constexpr (std::is_same_v<T, String>) field = from_utf8(cell_);
    else if constexpr (std::is_same_v<T, std::string>) field = cell_;
    else if constexpr (std::is_enum_v<T>) field = static_cast<T>(std::stoi(cell_));
    else std::istringstream(cell_) >> field;
    return *this;
  }

 private:
  std::istringstream in_;
  std::string cell_;
};

template <class Line, class P> void position_fields(Line &line, P &each) {
  line & each.ticket & each.symbol & each.buy & each.lot & each.price & each.sl & each.tp & each.swap & each.magic & each.time & each.comment;
}
template <class Line, class O> void order_fields(Line &line, O &each) {
  line & each.ticket & each.symbol & each.type & each.filling & each.time_type & each.state & each.initial_lot & each.lot & each.price &
      each.sl & each.tp & each.magic & each.position & each.setup & each.done & each.expiration & each.comment;
}
template <class Line, class D> void deal_fields(Line &line, D &each) {
  line & each.ticket & each.order & each.position & each.symbol & each.type & each.entry & each.reason & each.lot & each.price &
      each.profit & each.commission & each.swap & each.magic & each.time & each.comment;
}

}  // namespace mql::broker
