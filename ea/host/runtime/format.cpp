// MQL5's printf (Reference, "PrintFormat"): like C's, but with I64 for 8 bytes, and strings are UTF-16.
#include "format.hpp"
#include <cstdio>
#include <cstring>

namespace mql {

namespace {
struct Specification {
  std::string flags = "%";
  bool wide = false;
  char type = 0;
};

class Formatter {
 public:
  Formatter(const String &format, std::initializer_list<Argument> arguments)
      : format_(format.units()), next_(arguments.begin()), end_(arguments.end()) {}

  String result() {
    while (at_ < format_.size()) {
      const char16_t unit = format_[at_++];
      if (unit != u'%') out_ += unit;
      else if (at_ < format_.size() && format_[at_] == u'%') out_ += format_[at_++];
      else write(specification());
    }
    return String(std::move(out_));
  }

 private:
  bool skip(std::u16string_view word) {
    if (format_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }

  Specification specification() {
    Specification read;
    for (; at_ < format_.size() && format_[at_] < 128 && std::strchr("-+ #0123456789.*", format_[at_]); at_++) {
      if (format_[at_] != u'*') read.flags += static_cast<char>(format_[at_]);
      else if (next_ != end_) read.flags += std::to_string((next_++)->integer);
    }
    if (skip(u"I64") || skip(u"ll")) read.wide = true;
    else skip(u"I32") || skip(u"l") || skip(u"h");
    if (at_ < format_.size()) read.type = static_cast<char>(format_[at_++]);
    return read;
  }

  void write(const Specification &read) {
    if (next_ == end_) {
      out_ += u"(missed parameter)";
      return;
    }
    const Argument &argument = *next_++;
    if (std::strchr("diuxXo", read.type)) write_integer(read, argument);
    else if (std::strchr("feEgGaA", read.type)) write_real(read, argument);
    else if (read.type == 'c') out_ += static_cast<char16_t>(argument.integer);
    else if (read.type == 's') write_text(read, argument);
  }

  void write_integer(const Specification &read, const Argument &argument) {
    long value = argument.integer;
    // 4 bytes are taken of what is longer, which is why %d of a long is wrong.
    if (!read.wide) value = read.type == 'd' || read.type == 'i' ? static_cast<int>(value) : static_cast<long>(static_cast<uint>(value));
    append((read.flags + "l" + read.type).c_str(), value);
  }

  void write_real(const Specification &read, const Argument &argument) {
    const bool real = argument.kind == Argument::Kind::Real;
    append((read.flags + read.type).c_str(), real ? argument.real : static_cast<double>(argument.integer));
  }

  void write_text(const Specification &read, const Argument &argument) {
    if (argument.kind != Argument::Kind::Text) out_ += u"(non-string passed)";
    else if (read.flags == "%") out_ += argument.text.units();
    else append((read.flags + "s").c_str(), to_utf8(argument.text).c_str());
  }

  template <class T> void append(const char *format, T value) {
    std::string buffer(static_cast<size_t>(std::snprintf(nullptr, 0, format, value)), ' ');
    std::snprintf(buffer.data(), buffer.size() + 1, format, value);
    out_ += from_utf8(buffer).units();
  }

  const std::u16string &format_;
  const Argument *next_;
  const Argument *end_;
  size_t at_ = 0;
  std::u16string out_;
};
}  // namespace

String formatted(const String &format, std::initializer_list<Argument> arguments) { return Formatter(format, arguments).result(); }

}  // namespace mql
