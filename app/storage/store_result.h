// What a store answers: a value, or why there is none.
#pragma once

#include <QMetaType>
#include <QString>
#include <optional>
#include <utility>

#include "errors/error_catalogue.h"

/// Why the database could not do something. `detail` is SQLite's own text, for the log and for support.
struct StorageError {
  enum class Kind {
    None,
    ReadOnly,     // the folder or the file may not be written
    Full,         // no room left on the disk
    Corrupt,      // the file is damaged or no database
    Newer,        // written by a newer version of the application
    Busy,         // another process holds it
    NotRepaired,  // the file is damaged or missing, and nothing could be put in its place
    Io,           // the disk does not answer as it should
    Other,        // a statement that SQLite refuses: our own mistake
  };

  Kind kind = Kind::None;
  QString detail;

  explicit operator bool() const { return kind != Kind::None; }
  /// For people.
  [[nodiscard]] Problem problem() const;
  /// The same write may succeed later: when space is made, a disk comes back, another program ends.
  [[nodiscard]] bool mayPass() const;
};

Q_DECLARE_METATYPE(StorageError)

template <class T>
class [[nodiscard]] StoreResult {
 public:
  StoreResult(T value) : m_value(std::move(value)) {}
  StoreResult(StorageError error) : m_error(std::move(error)) {}

  explicit operator bool() const { return m_value.has_value(); }
  T& operator*() { return *m_value; }
  const T& operator*() const { return *m_value; }
  T* operator->() { return &*m_value; }
  const T* operator->() const { return &*m_value; }
  [[nodiscard]] const StorageError& error() const { return m_error; }

 private:
  std::optional<T> m_value;
  StorageError m_error;
};

/// Success without a value: `return {};`.
class [[nodiscard]] StoreStatus {
 public:
  StoreStatus() = default;
  StoreStatus(StorageError error) : m_error(std::move(error)) {}

  explicit operator bool() const { return m_error.kind == StorageError::Kind::None; }
  [[nodiscard]] const StorageError& error() const { return m_error; }

 private:
  StorageError m_error;
};
