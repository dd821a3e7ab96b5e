#include "tokenizer/jinja/value.h"

#include <cmath>

#include "tokenizer/jinja/runtime.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

/// -1, 0, 1; exact also where a 64-bit integer does not fit a double. `unordered` is set for NaN.
int compare_numbers(const Value& a, const Value& b, bool& unordered) {
  unordered = false;
  if (a.is_integral() && b.is_integral()) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  if (a.is(Kind::real) && b.is(Kind::real)) {
    unordered = std::isnan(a.real) || std::isnan(b.real);
    return a.real < b.real ? -1 : a.real > b.real;
  }
  if (b.is(Kind::real)) {
    if (std::isnan(b.real)) return unordered = true, 0;
    if (b.real >= 9223372036854775808.0) return -1;
    if (b.real < -9223372036854775808.0) return 1;
    const double whole = std::trunc(b.real);
    const auto other = static_cast<int64_t>(whole);
    if (a.as_int() != other) return a.as_int() < other ? -1 : 1;
    return b.real > whole ? -1 : b.real < whole;
  }
  return -compare_numbers(b, a, unordered);
}

bool equal_lists(Runtime& rt, const List& a, const List& b) {
  if (a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!equal(rt, a.items[i], b.items[i])) return false;
  }
  return true;
}

bool equal_dicts(Runtime& rt, const Dict& a, Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  for (const auto& [key, value] : a.items) {
    const Value* other = find(rt, b, key);
    if (!other || !equal(rt, value, *other)) return false;
  }
  return true;
}

bool equal_ranges(const Range& a, const Range& b) {
  if (a.count != b.count) return false;
  return a.count == 0 || (a.start == b.start && (a.count == 1 || a.step == b.step));
}

}  // namespace

Value Value::none() {
  return of(Kind::none, nullptr);
}

Value Value::boolean(bool v) {
  Value r;
  r.kind = Kind::boolean;
  r.flag = v;
  return r;
}

Value Value::integer(int64_t v) {
  Value r;
  r.kind = Kind::integer;
  r.number = v;
  return r;
}

Value Value::floating(double v) {
  Value r;
  r.kind = Kind::real;
  r.real = v;
  return r;
}

Value Value::of(Kind kind, Object* object) {
  Value r;
  r.kind = kind;
  r.object = object;
  return r;
}

Value Value::literal(std::string bytes) {
  Value r;
  r.kind = Kind::string;
  const size_t n = count_code_points(bytes);
  r.text = std::make_shared<const Text>(Text{std::move(bytes), n});
  return r;
}

std::string_view type_name(const Value& v) {
  switch (v.kind) {
    case Kind::undefined:
      return "Undefined";
    case Kind::none:
      return "None";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::real:
      return "float";
    case Kind::string:
      return "str";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::dict:
      return "dict";
    case Kind::view:
      return "dict view";
    case Kind::range:
      return "range";
    case Kind::generator:
      return "generator";
    case Kind::object:
      return v.object->type_name();
  }
  return "object";
}

bool truthy(Runtime& rt, const Value& v) {
  switch (v.kind) {
    case Kind::undefined:
    case Kind::none:
      return false;
    case Kind::boolean:
      return v.flag;
    case Kind::integer:
      return v.number != 0;
    case Kind::real:
      return v.real != 0;
    case Kind::generator:
      return true;
    default:
      return length_of(rt, v).value_or(1) != 0;
  }
}

bool identical(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::undefined:
    case Kind::none:
      return true;
    case Kind::boolean:
      return a.flag == b.flag;
    case Kind::integer:
      return a.number == b.number;
    case Kind::real:
      return a.real == b.real;
    case Kind::string:
      return a.text == b.text || a.str() == b.str();
    default:
      return a.object == b.object;
  }
}

bool equal(Runtime& rt, const Value& a, const Value& b) {
  rt.charge();
  if (a.is_number() && b.is_number()) {
    bool unordered = false;
    return compare_numbers(a, b, unordered) == 0 && !unordered;
  }
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::string:
      if (a.text == b.text) return true;
      if (a.str().size() != b.str().size()) return false;
      rt.charge_bytes(a.str().size());
      return a.str() == b.str();
    case Kind::list:
    case Kind::tuple: {
      if (a.object == b.object) return true;
      const Runtime::Nest nest(rt);
      return equal_lists(rt, as_list(a), as_list(b));
    }
    case Kind::dict: {
      if (a.object == b.object) return true;
      const Runtime::Nest nest(rt);
      return equal_dicts(rt, as_dict(a), as_dict(b));
    }
    case Kind::range:
      return equal_ranges(as_range(a), as_range(b));
    default:
      return identical(a, b);
  }
}

