// The host's main loop: `host SETUP PIPE LIBZMQ LIBSODIUM [AFTER_MS]`. SETUP is a file of commands, PIPE the descriptor of the
// market (-1: none). With AFTER_MS the terminal closes so long after the market's end, which SIGTERM brings about: what
// happened last is still told. Without it the terminal closes with the command `quit`, the end of its input, or SIGTERM.
#include "control.hpp"
#include "host.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include <algorithm>
#include <csignal>
#include <cstring>
#include <fenv.h>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

using namespace mql;
using terminal::Wish;

namespace {
constexpr int CRITICAL_EXIT = 3, DEINIT_EXIT = 4;
constexpr suseconds_t DEINIT_US = 500'000;
constexpr time_t DEINIT_S = 2;
volatile sig_atomic_t told_to_end = 0;

[[noreturn]] void end_now(const char *line, int code) {
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, line, std::strlen(line));
  _exit(code);
}
void on_zero_divide(int) { end_now("{\"event\":\"critical\",\"text\":\"zero divide\"}\n", CRITICAL_EXIT); }
void on_alarm(int) { end_now("{\"event\":\"critical\",\"text\":\"OnDeinit took longer than 2.5 s\"}\n", DEINIT_EXIT); }
void on_end(int) { told_to_end = 1; }

void listen_to_signals() {
  struct sigaction action {};
  const auto handle = [&](int number, void (*handler)(int)) {
    action.sa_handler = handler;
    sigaction(number, &action, nullptr);
  };
  handle(SIGFPE, on_zero_divide);
  handle(SIGALRM, on_alarm);
  handle(SIGTERM, on_end);
  handle(SIGINT, on_end);
  feenableexcept(FE_DIVBYZERO);
}

class Loop {
 public:
  explicit Loop(long after_ms) : after_ms_(after_ms) {}

  void run() {
    terminal::current().recall();
    if (!start()) return;
    while (!over()) once();
    stop(reason_);
  }

 private:
  bool start() {
    const long began = host::monotonic_us();
    const int result = mql_handlers.OnInit ? mql_handlers.OnInit() : INIT_SUCCEEDED;
    host::Report("init").add("result", result).add("us", host::monotonic_us() - began).add("pid", getpid()).print();
    if (result != INIT_SUCCEEDED) stop(REASON_INITFAILED);
    return result == INIT_SUCCEEDED;
  }

  void stop(int reason) {
    const itimerval limit{{0, 0}, {DEINIT_S, DEINIT_US}};
    const itimerval none{};
    const long began = host::monotonic_us();
    setitimer(ITIMER_REAL, &limit, nullptr);
    if (mql_handlers.OnDeinit) mql_handlers.OnDeinit(reason);
    setitimer(ITIMER_REAL, &none, nullptr);
    host::Report("deinit").add("reason", reason).add("us", host::monotonic_us() - began).print();
    all_.timer_ms = 0;
    all_.events.clear();
  }

  void work() {
    all_.play();
    if (all_.timer_ms && host::monotonic_us() >= all_.timer_due_us) {
      all_.events.timer();
      all_.timer_due_us = host::monotonic_us() + all_.timer_ms * 1000;
    }
    all_.events.dispatch(mql_handlers);
  }

  void once() {
    work();
    const bool wants_market = all_.playback.begun() && !all_.playback.peek(false);
    pollfd ready[] = {{listens_ ? STDIN_FILENO : -1, POLLIN, 0}, {wants_market ? all_.playback.pipe() : -1, POLLIN, 0}};
    if (poll(ready, 2, all_.pause()) > 0 && ready[0].revents) read_commands();
  }

  void read_commands() {
    char block[65536];
    const ssize_t got = read(STDIN_FILENO, block, sizeof block);
    if (got <= 0) {
      listens_ = false;
      quit_ = quit_ || after_ms_ < 0;
      return;
    }
    typed_.append(block, static_cast<size_t>(got));
    for (size_t end; !quit_ && (end = typed_.find('\n')) != std::string::npos;) {
      const std::string line = typed_.substr(0, end);
      typed_.erase(0, end + 1);
      carry_out(terminal::obey(line));
      all_.events.dispatch(mql_handlers);
    }
  }

  void carry_out(const Wish &wish) {
    if (wish.pass_ms >= 0) pass(wish.pass_ms * 1000);
    quit_ = quit_ || wish.quit;
    if (wish.quit) reason_ = wish.reason;
    if (wish.restart < 0) return;
    stop(wish.restart);
    if (!start()) _exit(0);
  }

  // From timer to timer: what is due in between happens at its own time.
  void pass(long us) {
    for (const long until = host::monotonic_us() + us; host::monotonic_us() < until; work()) {
      const long due = all_.timer_ms ? all_.timer_due_us : until;
      host::pass_us(std::clamp(due - host::monotonic_us(), 1L, until - host::monotonic_us()));
    }
    all_.events.timer();
    all_.events.dispatch(mql_handlers);
    const host::Traffic all = host::traffic();
    host::Report line("passed");
    line.add("time", host::wall_ms()).add("sent", all.sent).add("received", all.received).add("waiting", all.waiting);
    line.add("open", all.open).print();
  }

  bool over() {
    if (told_to_end) all_.playback.end();
    if (!all_.playback.over()) ended_ms_ = host::wall_ms();
    const bool closes = after_ms_ >= 0 ? host::wall_ms() - ended_ms_ >= after_ms_ : told_to_end != 0;
    return quit_ || closes;
  }

  terminal::Terminal &all_ = terminal::current();
  long after_ms_;
  long ended_ms_ = host::wall_ms();
  bool quit_ = false;
  bool listens_ = true;
  int reason_ = REASON_CLOSE;
  std::string typed_;
};
}  // namespace

int main(int count, char **arguments) {
  if (count < 5) end_now("usage: host SETUP PIPE LIBZMQ LIBSODIUM [AFTER_MS]\n", 2);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  listen_to_signals();
  try {
    std::ifstream setup(arguments[1]);
    for (std::string line; std::getline(setup, line);) terminal::obey(line);
    terminal::current().playback = terminal::Playback(std::stoi(arguments[2]));
    host::load_libraries(arguments[3], arguments[4]);
    Loop(count > 5 ? std::stol(arguments[5]) : -1).run();
    terminal::report_book("report");
  } catch (const CriticalError &error) {
    host::Report("critical").add("text", error.what()).print();
    return CRITICAL_EXIT;
  }
  return 0;
}
