// Places where a process can be made to die, so that what is said of its death is tried and not believed.
#include "host.hpp"
#include <csignal>
#include <unistd.h>

namespace mql::host {

namespace {
std::string fatal_place, fatal_about;
}  // namespace

void die_at(const std::string &place, const std::string &about) { fatal_place = place, fatal_about = about; }

void reach(std::string_view place, std::string_view about) {
  if (place == fatal_place && about.find(fatal_about) != std::string_view::npos) kill(getpid(), SIGKILL);
}

}  // namespace mql::host
