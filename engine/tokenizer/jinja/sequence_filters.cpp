// Filters on sequences. Those that are generators in Jinja are generators here: evaluated when walked over, and once.
#include <algorithm>
#include <memory>
#include <unordered_map>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

Value lower_text(Runtime& rt, const Value& v) {
  return v.is(Kind::string) ? rt.text(to_lower(v.str())) : v;
}

/// "a.b.0" as a chain of subscripts.
class AttributePath {
 public:
  AttributePath(Runtime& rt, const Value* attribute) {
    if (!attribute || attribute->is(Kind::none)) return;
    if (!attribute->is(Kind::string)) {
      parts_.push_back(*attribute);
      return;
    }
    const std::string& s = attribute->str();
    for (size_t begin = 0; begin <= s.size();) {
      const size_t end = std::min(s.find('.', begin), s.size());
      const std::string part = s.substr(begin, end - begin);
      const bool numeric = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
      parts_.push_back(numeric ? Value::integer(parse_integer(part, 10).value_or(0)) : rt.text(part));
      begin = end + 1;
    }
  }
  Value operator()(Runtime& rt, Value v, const Value* otherwise = nullptr) const {
    for (const Value& part : parts_) {
      v = get_item(rt, v, part);
      if (otherwise && !otherwise->is(Kind::none) && v.is(Kind::undefined)) v = *otherwise;
    }
    return v;
  }

 private:
  std::vector<Value> parts_;
};

Value f_list(Runtime& rt, const Value& v, Args& a) {
  Bound("list", a, {});
  return rt.list(collect(rt, v));
}

Value f_first(Runtime& rt, const Value& v, Args& a) {
  Bound("first", a, {});
  Cursor cursor(rt, v);
  Value out;
  return cursor.next(rt, out) ? out : Runtime::undefined("No first item, sequence was empty.");
}

Value f_last(Runtime& rt, const Value& v, Args& a) {
  Bound("last", a, {});
  if (v.is(Kind::generator)) fail_type("'generator' object is not reversible");
  const Value none = Runtime::undefined("No last item, sequence was empty.");
  if (v.is(Kind::string) || v.is_sequence() || v.is(Kind::range)) {
    return length_of(rt, v) == 0 ? none : get_item(rt, v, Value::integer(-1));
  }
  const std::vector<Value> items = collect(rt, v);
  return items.empty() ? none : items.back();
}

Value f_join(Runtime& rt, const Value& v, Args& a) {
  const Bound args("join", a, {"d", "attribute"});
  const std::string separator = args[0] ? to_str(rt, *args[0]) : "";
  if (args.missing(1)) return rt.text(join(rt, separator, v, true));
  const AttributePath path(rt, args[1]);
  std::vector<Value> items;
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) items.push_back(path(rt, item));
  return rt.text(join(rt, separator, rt.list(std::move(items)), true));
}

Value f_reverse(Runtime& rt, const Value& v, Args& a) {
  Bound("reverse", a, {});
  if (v.is(Kind::string)) return get_slice(rt, v, Value::none(), Value::none(), Value::integer(-1));
  std::vector<Value> items = collect(rt, v);
  std::reverse(items.begin(), items.end());
  const Value list = rt.list(std::move(items));
  if (v.is(Kind::generator)) return list;
  return rt.generator([&rt, cursor = Cursor(rt, list)](Value& out) mutable { return cursor.next(rt, out); });
}

using Keyed = std::pair<Value, Value>;  // key, item

void sort_by_key(Runtime& rt, std::vector<Keyed>& items, bool reverse) {
  std::stable_sort(items.begin(), items.end(),
                   [&](const Keyed& x, const Keyed& y) { return reverse ? less(rt, y.first, x.first) : less(rt, x.first, y.first); });
}

Value items_of(Runtime& rt, std::vector<Keyed>& keyed) {
  std::vector<Value> out;
  out.reserve(keyed.size());
  for (Keyed& k : keyed) out.push_back(std::move(k.second));
  return rt.list(std::move(out));
}

std::vector<AttributePath> sort_paths(Runtime& rt, const Value* attribute) {
  std::vector<AttributePath> paths;
  if (!attribute || !attribute->is(Kind::string)) {
    paths.emplace_back(rt, attribute);
    return paths;
  }
  const std::string& s = attribute->str();
  for (size_t begin = 0; begin <= s.size();) {
    const size_t end = std::min(s.find(',', begin), s.size());
    const Value part = rt.text(s.substr(begin, end - begin));
    paths.emplace_back(rt, &part);
    begin = end + 1;
  }
  return paths;
}

