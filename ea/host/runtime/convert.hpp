// Casts between MQL5's types, and the text of numbers.
#pragma once
#include "builtins.hpp"
#include <cmath>
#include <limits>

namespace mql {

template <class T> inline constexpr bool is_number = std::is_arithmetic_v<T> || std::is_enum_v<T>;

String number_text(bool value);
String number_text(long value);
String number_text(ulong value);
String number_text(double value);
String number_text(datetime value);
String number_text(color value);

template <class T> String to_text(T value) {
  if constexpr (std::is_enum_v<T>) return number_text(static_cast<long>(value));
  else if constexpr (std::is_same_v<T, float>) return number_text(static_cast<double>(value));
  else if constexpr (!std::is_integral_v<T> || std::is_same_v<T, bool>) return number_text(value);
  else if constexpr (std::is_unsigned_v<T>) return number_text(static_cast<ulong>(value));
  else return number_text(static_cast<long>(value));
}

// A double outside of a long becomes what the processor's own conversion makes of it, as in MetaTrader.
inline long truncated(double value) {
  constexpr double LIMIT = 9223372036854775808.0;
  return value >= -LIMIT && value < LIMIT ? static_cast<long>(value) : std::numeric_limits<long>::min();
}

template <class To, class From> To number_cast(From value) {
  if constexpr (std::is_same_v<To, bool>) return value != From{};
  else if constexpr (std::is_floating_point_v<From> && std::is_same_v<To, ulong>)
    return value >= 9223372036854775808.0 ? static_cast<ulong>(truncated(value - 9223372036854775808.0)) + (1UL << 63) : static_cast<ulong>(truncated(value));
  else if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>) return static_cast<To>(truncated(value));
  else return static_cast<To>(value);
}

template <class To> To text_cast(const String &value) {
  if constexpr (std::is_same_v<To, bool>) return value == text(u"true") || StringToDouble(value) != 0;
  else if constexpr (std::is_same_v<To, datetime>) return StringToTime(value);
  else if constexpr (std::is_floating_point_v<To>) return static_cast<To>(StringToDouble(value));
  else return static_cast<To>(StringToInteger(value));
}

template <class To, class From> To cast(const From &value) {
  if constexpr (std::is_same_v<To, From>) return value;
  else if constexpr (std::is_same_v<From, datetime> && !std::is_same_v<To, String>) return cast<To>(value.seconds);
  else if constexpr (std::is_same_v<From, color> && !std::is_same_v<To, String>) return cast<To>(value.value);
  else if constexpr (std::is_same_v<To, String>) return to_text(value);
  else if constexpr (std::is_same_v<From, String>) return text_cast<To>(value);
  else if constexpr (std::is_same_v<To, datetime>) return datetime{number_cast<long>(value)};
  else if constexpr (std::is_same_v<To, color>) return color{number_cast<uint>(value)};
  else return number_cast<To>(value);
}

}  // namespace mql
