// The variables that every template has: Jinja's own and the two that Hugging Face adds.
#include "tokenizer/jinja/filters.h"

namespace engine::jinja {

namespace {

constexpr int64_t kMaxRange = 100000;          // as Jinja's sandbox
constexpr int64_t kMaxRangeBound = 1LL << 52;  // keeps start + i * step within 64 bits

Value g_range(Runtime& rt, Args& a) {
  const bool one = a.positional.size() < 2;
  const Bound args("range", a, {"start", "stop", "step"}, 1);
  const int64_t start = one ? 0 : args.integer(0, 0), stop = one ? args.integer(0, 0) : args.integer(1, 0), step = args.integer(2, 1);
  if (step == 0) fail("range() arg 3 must not be zero");
  for (const int64_t v : {start, stop, step}) {
    if (v > kMaxRangeBound || v < -kMaxRangeBound) fail("range() bounds are too large");
  }
  int64_t count = 0;
  if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
  if (step < 0 && stop < start) count = (start - stop - 1) / -step + 1;
  if (count > kMaxRange) fail("Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + std::to_string(kMaxRange) + ").");
  return Value::of(Kind::range, rt.make<Range>(start, stop, step, count));
}

/// dict(mapping or pairs, name=value ...)
void fill_dict(Runtime& rt, Dict& dict, const char* who, const Args& a) {
  if (a.positional.size() > 1) fail_type(std::string(who) + " expected at most 1 argument");
  if (!a.positional.empty() && a.positional[0].is(Kind::dict)) {
    dict.items = as_dict(a.positional[0]).items;
    rt.charge(dict.items.size());
  } else if (!a.positional.empty()) {
    Cursor cursor(rt, a.positional[0]);
    for (Value pair; cursor.next(rt, pair);) {
      const std::vector<Value> parts = collect(rt, pair);
      if (parts.size() != 2) fail("dictionary update sequence element has not length 2");
      assign(rt, dict, parts[0], parts[1]);
    }
  }
  for (const auto& [name, value] : a.named) assign(rt, dict, rt.text(name), value);
}

Value g_dict(Runtime& rt, Args& a) {
  const Value v = rt.dict({});
  fill_dict(rt, as_dict(v), "dict", a);
  return v;
}

Value g_namespace(Runtime& rt, Args& a) {
  auto* space = rt.make<Namespace>();
  fill_dict(rt, space->attributes, "namespace", a);
  return Value::of(Kind::object, space);
}

struct Cycler : Object {
  std::vector<Value> items;
  size_t position = 0;
  std::optional<Value> attribute(Runtime& rt, std::string_view name) override {
    if (name == "current") return items[position];
    if (name == "next") {
      return rt.function("next", [this](Runtime&, Args&) {
        const Value v = items[position];
        position = (position + 1) % items.size();
        return v;
      });
    }
    if (name == "reset") {
      return rt.function("reset", [this](Runtime&, Args&) {
        position = 0;
        return Value::none();
      });
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string_view type_name() const override { return "Cycler"; }
};

Value g_cycler(Runtime& rt, Args& a) {
  if (a.positional.empty()) fail("at least one item has to be provided");
  auto* cycler = rt.make<Cycler>();
  cycler->items = a.positional;
  return Value::of(Kind::object, cycler);
}

struct Joiner : Object {
  Value separator;
  bool used = false;
  std::optional<Value> call(Runtime& rt, Args&) override { return std::exchange(used, true) ? separator : rt.text(""); }
  [[nodiscard]] bool callable() const override { return true; }
  [[nodiscard]] std::string_view type_name() const override { return "Joiner"; }
};

Value g_joiner(Runtime& rt, Args& a) {
  const Bound args("joiner", a, {"sep"});
  auto* joiner = rt.make<Joiner>();
  joiner->separator = args[0] ? *args[0] : rt.text(", ");
  return Value::of(Kind::object, joiner);
}

Value g_raise(Runtime& rt, Args& a) {
  const Bound args("raise_exception", a, {"message"}, 1);
  fail(to_str(rt, *args[0]));
}

Value g_strftime(Runtime& rt, Args& a) {
  const Bound args("strftime_now", a, {"format"}, 1);
  return rt.text(format_time(rt, rt.now, args.string(0)));
}

}  // namespace

Value make_global(Runtime& rt, std::string_view name) {
  static constexpr std::pair<std::string_view, Value (*)(Runtime&, Args&)> kGlobals[] = {
      {"range", g_range},           {"dict", g_dict},     {"namespace", g_namespace},
      {"cycler", g_cycler},         {"joiner", g_joiner}, {"raise_exception", g_raise},
      {"strftime_now", g_strftime},
  };
  for (const auto& [known, function] : kGlobals) {
    if (known == name) return rt.function(std::string(name), function);
  }
  return Runtime::undefined("'" + std::string(name) + "' is undefined");
}

}  // namespace engine::jinja