Value f_sort(Runtime& rt, const Value& v, Args& a) {
  const Bound args("sort", a, {"reverse", "case_sensitive", "attribute"});
  const bool keep_case = args.flag(rt, 1, false);
  const auto paths = sort_paths(rt, args[2]);
  std::vector<Keyed> keyed;
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) {
    std::vector<Value> keys;
    for (const AttributePath& path : paths) {
      const Value key = path(rt, item);
      keys.push_back(keep_case ? key : lower_text(rt, key));
    }
    keyed.emplace_back(rt.list(std::move(keys)), item);
  }
  sort_by_key(rt, keyed, args.flag(rt, 0, false));
  return items_of(rt, keyed);
}

Value f_dictsort(Runtime& rt, const Value& v, Args& a) {
  const Bound args("dictsort", a, {"case_sensitive", "by", "reverse"});
  const std::string by = args[1] ? args.string(1) : "key";
  if (by != "key" && by != "value") fail("You can only sort by either \"key\" or \"value\"");
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is(Kind::dict)) fail_type("dictsort() needs a mapping, not '" + std::string(type_name(v)) + "'");
  const bool keep_case = args.flag(rt, 0, false);
  std::vector<Keyed> keyed;
  for (const auto& [key, value] : as_dict(v).items) {
    const Value& by_value = by == "key" ? key : value;
    keyed.emplace_back(keep_case ? by_value : lower_text(rt, by_value), rt.tuple({key, value}));
  }
  sort_by_key(rt, keyed, args.flag(rt, 2, false));
  return items_of(rt, keyed);
}

Value f_unique(Runtime& rt, const Value& v, Args& a) {
  const Bound args("unique", a, {"case_sensitive", "attribute"});
  const bool keep_case = args.flag(rt, 0, false);
  const AttributePath path(rt, args[1]);
  auto* seen = rt.make<List>();
  return rt.generator([&rt, path, seen, keep_case, cursor = Cursor(rt, v)](Value& out) mutable {
    while (cursor.next(rt, out)) {
      const Value key = keep_case ? path(rt, out) : lower_text(rt, path(rt, out));
      require_hashable(rt, key);
      const auto same = [&](const Value& other) { return equal(rt, key, other); };
      if (std::any_of(seen->items.begin(), seen->items.end(), same)) continue;
      seen->items.push_back(key);
      return true;
    }
    return false;
  });
}

template <bool Max>
Value f_extreme(Runtime& rt, const Value& v, Args& a) {
  const Bound args(Max ? "max" : "min", a, {"case_sensitive", "attribute"});
  const bool keep_case = args.flag(rt, 0, false);
  const AttributePath path(rt, args[1]);
  Cursor cursor(rt, v);
  Value best, best_key;
  bool any = false;
  for (Value item; cursor.next(rt, item);) {
    const Value key = keep_case ? path(rt, item) : lower_text(rt, path(rt, item));
    if (any && !(Max ? less(rt, best_key, key) : less(rt, key, best_key))) continue;
    best = item;
    best_key = key;
    any = true;
  }
  return any ? best : Runtime::undefined("No aggregated item, sequence was empty.");
}

Value f_sum(Runtime& rt, const Value& v, Args& a) {
  const Bound args("sum", a, {"attribute", "start"});
  const AttributePath path(rt, args[0]);
  Value total = args[1] ? *args[1] : Value::integer(0);
  if (total.is(Kind::string)) fail_type("sum() can't sum strings");
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) total = binary(rt, BinaryOp::add, total, path(rt, item));
  return total;
}

Value generator_over(Runtime& rt, std::vector<Value> items) {
  return rt.generator([&rt, cursor = Cursor(rt, rt.list(std::move(items)))](Value& out) mutable { return cursor.next(rt, out); });
}

Value f_batch(Runtime& rt, const Value& v, Args& a) {
  const Bound args("batch", a, {"linecount", "fill_with"}, 1);
  const int64_t width = args.integer(0, 0);
  std::vector<Value> rows, row;
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) {
    if (static_cast<int64_t>(row.size()) == width) rows.push_back(rt.list(std::exchange(row, {})));
    row.push_back(item);
  }
  if (!row.empty() && !args.missing(1)) {
    for (; static_cast<int64_t>(row.size()) < width; rt.charge()) row.push_back(*args[1]);
  }
  if (!row.empty()) rows.push_back(rt.list(std::move(row)));
  return generator_over(rt, std::move(rows));
}

Value f_slice(Runtime& rt, const Value& v, Args& a) {
  const Bound args("slice", a, {"slices", "fill_with"}, 1);
  const int64_t slices = args.integer(0, 0);
  const std::vector<Value> items = collect(rt, v);
  if (slices == 0) fail("integer division or modulo by zero");
  std::vector<Value> rows;
  const auto length = static_cast<int64_t>(items.size());
  const int64_t each = slices > 0 ? length / slices : 0, extra = slices > 0 ? length % slices : 0;
  int64_t begin = 0;
  for (int64_t i = 0; i < slices; ++i) {
    rt.charge();
    const int64_t end = begin + each + (i < extra);
    std::vector<Value> row(items.begin() + begin, items.begin() + end);
    if (!args.missing(1) && i >= extra) row.push_back(*args[1]);
    rows.push_back(rt.list(std::move(row)));
    begin = end;
  }
  return generator_over(rt, std::move(rows));
}

