// Built-ins of the economic calendar. Value, event and country of a piece of news have its place, counted from 1, as id.
#include "terminal.hpp"

namespace mql {

using terminal::current;

namespace {
const terminal::News *news(ulong id) {
  const auto &all = current().calendar;
  return id >= 1 && id <= all.size() ? &all[id - 1] : nullptr;
}
datetime server_time(const terminal::News &of) { return {(of.time + current().utc_offset_ms) / 1000}; }
}  // namespace

int CalendarValueHistory(ArrayRef<MqlCalendarValue> values, datetime from, datetime to, const String &, const String &currency) {
  std::vector<MqlCalendarValue> found;
  for (ulong id = 1; const terminal::News *each = news(id); id++) {
    const datetime time = server_time(*each);
    const bool asked = time >= from && (to.seconds == 0 || time < to) && (currency.length() == 0 || to_utf8(currency) == each->currency);
    if (asked) found.push_back({id, id, time});
  }
  ArrayResize(values, static_cast<int>(found.size()));
  for (size_t i = 0; i < found.size(); i++) values[static_cast<int>(i)] = found[i];
  return static_cast<int>(found.size());
}

bool CalendarEventById(ulong id, MqlCalendarEvent &event) {
  const terminal::News *of = news(id);
  if (!of) return false;
  event = {id, of->timed ? CALENDAR_TIMEMODE_DATETIME : CALENDAR_TIMEMODE_DATE, id,
           static_cast<ENUM_CALENDAR_EVENT_IMPORTANCE>(of->importance), from_utf8(of->name)};
  return true;
}

bool CalendarCountryById(long id, MqlCalendarCountry &country) {
  const terminal::News *of = news(static_cast<ulong>(id));
  if (!of) return false;
  country = {static_cast<ulong>(id), from_utf8(of->currency), from_utf8(of->currency), from_utf8(of->currency)};
  return true;
}

}  // namespace mql
