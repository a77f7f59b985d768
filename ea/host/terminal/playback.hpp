// The market as it comes from the program that reads the market's files: records through a pipe, played against a clock.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mql::terminal {

// One record of the pipe, 56 bytes in the machine's own order (ea/host/feed.py packs it). A bar of the past has open,
// high, low, close; a tick has bid and ask.
struct Record {
  int64_t time;  // milliseconds since 1970 UTC
  double prices[4];
  int64_t volume;
  int32_t kind;
  int32_t symbol;
};
inline constexpr int32_t TICK = 0;
inline constexpr int32_t PAST_BAR = 1;

class Playback {
 public:
  // A descriptor to read records from, or -1: no market but by command.
  explicit Playback(int pipe);

  // The next record; none where it is not there yet, or where there will be no more. Waits if told to.
  const Record *peek(bool wait);
  void take() { at_++; }
  // No more of it is played.
  void end() { ended_ = true, at_ = records_.size(); }
  bool over() const { return ended_ && at_ == records_.size(); }
  int pipe() const { return ended_ ? -1 : pipe_; }

  void begin(long now, long market_time, double speed);
  bool begun() const { return begun_; }
  long reached(long now) const { return market_ + static_cast<long>(static_cast<double>(now - wall_) * speed_); }
  // Milliseconds from now until a market time is reached, at least 0.
  long until(long market_time, long now) const;

 private:
  void read(bool wait);
  int pipe_;
  bool ended_;
  bool begun_ = false;
  long wall_ = 0;
  long market_ = 0;
  double speed_ = 1;
  std::string bytes_;
  std::vector<Record> records_;
  size_t at_ = 0;
};

}  // namespace mql::terminal
