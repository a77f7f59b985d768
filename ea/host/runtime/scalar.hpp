// MQL5's own scalar types, and the arithmetic that stops a program where C++ would be undefined.
#pragma once
#include <compare>
#include <string>
#include <type_traits>

namespace mql {

using uchar = unsigned char;
using ushort = unsigned short;
using uint = unsigned int;
using ulong = unsigned long;

// Ends the program as MetaTrader does after a critical error ("array out of range", "zero divide").
[[noreturn]] void critical(const std::string &what);

// Seconds since 1970, in whatever zone the source of the time has.
struct datetime {
  long seconds;
  constexpr auto operator<=>(const datetime &) const = default;
  constexpr datetime &operator+=(datetime other) { return seconds += other.seconds, *this; }
  constexpr datetime &operator-=(datetime other) { return seconds -= other.seconds, *this; }
  constexpr datetime &operator++() { return ++seconds, *this; }
  constexpr datetime &operator--() { return --seconds, *this; }
  constexpr datetime operator++(int) { return {seconds++}; }
  constexpr datetime operator--(int) { return {seconds--}; }
};
constexpr datetime operator+(datetime left, datetime right) { return {left.seconds + right.seconds}; }
constexpr datetime operator-(datetime left, datetime right) { return {left.seconds - right.seconds}; }

// 0x00BBGGRR.
struct color {
  uint value;
  constexpr auto operator<=>(const color &) const = default;
};

template <class T> T divide(T dividend, T divisor) {
  if (divisor == 0) critical("zero divide");
  if constexpr (std::is_signed_v<T>) {
    if (divisor == T(-1)) return static_cast<T>(std::make_unsigned_t<T>(0) - static_cast<std::make_unsigned_t<T>>(dividend));
  }
  return static_cast<T>(dividend / divisor);
}

template <class T> T modulo(T dividend, T divisor) {
  if (divisor == 0) critical("zero divide");
  if constexpr (std::is_signed_v<T>) {
    if (divisor == T(-1)) return 0;
  }
  return static_cast<T>(dividend % divisor);
}

template <class T> T &divide_by(T &target, T divisor) { return target = divide(target, divisor); }
template <class T> T &modulo_by(T &target, T divisor) { return target = modulo(target, divisor); }

}  // namespace mql
