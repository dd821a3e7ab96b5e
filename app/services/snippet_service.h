// Texts that people use again.
#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include "storage/snippet_store.h"

class StorageThread;

/// Owns the snippets in the GUI thread, in the order of their names.
class SnippetService : public QObject {
  Q_OBJECT

 public:
  /// `storage` must outlive this object.
  explicit SnippetService(StorageThread* storage, QObject* parent = nullptr);

  /// Takes over what the database holds.
  void start(const QList<Snippet>& stored);
  [[nodiscard]] const QList<Snippet>& snippets() const { return m_snippets; }
  /// Stores a new snippet (`id` 0) or changes one; blank names and texts are refused. Returns its id, 0: refused.
  qint64 save(qint64 id, const QString& name, const QString& text);
  void remove(qint64 id);

 Q_SIGNALS:
  void changed();

 private:
  StorageThread* m_storage;
  QList<Snippet> m_snippets;
};
