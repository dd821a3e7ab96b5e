// Finding text in the conversation that is shown.
#pragma once

#include <qqmlregistration.h>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

class ConversationModel;

/// @brief The messages of the shown conversation that contain a text, one after the other.
class ConversationFinder : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.finder")
  /// What is looked for; case and accents do not matter.
  Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
  /// Messages that contain it.
  Q_PROPERTY(int count READ count NOTIFY changed)
  /// The one that is shown, from 1; 0: none.
  Q_PROPERTY(int current READ current NOTIFY changed)

 public:
  /// `conversation` must outlive this object.
  explicit ConversationFinder(const ConversationModel* conversation, QObject* parent = nullptr);

  [[nodiscard]] const QString& query() const { return m_query; }
  /// Goes to the newest match.
  void setQuery(const QString& query);
  [[nodiscard]] int count() const { return static_cast<int>(m_matches.size()); }
  [[nodiscard]] int current() const;

  /// Towards newer messages, from the last to the first.
  Q_INVOKABLE void next();
  /// Towards older messages, from the first to the last.
  Q_INVOKABLE void previous();

 Q_SIGNALS:
  void queryChanged();
  void changed();
  /// The message in this row should be brought into view.
  void moved(int row);

 private:
  void collect();
  void go(qsizetype to);

  const ConversationModel* m_conversation;
  QString m_query;
  QList<qint64> m_matches;  // messages, oldest first
  qint64 m_current = 0;     // message
  QTimer m_recollect;       // streamed text changes all the time
};
