#include "chronicle.hpp"
#include "mql5.hpp"
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <unistd.h>

namespace mql::broker {

namespace {
void must(bool done, const char *what) {
  if (!done) critical(std::string("the broker's book: ") + what);
}
}  // namespace

Chronicle::Chronicle(const std::string &path) {
  if (path.empty()) return;
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  must(file_ >= 0 && flock(file_, LOCK_EX | LOCK_NB) == 0, "in use by another host");
}

Chronicle::~Chronicle() {
  if (file_ >= 0) close(file_);
}

void Chronicle::read(const std::function<void(const std::string &)> &line) {
  if (file_ < 0) return;
  std::string content;
  char block[65536];
  for (ssize_t got; (got = pread(file_, block, sizeof block, static_cast<off_t>(content.size()))) > 0;) content.append(block, static_cast<size_t>(got));
  size_t begin = 0;
  for (size_t end; (end = content.find('\n', begin)) != std::string::npos; begin = end + 1) line(content.substr(begin, end - begin));
  must(ftruncate(file_, static_cast<off_t>(begin)) == 0, "cannot be cut");
}

void Chronicle::commit() {
  if (file_ >= 0 && !pending_.empty())
    must(write(file_, pending_.data(), pending_.size()) == static_cast<ssize_t>(pending_.size()), "cannot be written");
  pending_.clear();
}

}  // namespace mql::broker
