// MQL5's string: UTF-16, and NULL is another value than "".
#pragma once
#include "scalar.hpp"
#include <string>
#include <string_view>

namespace mql {

class String {
 public:
  String() = default;
  explicit String(std::u16string units) : units_(std::move(units)), null_(false) {}

  bool is_null() const { return null_; }
  const std::u16string &units() const { return units_; }
  int length() const { return static_cast<int>(units_.size()); }
  ushort operator[](long at) const {
    if (static_cast<ulong>(at) >= units_.size()) critical("array out of range");
    return units_[static_cast<size_t>(at)];
  }
  String &operator+=(const String &other) {
    units_ += other.units_;
    null_ = null_ && other.null_;
    return *this;
  }
  friend String operator+(String left, const String &right) { return left += right; }
  friend bool operator==(const String &left, const String &right) {
    return left.null_ == right.null_ && left.units_ == right.units_;
  }
  friend bool operator<(const String &left, const String &right) { return left.units_ < right.units_; }
  friend bool operator>(const String &left, const String &right) { return right < left; }
  friend bool operator<=(const String &left, const String &right) { return !(right < left); }
  friend bool operator>=(const String &left, const String &right) { return !(left < right); }

 private:
  std::u16string units_;
  bool null_ = true;
};

inline String text(std::u16string_view units) { return String(std::u16string(units)); }

// What is no UTF-8 (lone surrogates, broken bytes) becomes U+FFFD, as it does in MetaTrader.
std::string to_utf8(const String &value);
String from_utf8(std::string_view bytes);

}  // namespace mql
