// The library of prompts: own texts that are typed with "/".
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

class SnippetService;

/// @brief All snippets, and those that fit what was typed behind "/".
class SnippetsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.snippets")
  /// Maps of snippetId, name and text, in the order of their names.
  Q_PROPERTY(QVariantList all READ all NOTIFY changed)
  /// What was typed to find one.
  Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY changed)
  /// As `all`: those whose names or texts have all words of the query; those whose names begin with it come first.
  Q_PROPERTY(QVariantList matches READ matches NOTIFY changed)

 public:
  /// `service` must outlive this object.
  explicit SnippetsModel(SnippetService* service, QObject* parent = nullptr);

  [[nodiscard]] QVariantList all() const;
  [[nodiscard]] QString query() const { return m_query; }
  void setQuery(const QString& query);
  [[nodiscard]] QVariantList matches() const;

  /// Stores a new snippet (`id` 0) or changes one. False: name or text is blank.
  Q_INVOKABLE bool save(qint64 id, const QString& name, const QString& text);
  Q_INVOKABLE void remove(qint64 id);

 Q_SIGNALS:
  void changed();

 private:
  SnippetService* m_service;
  QString m_query;
};
