// The terminal is set up and controlled by lines: a word, then names and values, as `symbol EURUSD digits=5`.
#pragma once
#include <map>
#include <string>

namespace mql::terminal {

// What the main loop has to do after a command.
struct Wish {
  int restart = -1;  // reason of OnDeinit, after which OnInit is called again
  bool quit = false;
  int reason = 0;
  long pass_ms = -1;  // that the clocks, which are held, go on; the timer comes at the end in any case
};

class Command {
 public:
  explicit Command(const std::string &line);
  std::string word;
  std::string name;  // the first thing after the word that is no name=value
  std::string rest;  // all after the word
  bool has(const char *key) const { return values_.contains(key); }
  std::string text(const char *key, const std::string &otherwise) const;
  double number(const char *key, double otherwise) const;
  long integer(const char *key, long otherwise) const { return static_cast<long>(number(key, static_cast<double>(otherwise))); }
  bool flag(const char *key, bool otherwise) const { return number(key, otherwise) != 0; }

 private:
  std::map<std::string, std::string> values_;
};

// Carries a line out. A line that is not understood is reported as an error and changes nothing.
Wish obey(const std::string &line);

}  // namespace mql::terminal
