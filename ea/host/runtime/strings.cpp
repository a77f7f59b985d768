// The string functions of MQL5 (Reference, "String functions").
#include "host.hpp"
#include "mql5.hpp"
#include <algorithm>

namespace mql {

namespace {
bool is_blank(char16_t unit) { return unit == u' ' || unit == u'\t' || unit == u'\n' || unit == u'\r'; }

}  // namespace

int StringLen(const String &value) { return value.length(); }

int StringFind(const String &value, const String &match, int start) {
  const auto found = value.units().find(match.units(), static_cast<size_t>(std::max(start, 0)));
  return found == std::u16string::npos ? -1 : static_cast<int>(found);
}

String StringSubstr(const String &value, int start, int length) {
  if (start < 0 || start > value.length()) return String();
  return String(value.units().substr(static_cast<size_t>(start), length < 0 ? std::u16string::npos : static_cast<size_t>(length)));
}

ushort StringGetCharacter(const String &value, int pos) {
  if (pos >= 0 && pos < value.length()) return value[pos];
  host::set_error(ERR_STRINGPOS_OUTOFRANGE);
  return 0;
}

int StringSplit(const String &value, ushort separator, ArrayRef<String> result) {
  ArrayResize(result, 0);
  if (value.length() == 0) return 0;
  const std::u16string &units = value.units();
  for (size_t begin = 0;;) {
    const size_t end = units.find(static_cast<char16_t>(separator), begin);
    const int count = ArraySize(result);
    ArrayResize(result, count + 1);
    result[count] = String(units.substr(begin, end == std::u16string::npos ? end : end - begin));
    if (end == std::u16string::npos) return count + 1;
    begin = end + 1;
  }
}

int StringTrimLeft(String &variable) {
  const std::u16string &units = variable.units();
  const auto first = std::find_if_not(units.begin(), units.end(), is_blank);
  const auto cut = static_cast<int>(first - units.begin());
  if (cut) variable = String(std::u16string(first, units.end()));
  return cut;
}

int StringTrimRight(String &variable) {
  const std::u16string &units = variable.units();
  const auto last = std::find_if_not(units.rbegin(), units.rend(), is_blank);
  const auto cut = static_cast<int>(last - units.rbegin());
  if (cut) variable = String(std::u16string(units.begin(), last.base()));
  return cut;
}

String ShortToString(ushort code) { return code ? String(std::u16string(1, static_cast<char16_t>(code))) : text(u""); }

// Without a count the final 0 is copied as well; a dynamic array grows and never shrinks.
int StringToCharArray(const String &value, ArrayRef<uchar> array, int start, int count, uint codepage) {
  if (codepage != CP_UTF8) critical("StringToCharArray: this host knows CP_UTF8 only, other code pages differ between machines");
  const std::string bytes = to_utf8(value);
  const auto all = static_cast<int>(bytes.size()) + 1;
  int copied = count < 0 ? all : std::min(count, all);
  if (array.size() < start + copied && ArrayResize(array, start + copied) < 0) copied = static_cast<int>(array.size()) - start;
  std::copy_n(bytes.c_str(), std::max(copied, 0), array.data() + start);
  return std::max(copied, 0);
}

String CharArrayToString(ConstArrayRef<uchar> array, int start, int count, uint codepage) {
  if (codepage != CP_UTF8) critical("CharArrayToString: this host knows CP_UTF8 only, other code pages differ between machines");
  const long left = array.size() - start;
  if (start < 0 || left <= 0) return text(u"");
  const uchar *first = array.data() + start;
  const uchar *end = first + (count < 0 ? left : std::min<long>(count, left));
  return from_utf8(std::string(first, std::find(first, end, 0)));
}

}  // namespace mql
