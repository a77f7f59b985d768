// The calendar and the machine's clocks. Times of the market are the terminal's (terminal/quotes.cpp).
#include "host.hpp"
#include "mql5.hpp"
#include <cstdio>
#include <ctime>

namespace mql {

bool TimeToStruct(datetime time, MqlDateTime &parts) {
  const time_t seconds = time.seconds;
  tm calendar{};
  if (time.seconds < 0 || !gmtime_r(&seconds, &calendar)) return false;
  parts = {.year = calendar.tm_year + 1900, .mon = calendar.tm_mon + 1, .day = calendar.tm_mday, .hour = calendar.tm_hour,
           .min = calendar.tm_min, .sec = calendar.tm_sec, .day_of_week = calendar.tm_wday, .day_of_year = calendar.tm_yday};
  return true;
}

datetime StructToTime(MqlDateTime &parts) {
  tm calendar{};
  calendar.tm_year = parts.year - 1900;
  calendar.tm_mon = parts.mon - 1;
  calendar.tm_mday = parts.day;
  calendar.tm_hour = parts.hour;
  calendar.tm_min = parts.min;
  calendar.tm_sec = parts.sec;
  return {timegm(&calendar)};
}

String TimeToString(datetime time, int mode) {
  MqlDateTime parts{};
  TimeToStruct(time, parts);
  char date[40] = "", clock[40] = "";
  if (mode & TIME_DATE) std::snprintf(date, sizeof date, "%04d.%02d.%02d", parts.year, parts.mon, parts.day);
  if (mode & TIME_SECONDS) std::snprintf(clock, sizeof clock, "%02d:%02d:%02d", parts.hour, parts.min, parts.sec);
  else if (mode & TIME_MINUTES) std::snprintf(clock, sizeof clock, "%02d:%02d", parts.hour, parts.min);
  return from_utf8(std::string(date) + (*date && *clock ? " " : "") + clock);
}

// "yyyy.mm.dd [hh:mi[:ss]]".
datetime StringToTime(const String &time) {
  MqlDateTime parts{};
  const int read = std::sscanf(to_utf8(time).c_str(), "%d.%d.%d %d:%d:%d", &parts.year, &parts.mon, &parts.day, &parts.hour, &parts.min, &parts.sec);
  return read < 3 ? datetime{0} : StructToTime(parts);
}

datetime TimeGMT() { return {host::wall_ms() / 1000}; }
ulong GetMicrosecondCount() { return static_cast<ulong>(host::monotonic_us()); }
ulong GetTickCount64() { return static_cast<ulong>(host::monotonic_us() / 1000); }

}  // namespace mql
