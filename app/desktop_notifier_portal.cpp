#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QWindow>

#include "desktop_notifier.h"

namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
constexpr int kUsualTime = -1;  // as long as the desktop shows such things

}  // namespace

DesktopNotifier::DesktopNotifier(QObject* parent) : Notifier(parent) {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this, SLOT(onAction(uint, QString)));
  bus.connect(kService, kPath, kService, QStringLiteral("ActivationToken"), this, SLOT(onToken(uint, QString)));
  bus.connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this, SLOT(onClosed(uint, uint)));
}

void DesktopNotifier::show(const Notification& notification) {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) {
    alert();
    return;
  }
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
  // The text may be read as markup.
  const QStringList actions = {QStringLiteral("default"), tr("Show")};
  call << QGuiApplication::applicationDisplayName() << 0U << QStringLiteral("hearth") << notification.title
       << notification.text.toHtmlEscaped() << actions << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("hearth")}}
       << kUsualTime;
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, shows = notification.shows](QDBusPendingCallWatcher* finished) {
    const QDBusPendingReply<uint> reply = *finished;
    if (reply.isValid())
      m_shown.insert(reply.value(), shows);
    else
      alert();
    finished->deleteLater();
  });
}

void DesktopNotifier::onAction(uint id, const QString&) {
  if (m_shown.contains(id)) Q_EMIT activated(m_shown.take(id));  // signals come for the notifications of all programs
}

/// Lets the window come to the front under Wayland.
void DesktopNotifier::onToken(uint id, const QString& token) {
  if (m_shown.contains(id)) qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
}

void DesktopNotifier::onClosed(uint id, uint) {
  m_shown.remove(id);
}

void DesktopNotifier::alert() {
  for (QWindow* window : QGuiApplication::topLevelWindows()) window->alert(0);
}
