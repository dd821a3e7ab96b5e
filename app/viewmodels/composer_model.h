// What stands in the composer of the current chat.
#pragma once

#include <qqmlregistration.h>
#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QUrl>
#include <QVariantList>

#include "storage/draft_store.h"
#include "storage/rows.h"

class ChatService;
class DraftService;
class ModelService;
struct AttachmentFile;

/// @brief The draft of the current conversation: text, attachments, and messages that wait for the end of an answer.
class ComposerModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.composer")
  /// Maps of name, detail ("12 kB · about 3,400 tokens"), part ("whole", "first" or "ends") and tooLong.
  Q_PROPERTY(QVariantList attachments READ attachments NOTIFY changed)
  /// Messages that wait for the end of an answer: maps of text, files (their number) and held: not sent by itself any more.
  Q_PROPERTY(QVariantList waiting READ waiting NOTIFY changed)
  /// Files are being read.
  Q_PROPERTY(bool reading READ reading NOTIFY readingChanged)
  /// Why a file was not attached, a sentence for each; empty: none.
  Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)

 public:
  /// Longer texts become attachments when they are pasted.
  static constexpr qsizetype kLongCharacters = 2000;
  static constexpr qsizetype kLongLines = 30;

  /// All must outlive this object.
  ComposerModel(DraftService* drafts, ChatService* chats, ModelService* models, QObject* parent = nullptr);
  ~ComposerModel() override;

  [[nodiscard]] QVariantList attachments() const { return m_shownAttachments; }
  [[nodiscard]] QVariantList waiting() const { return m_shownWaiting; }
  [[nodiscard]] bool reading() const { return m_reading > 0; }
  [[nodiscard]] QString problem() const { return m_problem; }
  [[nodiscard]] QString text() const;

  /// Attaches local files, which are read in the background; the others are reported as `problem`.
  Q_INVOKABLE void addFiles(const QList<QUrl>& urls);
  /// Attaches files that were dropped and returns the others: models, adapters and folders.
  Q_INVOKABLE QList<QUrl> takeDropped(const QList<QUrl>& urls);
  /// Attaches what is in the clipboard if that is files or a long text. False: it belongs into the field.
  Q_INVOKABLE bool pasteLong();
  Q_INVOKABLE void removeAttachment(int row);
  /// Sends "whole", "first" or "ends" of it.
  Q_INVOKABLE void setPart(int row, const QString& part);
  Q_INVOKABLE void dismissProblem();
  /// Takes a waiting message back into the composer, in front of what stands there.
  Q_INVOKABLE void editWaiting(int row);
  Q_INVOKABLE void removeWaiting(int row);
  /// Sends a held message. Ignored while an answer is under way.
  Q_INVOKABLE void sendWaiting(int row);

  void setText(const QString& text);
  /// Shows the draft of another chat.
  void setChat(qint64 chatId);
  /// The whole message with `text` and the attachments; empty when there is nothing to send.
  [[nodiscard]] QString messageWith(const QString& text) const;
  /// Text and attachments were sent.
  void clear();
  /// Lets the message wait until the answer that is under way has ended.
  void wait(const QString& text);
  /// Everything is about to be erased or replaced.
  void forgetEverything();
  void retranslate();

 Q_SIGNALS:
  void changed();
  void textChanged();
  void readingChanged();
  void problemChanged();

 private:
  [[nodiscard]] Draft draft() const;
  void setDraft(const Draft& draft);
  void attach(qint64 chatId, const QList<AttachmentFile>& files);
  [[nodiscard]] QString pastedName() const;
  void takeWaiting(qint64 chatId, Draft& draft, int row);
  void setProblem(const QString& problem);
  void refresh();
  [[nodiscard]] int fittingTokens(qsizetype files) const;
  [[nodiscard]] QString messageOf(const WrittenMessage& message) const;
  void onMessage(const MessageRow& message);
  void onActivity(qint64 chatId);
  void sendNext(qint64 chatId);
  void hold(qint64 chatId);

  DraftService* m_drafts;
  ChatService* m_chats;
  ModelService* m_models;
  qint64 m_chatId = 0;
  int m_round = 0;    // files that were given before everything was erased are not wanted
  int m_reading = 0;  // how many times files are being read
  QString m_problem;
  QHash<qint64, MessageStatus> m_ends;  // of the last answer of chats that are being answered
  QHash<qint64, int> m_fresh;           // how many messages at the end of the list wait for the answer that is under way
  QVariantList m_shownAttachments;
  QVariantList m_shownWaiting;
  QList<Attachment> m_lastAttachments;  // what is shown
  QThreadPool m_pool;                   // reads files; the last member, so that it ends first
};
