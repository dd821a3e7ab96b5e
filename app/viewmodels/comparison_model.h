// One question answered side by side.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QStringList>
#include <QVariantList>
#include <functional>

#include "services/answer_request.h"

class AdapterLibrary;
class ChatService;
class ConversationModel;
class ModelService;

/// @brief Two or three columns, each the loaded model with adapters of its choice; a message is answered in all of them at once.
///
/// The answers are stored in the chat as versions of each other; keep() makes one of them the answer that the chat shows.
class ComparisonModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.comparison")
  /// What the columns answer with: maps of key (see options), scale, scaleText, title, hasScale.
  Q_PROPERTY(QVariantList columns READ columns NOTIFY columnsChanged)
  /// What a column may answer with: maps of key and text. Key 0 is the model alone, -1 what is on in the chat, others are adapters.
  Q_PROPERTY(QVariantList options READ options NOTIFY optionsChanged)
  /// A column can be added.
  Q_PROPERTY(bool canAdd READ canAdd NOTIFY columnsChanged)
  /// There is an adapter to compare with.
  Q_PROPERTY(bool possible READ possible NOTIFY optionsChanged)
  /// The question that was asked last; empty: none yet.
  Q_PROPERTY(QString question READ question NOTIFY answersChanged)
  /// Its answers, in the order of the columns that were asked.
  Q_PROPERTY(ConversationModel* answers READ answers CONSTANT)
  /// What each of them answered with: "Ember", "Fables 1.0".
  Q_PROPERTY(QStringList titles READ titles NOTIFY answersChanged)
  /// The answer that the chat shows, 0: none.
  Q_PROPERTY(qint64 keptId READ keptId NOTIFY keptChanged)
  /// Answers are being computed, or wait.
  Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)

 public:
  static constexpr int kLeast = 2;
  static constexpr int kMost = 3;

  /// All must outlive this object.
  ComparisonModel(ChatService* chats, const AdapterLibrary* adapters, const ModelService* models, QObject* parent = nullptr);

  [[nodiscard]] QVariantList columns() const;
  [[nodiscard]] QVariantList options() const;
  [[nodiscard]] bool canAdd() const { return m_columns.size() < kMost; }
  [[nodiscard]] bool possible() const;
  [[nodiscard]] QString question() const { return m_question; }
  [[nodiscard]] ConversationModel* answers() const { return m_answers; }
  [[nodiscard]] QStringList titles() const;
  [[nodiscard]] qint64 keptId() const { return m_kept; }
  [[nodiscard]] bool busy() const { return m_busy; }

  /// Chooses columns anew: the model alone, what is on in the chat, and adapters that fit.
  Q_INVOKABLE void begin();
  /// Shows the versions of an answer of the chat beside each other.
  Q_INVOKABLE void showVersions(qint64 messageId);
  Q_INVOKABLE void setColumn(int column, qint64 key);
  Q_INVOKABLE void setScale(int column, double scale);
  Q_INVOKABLE void addColumn();
  /// Ignored where no two would be left.
  Q_INVOKABLE void removeColumn(int column);
  /// Asks all columns in the shown chat; blank text is ignored.
  Q_INVOKABLE void send(const QString& text);
  /// Asked before a message is sent; without it every message is.
  void setAllowed(std::function<bool(const QString&)> allowed) { m_allowed = std::move(allowed); }
  Q_INVOKABLE void stop();
  /// The chat goes on from this answer.
  Q_INVOKABLE void keep(qint64 messageId);

  void setChat(qint64 chatId);
  void retranslate();

 Q_SIGNALS:
  /// The message was not sent.
  void refused(const QString& text);
  void columnsChanged();
  void optionsChanged();
  void answersChanged();
  void keptChanged();
  void busyChanged();
  /// A question began this chat.
  void chatBegan(qint64 chatId);

 private:
  struct Column {
    qint64 key = 0;
    double scale = 1;
  };

  std::function<bool(const QString&)> m_allowed;

  void connectChats();
  [[nodiscard]] QList<qint64> fitting() const;
  [[nodiscard]] QString nameOf(qint64 key) const;
  [[nodiscard]] AnswerConfiguration inChat() const;
  [[nodiscard]] AnswerConfiguration configuration(const Column& column) const;
  void refreshOptions();
  void refreshAnswers();
  void refreshBusy();
  void refreshKept();

  ChatService* m_chats;
  const AdapterLibrary* m_adapters;
  const ModelService* m_models;
  ConversationModel* m_answers;
  qint64 m_chat = 0;
  QList<Column> m_columns;
  QString m_question;
  qint64 m_kept = 0;
  bool m_busy = false;
};
