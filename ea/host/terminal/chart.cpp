#include "chart.hpp"
#include "terminal.hpp"

namespace mql::terminal {

void Chart::report() const {
  host::Report("objects")
      .list("objects", objects, [](const auto &entry) {
        const auto &[name, object] = entry;
        host::Report shown = host::Report::object();
        shown.add("name", String(name)).add("type", EnumToString(object.type)).add("time", object.time.seconds).add("price", object.price);
        for (const auto &[property, value] : object.integers) shown.add(to_utf8(EnumToString(property)).c_str(), value);
        for (const auto &[property, value] : object.doubles) shown.add(to_utf8(EnumToString(property)).c_str(), value);
        for (const auto &[property, value] : object.strings) shown.add(to_utf8(EnumToString(property)).c_str(), value);
        return shown;
      })
      .print();
}

}  // namespace mql::terminal

namespace mql {

namespace {
terminal::Object *object(const String &name) {
  auto &objects = terminal::current().chart.objects;
  const auto found = objects.find(name.units());
  if (found != objects.end()) return &found->second;
  host::set_error(ERR_OBJECT_NOT_FOUND);
  return nullptr;
}
}  // namespace

void ChartRedraw(long) {}  // what would be drawn is read when it is asked for

bool ObjectCreate(long, const String &name, ENUM_OBJECT type, int, datetime time, double price) {
  auto &created = terminal::current().chart.objects[name.units()];
  created.type = type;
  created.time = time;
  created.price = price;
  return true;
}

bool ObjectDelete(long, const String &name) {
  if (!object(name)) return false;
  terminal::current().chart.objects.erase(name.units());
  return true;
}

int ObjectsDeleteAll(long, const String &prefix, int, int) {
  return static_cast<int>(std::erase_if(terminal::current().chart.objects, [&](const auto &each) { return each.first.starts_with(prefix.units()); }));
}

int ObjectFind(long, const String &name) { return object(name) ? 0 : -1; }

bool ObjectSetInteger(long, const String &name, ENUM_OBJECT_PROPERTY_INTEGER property, long value) {
  auto *changed = object(name);
  if (changed) changed->integers[property] = value;
  return changed;
}

bool ObjectSetDouble(long, const String &name, ENUM_OBJECT_PROPERTY_DOUBLE property, double value) {
  auto *changed = object(name);
  if (changed && property == OBJPROP_PRICE) changed->price = value;
  else if (changed) changed->doubles[property] = value;
  return changed;
}

bool ObjectSetString(long, const String &name, ENUM_OBJECT_PROPERTY_STRING property, const String &value) {
  auto *changed = object(name);
  if (changed) changed->strings[property] = value;
  return changed;
}

}  // namespace mql
