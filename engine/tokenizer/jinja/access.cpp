// Attributes, items, slices and calls, with the rules of Jinja's immutable sandbox: names that start with "_" and methods
// that change a list or a dict are not reachable.
#include <algorithm>
#include <cmath>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

Value missing_attribute(Runtime& rt, const Value& object, std::string_view name) {
  rt.charge_bytes(name.size());
  return Runtime::undefined("'" + std::string(type_name(object)) + " object' has no attribute '" + std::string(name.substr(0, 200)) + "'");
}

/// Methods of Markup escape their arguments and give Markup again.
Value call_safe(Runtime& rt, MethodFunction method, const Value& self, Args& args) {
  for (Value& v : args.positional) {
    if (v.is(Kind::string)) v = escape_html(rt, v);
  }
  Value result = method(rt, self, args);
  if (result.is(Kind::string)) result.safe = true;
  if (result.is_sequence()) {
    for (Value& v : as_list(result).items) v.safe = v.safe || v.is(Kind::string);
  }
  return result;
}

Value bind_method(Runtime& rt, const Value& self, std::string_view name, MethodFunction method) {
  return rt.function(std::string(name), [self, method](Runtime& r, Args& args) {
    return self.is(Kind::string) && self.safe ? call_safe(r, method, self, args) : method(r, self, args);
  });
}

std::optional<Value> group_attribute(const List& group, std::string_view name) {
  if (!group.group) return std::nullopt;
  if (name == "grouper") return group.items[0];
  if (name == "list") return group.items[1];
  return std::nullopt;
}

std::optional<Value> number_attribute(Runtime& rt, const Value& v, std::string_view name) {
  if (name == "real") return v;
  if (name == "imag") return v.is(Kind::real) ? Value::floating(0) : Value::integer(0);
  if (v.is(Kind::real) && name == "is_integer") {
    return bind_method(rt, v, name, [](Runtime&, const Value& self, Args&) { return Value::boolean(self.real == std::floor(self.real)); });
  }
  return std::nullopt;
}

/// What Python's getattr() finds.
std::optional<Value> python_attribute(Runtime& rt, const Value& object, std::string_view name) {
  MethodFunction method = nullptr;
  switch (object.kind) {
    case Kind::string:
      method = find_string_method(name);
      break;
    case Kind::tuple:
      if (auto v = group_attribute(as_list(object), name)) return v;
      method = find_container_method(object.kind, name);
      break;
    case Kind::list:
    case Kind::dict:
    case Kind::range:
      method = find_container_method(object.kind, name);
      break;
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      return number_attribute(rt, object, name);
    case Kind::object:
      return object.object->attribute(rt, name);
    default:
      break;
  }
  if (!method) return std::nullopt;
  return bind_method(rt, object, name, method);
}

int64_t checked_index(const Value& key, int64_t length, bool& found) {
  int64_t i = key.as_int();
  if (i < 0) i += length;
  found = i >= 0 && i < length;
  return i;
}

Value character(Runtime& rt, const Value& s, int64_t index) {
  const auto i = static_cast<size_t>(index);
  if (s.text->ascii()) return rt.text(s.str().substr(i, 1), s.safe);
  rt.charge_bytes(s.str().size());
  const size_t at = byte_offset(s.str(), i);
  return rt.text(s.str().substr(at, decode(s.str(), at).bytes), s.safe);
}

