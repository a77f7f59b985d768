// What a translated program shows to the terminal, and how it reaches a DLL.
#pragma once
#include "array.hpp"
#include "convert.hpp"
#include <stdexcept>

namespace mql {

struct CriticalError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Handlers {
  int (*OnInit)() = nullptr;
  void (*OnDeinit)(int) = nullptr;
  void (*OnTick)() = nullptr;
  void (*OnTimer)() = nullptr;
  void (*OnTradeTransaction)(const MqlTradeTransaction &, const MqlTradeRequest &, const MqlTradeResult &) = nullptr;
  void (*OnChartEvent)(int, const long &, const double &, const String &) = nullptr;
};

struct Property {
  const char *name;
  const char *value;
};

class AnyInput {
 public:
  explicit AnyInput(const char *name);
  virtual void assign(const String &value) = 0;

 protected:
  ~AnyInput() = default;
};

// Gives the input of this name the value that a .set file has for it; false where there is no such input.
bool assign_input(const std::string &name, const String &value);

template <class T> class Input final : public AnyInput {
 public:
  Input(const char *name, T value) : AnyInput(name), value_(std::move(value)) {}
  operator const T &() const { return value_; }
  void assign(const String &value) override {
    if constexpr (std::is_enum_v<T>) value_ = static_cast<T>(cast<int>(value));
    else value_ = cast<T>(value);
  }

 private:
  T value_;
};

// The address of a function in a DLL; a critical error where DLL imports are not allowed or it is not there.
void *imported_address(const char *library, const char *name);
template <class R, class... Args> auto imported(const char *library, const char *name) {
  return reinterpret_cast<R (*)(Args...)>(imported_address(library, name));
}
// What a library would read or write beyond an array's end.
void check_text(const char *function, ConstArrayRef<uchar> text);
void check_buffer(const char *function, long size, long length);

}  // namespace mql

extern "C" const mql::Handlers mql_handlers;
extern "C" const mql::Property mql_properties[];
