// How full the context of the current conversation is.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantList>

#include "services/chat_context.h"

class ChatService;
class ChatSettingsService;
class ComposerModel;
class Settings;

/// @brief Tokens of the draft and of the conversation, what the model does not read any more, and what happens when the context is full.
class ContextModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.context")
  /// Tokens of the draft with its attachments, "12 tokens" or "about 12 tokens"; empty: there is no draft.
  Q_PROPERTY(QString draftText READ draftText NOTIFY changed)
  /// A model is loaded, so that the numbers below mean something.
  Q_PROPERTY(bool known READ known NOTIFY changed)
  /// Of the context, with the draft, 0..100.
  Q_PROPERTY(int percent READ percent NOTIFY changed)
  /// "Context 73 % full".
  Q_PROPERTY(QString text READ text NOTIFY changed)
  /// What will happen to the next message because it does not fit, one sentence; empty: it fits.
  Q_PROPERTY(QString warning READ warning NOTIFY changed)
  /// Maps of name and value: what the context is filled with.
  Q_PROPERTY(QVariantList numbers READ numbers NOTIFY changed)
  /// What happens when it is full, in this conversation: "drop", "summarise" or "stop".
  Q_PROPERTY(QString policy READ policy WRITE setPolicy NOTIFY changed)
  /// Messages at the beginning that the newest answer did not read; 0: it read all.
  Q_PROPERTY(int unread READ unread NOTIFY changed)
  /// The message below them.
  Q_PROPERTY(qint64 firstRead READ firstRead NOTIFY changed)
  /// What the model read in place of them; empty: nothing.
  Q_PROPERTY(QString summary READ summary NOTIFY changed)

 public:
  /// How long typing pauses before the draft is counted.
  static constexpr int kDelayMs = 200;

  /// All must outlive this object; `chatSettings` may be null.
  ContextModel(ChatService* chats, ChatSettingsService* chatSettings, const Settings* settings, const ComposerModel* composer,
               QObject* parent = nullptr);

  [[nodiscard]] QString draftText() const;
  [[nodiscard]] bool known() const { return m_view.context > 0; }
  [[nodiscard]] int percent() const;
  [[nodiscard]] QString text() const;
  [[nodiscard]] QString warning() const;
  [[nodiscard]] QVariantList numbers() const;
  [[nodiscard]] QString policy() const;
  /// That of the settings makes the conversation follow them.
  void setPolicy(const QString& policy);
  [[nodiscard]] int unread() const { return m_view.unread; }
  [[nodiscard]] qint64 firstRead() const { return m_view.firstRead; }
  [[nodiscard]] QString summary() const { return m_view.summary; }

  /// Shows another conversation.
  void setChat(qint64 chatId);
  /// Texts computed here change with the language.
  void retranslate() { Q_EMIT changed(); }

 Q_SIGNALS:
  void changed();

 private:
  void refresh();

  ChatService* m_chats;
  ChatSettingsService* m_chatSettings;
  const Settings* m_settings;
  const ComposerModel* m_composer;
  qint64 m_chat = 0;
  ContextView m_view;
  QTimer m_timer;
};
