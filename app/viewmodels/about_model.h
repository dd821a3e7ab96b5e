// What this program is, for people and for reports of errors.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QStringList>

class MemoryService;

/// @brief Version, build and the documents that were installed with the program.
class AboutModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.about")
  /// "0.2.0".
  Q_PROPERTY(QString version READ version CONSTANT)
  /// Twelve digits, "-dirty" behind them when the sources had changed; "unknown".
  Q_PROPERTY(QString commit READ commit CONSTANT)
  /// Those of "changelog", "notices" and "licence" that are installed.
  Q_PROPERTY(QStringList documents READ documents CONSTANT)

 public:
  /// `memory` may be null and must outlive this object.
  explicit AboutModel(const MemoryService* memory, QObject* parent = nullptr);

  [[nodiscard]] QString version() const;
  [[nodiscard]] QString commit() const;
  [[nodiscard]] QStringList documents() const;

  /// Version, build, libraries, system and devices in English, a line each, without paths, names of people and names of computers.
  Q_INVOKABLE QString details() const;
  /// Where a document is; empty: not installed.
  Q_INVOKABLE QString documentPath(const QString& name) const;
  /// Opens it in another application.
  Q_INVOKABLE void openDocument(const QString& name) const;

  /// `text` with everything that looks like a path replaced.
  [[nodiscard]] static QString withoutPaths(const QString& text);

 private:
  const MemoryService* m_memory;
};
