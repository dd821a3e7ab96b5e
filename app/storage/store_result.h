// What a store answers: a value, or why there is none.
#pragma once

#include <QCoreApplication>
#include <QMetaType>
#include <QString>
#include <optional>
#include <utility>

/// Why the database could not do something. `detail` is SQLite's own text, for the log and for support.
struct StorageError {
  Q_DECLARE_TR_FUNCTIONS(StorageError)

 public:
  enum class Kind {
    None,
    ReadOnly,  // the folder or the file may not be written
    Full,      // no room left on the disk
    Corrupt,   // the file is damaged or no database
    Newer,     // written by a newer version of the application
    Busy,      // another process holds it
    Other,
  };

  Kind kind = Kind::None;
  QString detail;

  explicit operator bool() const { return kind != Kind::None; }
  /// One sentence for people.
  [[nodiscard]] QString cause() const;
  /// What to do about it.
  [[nodiscard]] QString nextStep() const;
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
