#include "system_theme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kKey = QStringLiteral("color-scheme");

[[nodiscard]] bool paletteIsDark() {
  const QPalette palette = QGuiApplication::palette();
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

}  // namespace

SystemTheme::SystemTheme(QObject* parent) : QObject(parent) {
  m_dark = paletteIsDark();
  qGuiApp->installEventFilter(this);
  askPortal();
}

bool SystemTheme::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) update();
  return QObject::eventFilter(watched, event);
}

void SystemTheme::askPortal() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this, SLOT(onSettingChanged(QString, QString, QDBusVariant)));
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
  call << kGroup << kKey;
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* finished) {
    const QDBusPendingReply<QDBusVariant> reply = *finished;
    if (reply.isValid()) takePortalValue(reply.value().variant());
    finished->deleteLater();
  });
}

void SystemTheme::onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
  if (group == kGroup && key == kKey) takePortalValue(value.variant());
}

void SystemTheme::takePortalValue(const QVariant& value) {
  // Read() wraps the value in a second variant, the signal does not.
  const QVariant inner = value.canConvert<QDBusVariant>() ? value.value<QDBusVariant>().variant() : value;
  switch (inner.toUInt()) {
    case 1:
      m_portal = Portal::Dark;
      break;
    case 2:
      m_portal = Portal::Light;
      break;
    default:
      m_portal = Portal::NoPreference;
  }
  update();
}

void SystemTheme::update() {
  const bool dark = m_portal == Portal::Dark || (m_portal != Portal::Light && paletteIsDark());
  if (dark == m_dark) return;
  m_dark = dark;
  Q_EMIT changed();
}
