#include "viewmodels/context_model.h"

#include <algorithm>
#include <utility>

#include "services/chat_service.h"
#include "services/chat_settings_service.h"
#include "services/settings.h"
#include "viewmodels/composer_model.h"
#include "viewmodels/readable.h"

namespace {

[[nodiscard]] QString tokensText(int tokens) {
  return Readable::number(tokens, 0);
}

}  // namespace

ContextModel::ContextModel(ChatService* chats, ChatSettingsService* chatSettings, const Settings* settings, const ComposerModel* composer,
                           QObject* parent)
    : QObject(parent), m_chats(chats), m_chatSettings(chatSettings), m_settings(settings), m_composer(composer) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(kDelayMs);
  connect(&m_timer, &QTimer::timeout, this, &ContextModel::refresh);
  const auto soon = [this] { m_timer.start(); };
  const auto ofChat = [this](qint64 chatId) {
    if ((chatId == m_chat || chatId == 0) && !m_timer.isActive()) m_timer.start();
  };
  connect(composer, &ComposerModel::changed, this, soon);
  connect(composer, &ComposerModel::textChanged, this, soon);
  connect(chats, &ChatService::pathChanged, this, ofChat);
  connect(chats, &ChatService::contextChanged, this, ofChat);
  connect(settings, &Settings::changed, this, [ofChat] { ofChat(0); });
  if (chatSettings) {
    connect(chatSettings, &ChatSettingsService::changed, this, [this](qint64 chatId) {
      if (chatId != m_chat) return;
      refresh();
      Q_EMIT changed();  // its policy may be the only change
    });
  }
}

void ContextModel::setChat(qint64 chatId) {
  m_chat = chatId;
  refresh();
  Q_EMIT changed();
}

void ContextModel::refresh() {
  const ContextView view = m_chats->contextOf(m_chat, m_composer->messageWith(m_composer->text()));
  if (std::exchange(m_view, view) == view) return;
  Q_EMIT changed();
}

QString ContextModel::draftText() const {
  if (m_view.draft == 0) return {};
  return m_view.isExact ? tr("%1 tokens").arg(tokensText(m_view.draft)) : tr("about %1 tokens").arg(tokensText(m_view.draft));
}

int ContextModel::percent() const {
  if (!known()) return 0;
  return static_cast<int>(std::clamp<qint64>((100LL * m_view.next.prompt + m_view.context - 1) / m_view.context, 0, 100));
}

QString ContextModel::text() const {
  return known() ? tr("Context %1 % full").arg(percent()) : QString();
}

QString ContextModel::warning() const {
  if (!known()) return {};
  switch (m_view.next.kind) {
    case ContextPlan::Kind::TooLong:
      return tr("This message alone is longer than the context: shorten it, or use a larger context.");
    case ContextPlan::Kind::Full:
      return tr(
          "The context is full: the next message gets no answer. Start a new chat, use a larger context, or choose below what is left "
          "out.");
    case ContextPlan::Kind::Summarise:
      return tr("This chat is longer than the context: its oldest messages are summarised before the next answer.");
    case ContextPlan::Kind::Send:
      break;
  }
  const int next = m_view.next.first;
  const bool more = policy() == QLatin1String("drop") && next > 0 && m_view.draft > 0 && next * 2 > m_view.unread;
  return more ? tr("This chat is longer than the context: its oldest messages are not read for the next answer.") : QString();
}

QVariantList ContextModel::numbers() const {
  const auto row = [](const QString& name, int tokens) {
    return QVariantMap{{QStringLiteral("name"), name}, {QStringLiteral("value"), tokensText(tokens)}};
  };
  if (!known()) return {};
  return {row(tr("Instructions"), m_view.instructions), row(tr("Conversation"), m_view.conversation), row(tr("Your message"), m_view.draft),
          row(tr("Room for the answer"), std::max(0, m_view.context - m_view.next.prompt)),
          row(tr("Context of the model"), m_view.context)};
}

QString ContextModel::policy() const {
  return toString(m_chats->contextPolicy(m_chat));
}

void ContextModel::setPolicy(const QString& policy) {
  if (!m_chatSettings || policy == this->policy()) return;
  ChatSettings settings = m_chatSettings->of(m_chat);
  settings.contextPolicy = policy == m_settings->text(SettingKey::ContextPolicy) ? QString() : policy;
  m_chatSettings->set(m_chat, settings);
}
