// Result<T>: the only error channel of the engine.
//
// Used for everything a user, a file or a device can cause. Our own bugs are assertions (core/check.h).
// An Error says what went wrong (`message`, one sentence) and what to do next (`hint`, one sentence, may be empty).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace engine {

enum class ErrorCode {
  io,                // a file or a device could not be read or written
  not_found,         // the named thing does not exist
  bad_file,          // the content breaks its format
  unsupported,       // valid, but nothing here can run it
  out_of_memory,     // does not fit; the hint names a setting that does
  invalid_argument,  // the caller asked for something impossible
  context_full,      // the sequence has no room left
  queue_full,        // too many requests are waiting
  cancelled,         // stopped on request
  device,            // a backend failed while running
};

struct Error {
  ErrorCode code = ErrorCode::invalid_argument;
  std::string message;  // the cause, one sentence, no trailing newline
  std::string hint;     // the next step, may be empty

  /// "message. hint" for one-line output.
  [[nodiscard]] std::string text() const { return hint.empty() ? message : message + " " + hint; }
};

/// Either a value or an Error. Test with `if (!r) return r.error();`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}
  [[nodiscard]] bool ok() const { return v_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(v_); }
  const T& value() const& { return std::get<0>(v_); }
  T&& value() && { return std::get<0>(std::move(v_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(v_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(v_); }

 private:
  std::variant<T, Error> v_;
};

/// Success without a value: `return {};`.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : e_(std::move(error)) {}
  [[nodiscard]] bool ok() const { return !e_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *e_; }

 private:
  std::optional<Error> e_;
};

using Status = Result<void>;

}  // namespace engine
