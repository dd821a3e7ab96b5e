#include "background_notices.h"

#include <QGuiApplication>

#include "app_core.h"

BackgroundNotices::BackgroundNotices(AppCore* core, Notifier* notifier, QObject* parent)
    : QObject(parent),
      m_core(core),
      m_notifier(notifier),
      m_isActive([] { return QGuiApplication::applicationState() == Qt::ApplicationActive; }),
      m_now([this] { return m_clock.elapsed(); }) {
  m_clock.start();
  m_together.setSingleShot(true);
  m_together.setInterval(kTogetherMs);
  connect(&m_together, &QTimer::timeout, this, &BackgroundNotices::say);
  connect(&core->chats(), &ChatService::messageChanged, this, &BackgroundNotices::onMessage);
  connect(&core->chats(), &ChatService::chatRemoved, this, [this](qint64 chatId) {
    m_core->viewModel().chats()->setUnread(chatId, false);
    m_endings.removeIf([chatId](const Ending& ending) { return ending.chatId == chatId; });
  });
  connect(&core->downloads(), &DownloadService::finished, this, [this](const DownloadRow& row) { onDownload(row, false); });
  connect(&core->downloads(), &DownloadService::rowChanged, this, [this](const DownloadRow& row) {
    if (row.state == DownloadState::Failed)
      onDownload(row, true);
    else
      m_failedDownloads.remove(row.id);
  });
  connect(&core->viewModel(), &AppViewModel::currentChatIdChanged, this, &BackgroundNotices::onActivated);
  if (qGuiApp) {
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
      if (state == Qt::ApplicationActive) onActivated();
    });
  }
  connect(notifier, &Notifier::activated, this, [this](qint64 shows) {
    AppViewModel& window = m_core->viewModel();
    if (shows == Notification::kModels) {
      window.requestPage(QStringLiteral("models"));
    } else if (m_core->chats().chat(shows)) {
      window.openChat(shows);
      window.requestPage(QStringLiteral("chat"));
    }
    window.requestRaise();
  });
}

void BackgroundNotices::onActivated() {
  AppViewModel& window = m_core->viewModel();
  if (m_isActive()) window.chats()->setUnread(window.currentChatId(), false);
}

void BackgroundNotices::onMessage(const MessageRow& message) {
  if (isUnderWay(message.status)) {
    if (!m_begun.contains(message.id)) m_begun.insert(message.id, m_now());
    return;
  }
  const auto begun = m_begun.constFind(message.id);
  if (begun == m_begun.constEnd()) return;
  const qint64 took = m_now() - *begun;
  m_begun.erase(begun);
  const bool failed = message.status == MessageStatus::Failed;
  if (!failed && message.status != MessageStatus::Done && message.status != MessageStatus::Full) return;  // the person stopped it
  AppViewModel& window = m_core->viewModel();
  if (message.chatId != window.currentChatId() || !m_isActive()) window.chats()->setUnread(message.chatId, true);
  const std::optional<ChatRow> chat = m_core->chats().chat(message.chatId);
  add({failed ? Ending::Kind::FailedAnswer : Ending::Kind::Answer, message.chatId, chat ? chat->title : QString(), took});
}

void BackgroundNotices::onDownload(const DownloadRow& row, bool failed) {
  if (failed && m_failedDownloads.contains(row.id)) return;  // its row changes for other reasons too
  if (failed) m_failedDownloads.insert(row.id);
  add({failed ? Ending::Kind::FailedDownload : Ending::Kind::Download, 0, row.request.title, 0});
}

void BackgroundNotices::add(const Ending& ending) {
  if (!NoticeRules::isWorthSaying(ending, m_core->settings().value(SettingKey::Notifications).toBool(), m_isActive())) return;
  m_endings.append(ending);
  if (!m_together.isActive()) m_together.start();
}

/// Who has come back meanwhile sees it.
void BackgroundNotices::say() {
  const QList<Ending> endings = std::exchange(m_endings, {});
  if (!endings.isEmpty() && !m_isActive()) m_notifier->show(NoticeRules::notificationOf(endings));
}
