// Secrets in the system's keychain.
#pragma once

#include <QObject>
#include <QString>
#include <functional>

#include "errors/error_catalogue.h"

/// A store of secrets by name; calls back in the caller's thread, never from inside a call.
class Secrets : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;
  /// Empty text: there is none.
  virtual void read(const QString& key, std::function<void(const QString& secret, const Problem& problem)> done) = 0;
  /// Empty `secret` deletes.
  virtual void write(const QString& key, const QString& secret, std::function<void(const Problem& problem)> done) = 0;
};
