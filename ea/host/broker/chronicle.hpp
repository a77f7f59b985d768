// The broker's memory on disk: a file of lines that is only added to. A broker lives on when a terminal is killed.
#pragma once
#include <functional>
#include <string>

namespace mql::broker {

class Chronicle {
 public:
  // "": nothing is kept.
  explicit Chronicle(const std::string &path);
  ~Chronicle();
  Chronicle(const Chronicle &) = delete;
  Chronicle &operator=(const Chronicle &) = delete;

  // Every line of earlier lives, oldest first; what was torn off at the end is cut.
  void read(const std::function<void(const std::string &)> &line);
  void add(const std::string &line) { pending_ += line + "\n"; }
  // All that was added since the last call becomes part of the file in one piece.
  void commit();

 private:
  int file_ = -1;
  std::string pending_;
};

}  // namespace mql::broker
