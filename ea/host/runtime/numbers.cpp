// Numbers as text, text as numbers, and arithmetic.
#include "convert.hpp"
#include "mql5.hpp"
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace mql {

namespace {
template <class... Args> String printed(const char *format, Args... args) {
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return from_utf8(buffer);
}
}  // namespace

String number_text(bool value) { return value ? text(u"true") : text(u"false"); }
String number_text(long value) { return printed("%ld", value); }
String number_text(ulong value) { return printed("%lu", value); }
String number_text(double value) { return printed("%.16g", value); }
String number_text(datetime value) { return TimeToString(value, TIME_DATE | TIME_SECONDS); }
String number_text(color value) { return printed("%u,%u,%u", value.value & 0xFF, value.value >> 8 & 0xFF, value.value >> 16 & 0xFF); }

String IntegerToString(long number, int width, ushort fill) {
  std::u16string digits = number_text(number).units();
  if (width > static_cast<int>(digits.size())) digits.insert(0, static_cast<size_t>(width) - digits.size(), static_cast<char16_t>(fill));
  return String(std::move(digits));
}

// 0 to 16 digits after the point; below 0 to -16: scientific.
String DoubleToString(double value, int digits) {
  if (digits < -16 || digits > 16) digits = 8;
  return digits < 0 ? printed("%.*e", -digits, value) : printed("%.*f", digits, value);
}

double StringToDouble(const String &value) { return std::strtod(to_utf8(value).c_str(), nullptr); }
long StringToInteger(const String &value) { return std::strtol(to_utf8(value).c_str(), nullptr, 10); }

double NormalizeDouble(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

double MathAbs(double value) { return std::fabs(value); }
int MathAbs(int value) { return value < 0 ? static_cast<int>(0U - static_cast<uint>(value)) : value; }
long MathAbs(long value) { return value < 0 ? static_cast<long>(0UL - static_cast<ulong>(value)) : value; }
double MathMax(double a, double b) { return a > b ? a : b; }
int MathMax(int a, int b) { return a > b ? a : b; }
uint MathMax(uint a, uint b) { return a > b ? a : b; }
long MathMax(long a, long b) { return a > b ? a : b; }
ulong MathMax(ulong a, ulong b) { return a > b ? a : b; }
datetime MathMax(datetime a, datetime b) { return a > b ? a : b; }
double MathMin(double a, double b) { return a < b ? a : b; }
int MathMin(int a, int b) { return a < b ? a : b; }
uint MathMin(uint a, uint b) { return a < b ? a : b; }
long MathMin(long a, long b) { return a < b ? a : b; }
ulong MathMin(ulong a, ulong b) { return a < b ? a : b; }
datetime MathMin(datetime a, datetime b) { return a < b ? a : b; }
double MathRound(double value) { return std::round(value); }
bool MathIsValidNumber(double number) { return std::isfinite(number); }

}  // namespace mql