Value f_groupby(Runtime& rt, const Value& v, Args& a) {
  const Bound args("groupby", a, {"attribute", "default", "case_sensitive"}, 1);
  const AttributePath path(rt, args[0]);
  const bool keep_case = args.flag(rt, 2, false);
  std::vector<Keyed> keyed;
  Cursor cursor(rt, v);
  for (Value item; cursor.next(rt, item);) {
    const Value key = path(rt, item, args[1]);
    keyed.emplace_back(keep_case ? key : lower_text(rt, key), item);
  }
  sort_by_key(rt, keyed, false);
  std::vector<Value> groups;
  for (size_t i = 0; i < keyed.size();) {
    std::vector<Value> members;
    const size_t begin = i;
    while (i < keyed.size() && equal(rt, keyed[begin].first, keyed[i].first)) members.push_back(keyed[i++].second);
    const Value key = keep_case ? keyed[begin].first : path(rt, members[0], args[1]);
    const Value group = rt.tuple({key, rt.list(std::move(members))});
    as_list(group).group = true;
    groups.push_back(group);
  }
  return rt.list(std::move(groups));
}

Value call_filter(Runtime& rt, const Value& name, const Value& v, const Args& rest) {
  const FilterFunction f = name.is(Kind::string) ? find_filter(name.str()) : nullptr;
  if (!f) fail("no filter named '" + to_str(rt, name).substr(0, 200) + "'");
  Args copy = rest;
  rt.charge(1 + copy.positional.size() + copy.named.size());
  return f(rt, v, copy);
}

Value f_map(Runtime& rt, const Value& v, Args& a) {
  if (a.positional.empty() && !a.named.empty()) {
    const Bound args("map", a, {"attribute", "default"}, 1);
    const AttributePath path(rt, args[0]);
    const Value otherwise = args[1] ? *args[1] : Value::none();
    return rt.generator([&rt, path, otherwise, cursor = Cursor(rt, v)](Value& out) mutable {
      if (!cursor.next(rt, out)) return false;
      out = path(rt, out, &otherwise);
      return true;
    });
  }
  if (a.positional.empty()) fail("map requires a filter argument");
  const Value name = a.positional[0];
  Args rest = a;
  rest.positional.erase(rest.positional.begin());
  return rt.generator([&rt, name, rest, cursor = Cursor(rt, v)](Value& out) mutable {
    if (!cursor.next(rt, out)) return false;
    out = call_filter(rt, name, out, rest);
    return true;
  });
}

template <bool Keep, bool ByAttribute>
Value f_select(Runtime& rt, const Value& v, Args& a) {
  if (ByAttribute && a.positional.empty()) fail("Missing parameter for attribute name");
  const AttributePath path(rt, ByAttribute ? &a.positional[0] : nullptr);
  Args rest = a;
  if (ByAttribute) rest.positional.erase(rest.positional.begin());
  TestFunction test = nullptr;
  if (!rest.positional.empty()) {
    const Value name = rest.positional[0];
    test = name.is(Kind::string) ? find_test(name.str()) : nullptr;
    if (!test) fail("no test named '" + to_str(rt, name).substr(0, 200) + "'");
    rest.positional.erase(rest.positional.begin());
  }
  const Value source = truthy(rt, v) ? v : rt.list({});
  return rt.generator([&rt, path, test, rest, cursor = Cursor(rt, source)](Value& out) mutable {
    while (cursor.next(rt, out)) {
      rt.charge(1 + rest.positional.size());
      const Value subject = path(rt, out);
      Args args = rest;
      if ((test ? test(rt, subject, args) : truthy(rt, subject)) == Keep) return true;
    }
    return false;
  });
}

}  // namespace

FilterFunction find_sequence_filter(std::string_view name) {
  static const std::unordered_map<std::string_view, FilterFunction> kFilters = {
      {"list", f_list},
      {"first", f_first},
      {"last", f_last},
      {"join", f_join},
      {"reverse", f_reverse},
      {"sort", f_sort},
      {"dictsort", f_dictsort},
      {"unique", f_unique},
      {"min", f_extreme<false>},
      {"max", f_extreme<true>},
      {"sum", f_sum},
      {"batch", f_batch},
      {"slice", f_slice},
      {"groupby", f_groupby},
      {"map", f_map},
      {"select", f_select<true, false>},
      {"reject", f_select<false, false>},
      {"selectattr", f_select<true, true>},
      {"rejectattr", f_select<false, true>},
  };
  const auto it = kFilters.find(name);
  return it == kFilters.end() ? nullptr : it->second;
}

}  // namespace engine::jinja
