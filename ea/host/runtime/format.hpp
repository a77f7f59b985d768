// Print, StringFormat and their kin.
#pragma once
#include "convert.hpp"
#include <initializer_list>

namespace mql {

// One argument of a format: what it is decides what the specification makes of it.
struct Argument {
  enum class Kind { Signed, Unsigned, Real, Text } kind;
  long integer = 0;
  double real = 0;
  String text;

  Argument(const String &value) : kind(Kind::Text), text(value) {}
  Argument(datetime value) : kind(Kind::Signed), integer(value.seconds) {}
  Argument(color value) : kind(Kind::Unsigned), integer(value.value) {}
  template <class T, class = std::enable_if_t<is_number<T>>> Argument(T value) : kind(Kind::Signed) {
    if constexpr (std::is_floating_point_v<T>) kind = Kind::Real, real = value;
    else integer = static_cast<long>(value), kind = std::is_unsigned_v<T> ? Kind::Unsigned : Kind::Signed;
  }
};

String formatted(const String &format, std::initializer_list<Argument> arguments);
// A line of the terminal's Experts log ("print"), a message box ("alert"), the chart's comment ("comment").
void say(const char *kind, const String &line);

template <class... Args> String StringFormat(const String &format, const Args &...arguments) {
  return formatted(format, {Argument(arguments)...});
}
template <class... Args> String joined(const Args &...arguments) {
  String line = text(u"");
  ((line += cast<String>(arguments)), ...);
  return line;
}
template <class... Args> void Print(const Args &...arguments) { say("print", joined(arguments...)); }
template <class... Args> void PrintFormat(const String &format, const Args &...arguments) {
  say("print", StringFormat(format, arguments...));
}

template <class E> String EnumToString(E value) {
  const char16_t *name = enum_name(value);
  return name ? text(name) : number_text(static_cast<long>(value));
}

}  // namespace mql
