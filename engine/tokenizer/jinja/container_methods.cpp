// Methods of list, tuple, range and dict. Of those that change their value the sandbox lets only list.pop through.
#include <unordered_map>

#include "tokenizer/jinja/filters.h"

namespace engine::jinja {

namespace {

Value m_count(Runtime& rt, const Value& self, Args& a) {
  const Bound args("count", a, {"value"}, 1);
  int64_t n = 0;
  Cursor cursor(rt, self);
  for (Value v; cursor.next(rt, v);) n += equal(rt, v, *args[0]);
  return Value::integer(n);
}

Value m_index(Runtime& rt, const Value& self, Args& a) {
  const Bound args("index", a, {"value", "start", "stop"}, 1);
  const int64_t length = length_of(rt, self).value_or(0);
  const auto resolve = [&](size_t i, int64_t otherwise) {
    const int64_t v = args.integer(i, otherwise);
    return v < 0 ? std::max<int64_t>(v < -length ? 0 : v + length, 0) : v;
  };
  const int64_t start = resolve(1, 0), stop = resolve(2, length);
  Cursor cursor(rt, self);
  int64_t i = 0;
  for (Value v; cursor.next(rt, v); ++i) {
    if (i >= start && i < stop && equal(rt, v, *args[0])) return Value::integer(i);
  }
  fail(to_repr(rt, *args[0]).substr(0, 200) + " is not in list");
}

Value m_copy(Runtime& rt, const Value& self, Args& a) {
  Bound("copy", a, {});
  if (self.is(Kind::dict)) return rt.dict(as_dict(self).items);
  return rt.list(as_list(self).items);
}

Value m_pop(Runtime& rt, const Value& self, Args& a) {
  const Bound args("pop", a, {"index"});
  auto& items = as_list(self).items;
  rt.charge(items.size() / 8);
  const auto length = static_cast<int64_t>(items.size());
  int64_t i = args.integer(0, -1);
  if (i < 0) i += length;
  if (length == 0) fail("pop from empty list");
  if (i < 0 || i >= length) fail("pop index out of range");
  Value v = items[static_cast<size_t>(i)];
  items.erase(items.begin() + i);
  return v;
}

Value m_get(Runtime& rt, const Value& self, Args& a) {
  const Bound args("get", a, {"key", "default"}, 1);
  if (const Value* v = find(rt, as_dict(self), *args[0])) return *v;
  return args[1] ? *args[1] : Value::none();
}

template <DictView::Part Part>
Value m_view(Runtime& rt, const Value& self, Args& a) {
  Bound("items", a, {});
  return Value::of(Kind::view, rt.make<DictView>(&as_dict(self), Part));
}

}  // namespace

MethodFunction find_container_method(Kind kind, std::string_view name) {
  static const std::unordered_map<std::string_view, MethodFunction> kDict = {
      {"get", m_get},
      {"copy", m_copy},
      {"keys", m_view<DictView::Part::keys>},
      {"values", m_view<DictView::Part::values>},
      {"items", m_view<DictView::Part::items>},
  };
  static const std::unordered_map<std::string_view, MethodFunction> kSequence = {{"count", m_count}, {"index", m_index}};
  static const std::unordered_map<std::string_view, MethodFunction> kList = {{"copy", m_copy}, {"pop", m_pop}};
  const auto& table = kind == Kind::dict ? kDict : kSequence;
  if (const auto it = table.find(name); it != table.end()) return it->second;
  if (kind != Kind::list) return nullptr;
  const auto it = kList.find(name);
  return it == kList.end() ? nullptr : it->second;
}

}  // namespace engine::jinja
