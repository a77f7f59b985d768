// UTF-16 and UTF-8.
#include "text.hpp"
#include <cstdint>

namespace mql {

namespace {
constexpr char32_t REPLACEMENT = 0xFFFD;

void append_utf8(std::string &bytes, char32_t point) {
  if (point < 0x80) {
    bytes += static_cast<char>(point);
    return;
  }
  const int following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes += static_cast<char>((0xFF00 >> (following + 1) & 0xFF) | point >> (6 * following));
  for (int shift = following - 1; shift >= 0; shift--) bytes += static_cast<char>(0x80 | (point >> (6 * shift) & 0x3F));
}

void append_utf16(std::u16string &units, char32_t point) {
  if (point < 0x10000) {
    units += static_cast<char16_t>(point);
    return;
  }
  units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
  units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
}

// How many bytes follow a leading byte; -1 for a byte that leads nothing.
int following_bytes(uchar lead) { return lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1; }

bool is_shortest(char32_t point, int following) {
  constexpr char32_t LEAST[] = {0, 0x80, 0x800, 0x10000};
  return point >= LEAST[following] && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}
}  // namespace

std::string to_utf8(const String &value) {
  std::string bytes;
  const std::u16string &units = value.units();
  for (size_t at = 0; at < units.size(); at++) {
    const char32_t unit = units[at];
    const bool pair = unit >= 0xD800 && unit < 0xDC00 && at + 1 < units.size() && (units[at + 1] & 0xFC00) == 0xDC00;
    if (pair) append_utf8(bytes, 0x10000 + ((unit - 0xD800) << 10) + (units[++at] - 0xDC00u));
    else append_utf8(bytes, unit >= 0xD800 && unit < 0xE000 ? REPLACEMENT : unit);
  }
  return bytes;
}

String from_utf8(std::string_view bytes) {
  std::u16string units;
  for (size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<uchar>(bytes[at]);
    const int following = following_bytes(lead);
    bool whole = following >= 0 && at + static_cast<size_t>(following) < bytes.size();
    char32_t point = following > 0 ? lead & (0x3F >> following) : lead;
    for (int next = 1; whole && next <= following; next++) {
      const auto byte = static_cast<uchar>(bytes[at + static_cast<size_t>(next)]);
      whole = (byte & 0xC0) == 0x80;
      point = point << 6 | (byte & 0x3F);
    }
    whole = whole && is_shortest(point, following);
    append_utf16(units, whole ? point : REPLACEMENT);
    at += whole ? static_cast<size_t>(following) + 1 : 1;
  }
  return String(std::move(units));
}

}  // namespace mql
