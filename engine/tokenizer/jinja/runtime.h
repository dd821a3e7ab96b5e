// The state of one rendering that every operation shares: the budget of TemplateLimits and the owner of all objects.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/chat_template.h"
#include "tokenizer/jinja/failure.h"
#include "tokenizer/jinja/value.h"

namespace engine::jinja {

/// A moment for strftime_now. Years 1..9999.
struct CivilTime {
  int year = 1970, month = 1, day = 1;  // from 1
  int hour = 0, minute = 0, second = 0, microsecond = 0;
};

class Runtime {
 public:
  explicit Runtime(const TemplateLimits& limits) : limits_(limits) {}

  /// Counts work; fails when the budget is spent.
  void charge(uint64_t steps = 1) {
    steps_ += steps;
    if (steps_ > limits_.max_steps) [[unlikely]]
      fail_limit("the template took more than " + std::to_string(limits_.max_steps) + " steps");
  }
  /// Copying or scanning text: one step per 128 bytes, so that the step limit bounds time and memory.
  void charge_bytes(size_t n) { charge(n / 128); }
  /// Fails if a string of so many bytes would be too long. Call before building it.
  void check_size(uint64_t bytes) const {
    if (bytes > limits_.max_output) [[unlikely]]
      fail_limit("the template made a text of more than " + std::to_string(limits_.max_output) + " bytes");
  }

  template <class T, class... A>
  T* make(A&&... args) {
    charge();
    auto owned = std::make_unique<T>(std::forward<A>(args)...);
    T* raw = owned.get();
    objects_.push_back(std::move(owned));
    return raw;
  }

  Value text(std::string bytes, bool safe = false);
  Value list(std::vector<Value> items, Kind kind = Kind::list);
  Value tuple(std::vector<Value> items) { return list(std::move(items), Kind::tuple); }
  Value dict(std::vector<std::pair<Value, Value>> items);
  Value generator(std::function<bool(Value&)> next) { return Value::of(Kind::generator, make<Generator>(std::move(next))); }
  Value function(std::string name, Builtin::Function f) { return Value::of(Kind::object, make<Builtin>(std::move(name), std::move(f))); }
  static Value undefined(std::string why);

  /// One level deeper for the lifetime of the object.
  class Nest {
   public:
    explicit Nest(Runtime& rt) : rt_(rt) {
      if (++rt_.depth_ > rt_.limits_.max_depth) [[unlikely]] {
        --rt_.depth_;
        fail_limit("the template nests deeper than " + std::to_string(rt_.limits_.max_depth) + " levels");
      }
    }
    ~Nest() { --rt_.depth_; }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    Runtime& rt_;
  };

  CivilTime now;  // what strftime_now formats

 private:
  TemplateLimits limits_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  std::vector<std::unique_ptr<Object>> objects_;
};

/// obj.name and obj[key] with Jinja's fallbacks; undefined where there is neither.
Value get_attribute(Runtime& rt, const Value& object, std::string_view name);
Value get_item(Runtime& rt, const Value& object, const Value& key);
/// object[start:stop:step]; each part may be none.
Value get_slice(Runtime& rt, const Value& object, const Value& start, const Value& stop, const Value& step);
Value call(Runtime& rt, const Value& callee, Args& args);
[[noreturn]] void fail_undefined(const Value& v);
[[noreturn]] void fail_type(std::string message);

}  // namespace engine::jinja
