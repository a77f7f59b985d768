// The inputs of a program, found by name.
#include "mql5.hpp"
#include <map>

namespace mql {

namespace {
std::map<std::string, AnyInput *> &inputs() {
  static std::map<std::string, AnyInput *> registered;
  return registered;
}
}  // namespace

AnyInput::AnyInput(const char *name) { inputs()[name] = this; }

bool assign_input(const std::string &name, const String &value) {
  const auto found = inputs().find(name);
  if (found == inputs().end()) return false;
  found->second->assign(value);
  return true;
}

}  // namespace mql
