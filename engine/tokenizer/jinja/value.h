// What a template computes with: Python's values as far as chat templates see them.
//
// Strings are shared and immutable. Every other compound value is owned by the Runtime of one rendering and freed with it,
// so values hold plain pointers: cycles cannot leak and deep structures are not destroyed recursively.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::jinja {

class Runtime;
struct Object;
struct Args;

enum class Kind : uint8_t { undefined, none, boolean, integer, real, string, list, tuple, dict, view, range, generator, object };

struct Text {
  std::string bytes;
  size_t length;  // in characters
  [[nodiscard]] bool ascii() const { return length == bytes.size(); }
};

struct Value {
  Kind kind = Kind::undefined;
  bool safe = false;  // a string marked as HTML (Markup)
  union {
    bool flag;
    int64_t number = 0;
    double real;
    Object* object;
  };
  std::shared_ptr<const Text> text;  // a string's characters; of an undefined value, why it is undefined (or null)

  static Value none();
  static Value boolean(bool v);
  static Value integer(int64_t v);
  static Value floating(double v);
  static Value of(Kind kind, Object* object);
  /// A string that is not checked against any limit (literals of the template).
  static Value literal(std::string bytes);

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  [[nodiscard]] bool is_integral() const { return kind == Kind::integer || kind == Kind::boolean; }
  [[nodiscard]] bool is_number() const { return is_integral() || kind == Kind::real; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::list || kind == Kind::tuple; }
  /// Of an integer or a boolean.
  [[nodiscard]] int64_t as_int() const { return kind == Kind::boolean ? static_cast<int64_t>(flag) : number; }
  /// Of any number.
  [[nodiscard]] double as_double() const { return kind == Kind::real ? real : static_cast<double>(as_int()); }
  [[nodiscard]] const std::string& str() const { return text->bytes; }
};

/// Arguments of a call.
struct Args {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

/// Everything with an identity. The virtual members are for Kind::object; the other kinds are handled where they are used.
struct Object {
  virtual ~Object() = default;
  virtual std::optional<Value> attribute(Runtime&, std::string_view) { return std::nullopt; }
  virtual std::optional<Value> call(Runtime&, Args&) { return std::nullopt; }
  virtual std::optional<int64_t> length(Runtime&) { return std::nullopt; }
  virtual std::string repr(Runtime&) { return "<" + std::string(type_name()) + " object>"; }
  [[nodiscard]] virtual std::string_view type_name() const { return "object"; }
  [[nodiscard]] virtual bool callable() const { return false; }
};

/// Kind::list and Kind::tuple.
struct List : Object {
  std::vector<Value> items;
  bool group = false;  // a (grouper, list) pair of groupby
};

/// Kind::dict, in insertion order. Looked up linearly: the dicts of a chat are small, and steps are charged.
struct Dict : Object {
  std::vector<std::pair<Value, Value>> items;
};

/// Kind::view: keys(), values() or items() of a dict.
struct DictView : Object {
  enum class Part { keys, values, items };
  DictView(Dict* d, Part p) : dict(d), part(p) {}
  Dict* dict;
  Part part;
};

/// Kind::range.
struct Range : Object {
  Range(int64_t first, int64_t end, int64_t by, int64_t n) : start(first), stop(end), step(by), count(n) {}
  int64_t start, stop, step, count;
};

/// Kind::generator: values made one at a time and only once.
struct Generator : Object {
  explicit Generator(std::function<bool(Value&)> f) : next(std::move(f)) {}
  std::function<bool(Value&)> next;  // false at the end
  bool finished = false;
};

struct Namespace : Object {
  Dict attributes;
  std::optional<Value> attribute(Runtime& rt, std::string_view name) override;
  std::string repr(Runtime& rt) override;
  [[nodiscard]] std::string_view type_name() const override { return "Namespace"; }
};

/// A function of ours, or a method bound to its value.
struct Builtin : Object {
  using Function = std::function<Value(Runtime&, Args&)>;
  Builtin(std::string n, Function f) : name(std::move(n)), function(std::move(f)) {}
  std::string name;
  Function function;
  std::optional<Value> call(Runtime& rt, Args& args) override { return function(rt, args); }
  std::string repr(Runtime&) override { return "<function " + name + ">"; }
  [[nodiscard]] std::string_view type_name() const override { return "builtin_function_or_method"; }
  [[nodiscard]] bool callable() const override { return true; }
};

inline List& as_list(const Value& v) {
  return *static_cast<List*>(v.object);
}
inline Dict& as_dict(const Value& v) {
  return *static_cast<Dict*>(v.object);
}
inline DictView& as_view(const Value& v) {
  return *static_cast<DictView*>(v.object);
}
inline Range& as_range(const Value& v) {
  return *static_cast<Range*>(v.object);
}
inline Generator& as_generator(const Value& v) {
  return *static_cast<Generator*>(v.object);
}

/// Python's type name, for messages.
std::string_view type_name(const Value& v);
bool truthy(Runtime& rt, const Value& v);
bool equal(Runtime& rt, const Value& a, const Value& b);
/// a < b; fails on types without an order between them.
bool less(Runtime& rt, const Value& a, const Value& b);
/// Same object (Python's `is`).
bool identical(const Value& a, const Value& b);
bool contains(Runtime& rt, const Value& container, const Value& item);
/// len(); nullopt for values without one.
std::optional<int64_t> length_of(Runtime& rt, const Value& v);
bool is_iterable(const Value& v);
bool is_callable(const Value& v);
/// Fails on lists and dicts, which cannot be dict keys.
void require_hashable(Runtime& rt, const Value& v);

/// str(v) and repr(v), appended.
void append_str(Runtime& rt, std::string& out, const Value& v);
void append_repr(Runtime& rt, std::string& out, const Value& v);
std::string to_str(Runtime& rt, const Value& v);
std::string to_repr(Runtime& rt, const Value& v);
void append_quoted(std::string& out, std::string_view s);
/// repr() of a float: the shortest digits that read back the same.
std::string format_double(double v);

Value* find(Runtime& rt, Dict& dict, const Value& key);
Value* find(Runtime& rt, Dict& dict, std::string_view key);
void assign(Runtime& rt, Dict& dict, const Value& key, Value value);

/// Walks over an iterable value. Fails at construction if it is none.
class Cursor {
 public:
  Cursor() = default;
  Cursor(Runtime& rt, Value source);
  bool next(Runtime& rt, Value& out);

 private:
  bool next_of_view(Runtime& rt, Value& out);
  Value source_;
  size_t at_ = 0;  // index, or byte position in a string
};

/// list(v)
std::vector<Value> collect(Runtime& rt, const Value& v);

}  // namespace engine::jinja
