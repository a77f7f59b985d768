#include "playback.hpp"
#include <algorithm>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace mql::terminal {

static_assert(sizeof(Record) == 56);

Playback::Playback(int pipe) : pipe_(pipe), ended_(pipe < 0) {}

const Record *Playback::peek(bool wait) {
  while (at_ == records_.size() && !ended_) {
    read(wait);
    if (!wait) break;
  }
  return at_ < records_.size() ? &records_[at_] : nullptr;
}

void Playback::read(bool wait) {
  pollfd ready{pipe_, POLLIN, 0};
  if (poll(&ready, 1, wait ? -1 : 0) <= 0) return;
  char block[65536];
  const ssize_t got = ::read(pipe_, block, sizeof block);
  if (got <= 0) {
    ended_ = true;
    return;
  }
  bytes_.append(block, static_cast<size_t>(got));
  const size_t whole = bytes_.size() / sizeof(Record);
  records_.resize(whole);
  at_ = 0;
  std::memcpy(records_.data(), bytes_.data(), whole * sizeof(Record));
  bytes_.erase(0, whole * sizeof(Record));
}

void Playback::begin(long now, long market_time, double speed) {
  begun_ = true;
  wall_ = now;
  market_ = market_time;
  speed_ = speed;
}

long Playback::until(long market_time, long now) const {
  const double due = static_cast<double>(market_time - market_) / speed_ - static_cast<double>(now - wall_);
  return std::max(0L, static_cast<long>(due) + 1);
}

}  // namespace mql::terminal