/// obj[key] as Python; nullopt where Python raises TypeError or LookupError.
std::optional<Value> python_item(Runtime& rt, const Value& object, const Value& key) {
  bool found = false;
  switch (object.kind) {
    case Kind::dict: {
      if (key.is(Kind::list) || key.is(Kind::dict)) return std::nullopt;
      const Value* v = find(rt, as_dict(object), key);
      return v ? std::optional<Value>(*v) : std::nullopt;
    }
    case Kind::list:
    case Kind::tuple: {
      if (!key.is_integral()) return std::nullopt;
      const auto& items = as_list(object).items;
      const int64_t i = checked_index(key, static_cast<int64_t>(items.size()), found);
      return found ? std::optional<Value>(items[static_cast<size_t>(i)]) : std::nullopt;
    }
    case Kind::string: {
      if (!key.is_integral()) return std::nullopt;
      const int64_t i = checked_index(key, static_cast<int64_t>(object.text->length), found);
      return found ? std::optional<Value>(character(rt, object, i)) : std::nullopt;
    }
    case Kind::range: {
      if (!key.is_integral()) return std::nullopt;
      const Range& r = as_range(object);
      const int64_t i = checked_index(key, r.count, found);
      return found ? std::optional<Value>(Value::integer(r.start + i * r.step)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<int64_t> slice_part(const Value& v) {
  if (v.is(Kind::none)) return std::nullopt;
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is_integral()) fail_type("slice indices must be integers or None");
  return v.as_int();
}

struct Slice {
  int64_t start, stop, step, count;
};

/// Python's slice.indices(length).
Slice resolve_slice(const Value& start, const Value& stop, const Value& step, int64_t length) {
  const int64_t by = slice_part(step).value_or(1);
  if (by == 0) fail("slice step cannot be zero");
  const int64_t low = by < 0 ? -1 : 0, high = by < 0 ? length - 1 : length;
  const auto clamp = [&](std::optional<int64_t> i, int64_t otherwise) {
    if (!i) return otherwise;
    if (*i < 0) return *i < -length ? low : std::max(*i + length, low);
    return std::min(*i, high);
  };
  const int64_t first = clamp(slice_part(start), by < 0 ? high : low);
  const int64_t end = clamp(slice_part(stop), by < 0 ? low : high);
  int64_t count = 0;
  if (by > 0 && first < end) count = (end - first - 1) / by + 1;
  if (by < 0 && end < first) count = by == INT64_MIN ? 1 : (first - end - 1) / -by + 1;
  return {first, end, std::clamp(by, -length - 1, length + 1), count};  // a longer step is the same, and cannot overflow
}

Value slice_text(Runtime& rt, const Value& v, const Slice& s) {
  rt.charge_bytes(v.str().size());
  const std::string& bytes = v.str();
  const auto begin = static_cast<size_t>(std::max<int64_t>(s.start, 0)), n = static_cast<size_t>(s.count);
  if (s.count == 0) return rt.text("", v.safe);
  if (s.step == 1) {
    const size_t first = v.text->ascii() ? begin : byte_offset(bytes, begin);
    const size_t size = v.text->ascii() ? n : byte_offset(std::string_view(bytes).substr(first), n);
    return rt.text(bytes.substr(first, size), v.safe);
  }
  rt.charge(bytes.size() / 16);
  const std::vector<size_t> starts = character_starts(bytes);
  std::string out;
  for (int64_t i = 0, at = s.start; i < s.count; ++i) {
    const auto c = static_cast<size_t>(at);
    out.append(bytes, starts[c], starts[c + 1] - starts[c]);
    if (i + 1 < s.count) at += s.step;
  }
  return rt.text(std::move(out), v.safe);
}

}  // namespace

Value get_attribute(Runtime& rt, const Value& object, std::string_view name) {
  rt.charge();
  if (object.is(Kind::undefined)) fail_undefined(object);
  if (auto v = python_attribute(rt, object, name)) return *v;
  if (object.is(Kind::dict)) {
    if (const Value* v = find(rt, as_dict(object), name)) return *v;
  }
  return missing_attribute(rt, object, name);
}

Value get_item(Runtime& rt, const Value& object, const Value& key) {
  rt.charge();
  if (object.is(Kind::undefined)) fail_undefined(object);
  if (auto v = python_item(rt, object, key)) return *v;
  if (key.is(Kind::string)) {
    if (auto v = python_attribute(rt, object, key.str())) return *v;
    return missing_attribute(rt, object, key.str());
  }
  return Runtime::undefined(std::string(type_name(object)) + " object has no element " + to_repr(rt, key).substr(0, 200));
}

Value get_slice(Runtime& rt, const Value& object, const Value& start, const Value& stop, const Value& step) {
  rt.charge();
  if (object.is(Kind::undefined)) fail_undefined(object);
  const bool sliceable = object.is(Kind::string) || object.is_sequence() || object.is(Kind::range);
  if (!sliceable) fail_type("'" + std::string(type_name(object)) + "' object cannot be sliced");
  const Slice s = resolve_slice(start, stop, step, length_of(rt, object).value_or(0));
  if (object.is(Kind::string)) return slice_text(rt, object, s);
  if (object.is(Kind::range)) {
    const Range& r = as_range(object);
    const int64_t first = r.start + s.start * r.step, by = r.step * s.step;
    return Value::of(Kind::range, rt.make<Range>(first, r.start + s.stop * r.step, by, s.count));
  }
  rt.charge(static_cast<uint64_t>(s.count) / 2);
  std::vector<Value> items;
  items.reserve(static_cast<size_t>(s.count));
  for (int64_t i = 0, at = s.start; i < s.count; ++i) {
    items.push_back(as_list(object).items[static_cast<size_t>(at)]);
    if (i + 1 < s.count) at += s.step;
  }
  return rt.list(std::move(items), object.kind);
}

Value call(Runtime& rt, const Value& callee, Args& args) {
  rt.charge();
  if (callee.is(Kind::undefined)) fail_undefined(callee);
  if (callee.is(Kind::object)) {
    const Runtime::Nest nest(rt);
    if (auto v = callee.object->call(rt, args)) return *v;
  }
  fail_type("'" + std::string(type_name(callee)) + "' object is not callable");
}

}  // namespace engine::jinja