bool less(Runtime& rt, const Value& a, const Value& b) {
  rt.charge();
  if (a.is_number() && b.is_number()) {
    bool unordered = false;
    return compare_numbers(a, b, unordered) < 0 && !unordered;
  }
  if (a.is(Kind::undefined)) fail_undefined(a);
  if (b.is(Kind::undefined)) fail_undefined(b);
  if (a.is(Kind::string) && b.is(Kind::string)) {
    rt.charge_bytes(std::min(a.str().size(), b.str().size()));
    return a.str() < b.str();  // UTF-8 keeps the order of code points
  }
  if (a.is_sequence() && a.kind == b.kind) {
    const Runtime::Nest nest(rt);
    const auto &x = as_list(a).items, &y = as_list(b).items;
    for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
      if (!equal(rt, x[i], y[i])) return less(rt, x[i], y[i]);
    }
    return x.size() < y.size();
  }
  fail_type("'<' not supported between instances of '" + std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

bool contains(Runtime& rt, const Value& container, const Value& item) {
  switch (container.kind) {
    case Kind::string:
      if (!item.is(Kind::string)) fail_type("'in <string>' requires string as left operand, not " + std::string(type_name(item)));
      rt.charge_bytes(container.str().size());
      return container.str().find(item.str()) != std::string::npos;
    case Kind::dict:
      return find(rt, as_dict(container), item) != nullptr;
    case Kind::range: {
      const Range& r = as_range(container);
      if (!item.is_number() || r.count == 0) return false;
      const double value = item.as_double();
      const double steps = (value - static_cast<double>(r.start)) / static_cast<double>(r.step);
      return steps >= 0 && steps < static_cast<double>(r.count) && steps == std::floor(steps);
    }
    default: {
      Cursor cursor(rt, container);
      for (Value v; cursor.next(rt, v);) {
        if (equal(rt, v, item)) return true;
      }
      return false;
    }
  }
}

std::optional<int64_t> length_of(Runtime& rt, const Value& v) {
  switch (v.kind) {
    case Kind::undefined:
      return 0;
    case Kind::string:
      return static_cast<int64_t>(v.text->length);
    case Kind::list:
    case Kind::tuple:
      return static_cast<int64_t>(as_list(v).items.size());
    case Kind::dict:
      return static_cast<int64_t>(as_dict(v).items.size());
    case Kind::view:
      return static_cast<int64_t>(as_view(v).dict->items.size());
    case Kind::range:
      return as_range(v).count;
    case Kind::object:
      return v.object->length(rt);
    default:
      return std::nullopt;
  }
}

bool is_iterable(const Value& v) {
  switch (v.kind) {
    case Kind::none:
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
    case Kind::object:
      return false;
    default:
      return true;
  }
}

bool is_callable(const Value& v) {
  return v.is(Kind::undefined) || (v.is(Kind::object) && v.object->callable());
}

void require_hashable(Runtime& rt, const Value& v) {
  if (v.is(Kind::list) || v.is(Kind::dict)) fail_type("unhashable type: '" + std::string(type_name(v)) + "'");
  if (!v.is(Kind::tuple)) return;
  const Runtime::Nest nest(rt);
  for (const Value& item : as_list(v).items) {
    rt.charge();
    require_hashable(rt, item);
  }
}

std::optional<Value> Namespace::attribute(Runtime& rt, std::string_view name) {
  const Value* v = find(rt, attributes, name);
  return v ? std::optional<Value>(*v) : std::nullopt;
}

std::string Namespace::repr(Runtime& rt) {
  return "<Namespace " + to_repr(rt, Value::of(Kind::dict, &attributes)) + ">";
}

Value* find(Runtime& rt, Dict& dict, const Value& key) {
  require_hashable(rt, key);
  if (key.is(Kind::string)) return find(rt, dict, key.str());
  for (auto& [k, v] : dict.items) {
    if (equal(rt, k, key)) return &v;
  }
  return nullptr;
}

Value* find(Runtime& rt, Dict& dict, std::string_view key) {
  rt.charge(dict.items.size() / 8);
  for (auto& [k, v] : dict.items) {
    if (!k.is(Kind::string) || k.str().size() != key.size()) continue;
    rt.charge_bytes(key.size());
    if (k.str() == key) return &v;
  }
  return nullptr;
}

void assign(Runtime& rt, Dict& dict, const Value& key, Value value) {
  if (Value* old = find(rt, dict, key)) {
    *old = std::move(value);
  } else {
    rt.charge();
    dict.items.emplace_back(key, std::move(value));
  }
}

Cursor::Cursor(Runtime&, Value source) : source_(std::move(source)) {
  if (!is_iterable(source_)) fail_type("'" + std::string(type_name(source_)) + "' object is not iterable");
}

bool Cursor::next_of_view(Runtime& rt, Value& out) {
  const bool view = source_.is(Kind::view);
  const Dict& dict = view ? *as_view(source_).dict : as_dict(source_);
  if (at_ >= dict.items.size()) return false;
  const auto& [key, value] = dict.items[at_++];
  const auto part = view ? as_view(source_).part : DictView::Part::keys;
  if (part == DictView::Part::keys) {
    out = key;
  } else if (part == DictView::Part::values) {
    out = value;
  } else {
    out = rt.tuple({key, value});
  }
  return true;
}

bool Cursor::next(Runtime& rt, Value& out) {
  rt.charge();
  switch (source_.kind) {
    case Kind::list:
    case Kind::tuple:
      if (at_ >= as_list(source_).items.size()) return false;
      out = as_list(source_).items[at_++];
      return true;
    case Kind::dict:
    case Kind::view:
      return next_of_view(rt, out);
    case Kind::string: {
      const std::string& s = source_.str();
      if (at_ >= s.size()) return false;
      const size_t n = decode(s, at_).bytes;
      out = rt.text(s.substr(at_, n));
      at_ += n;
      return true;
    }
    case Kind::range: {
      const Range& r = as_range(source_);
      if (static_cast<int64_t>(at_) >= r.count) return false;
      out = Value::integer(r.start + static_cast<int64_t>(at_++) * r.step);
      return true;
    }
    case Kind::generator: {
      Generator& g = as_generator(source_);
      if (g.finished) return false;
      const Runtime::Nest nest(rt);
      g.finished = !g.next(out);
      return !g.finished;
    }
    default:
      return false;
  }
}

std::vector<Value> collect(Runtime& rt, const Value& v) {
  std::vector<Value> items;
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) items.push_back(item);
  return items;
}

}  // namespace engine::jinja
