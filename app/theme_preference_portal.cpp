#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

#include "theme_preference.h"

namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kKey = QStringLiteral("color-scheme");

}  // namespace

class ThemePreference::Source : public QObject {
  Q_OBJECT

 public:
  explicit Source(ThemePreference& owner) : m_owner(owner) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(onSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    call << kGroup << kKey;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* finished) {
      const QDBusPendingReply<QDBusVariant> reply = *finished;
      if (reply.isValid()) takeValue(reply.value().variant());
      finished->deleteLater();
    });
  }

 private Q_SLOTS:
  void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group == kGroup && key == kKey) takeValue(value.variant());
  }

 private:
  void takeValue(const QVariant& value) {
    // Read() wraps the value in a second variant, the signal does not.
    const QVariant inner = value.canConvert<QDBusVariant>() ? value.value<QDBusVariant>().variant() : value;
    const uint scheme = inner.toUInt();
    m_owner.take(scheme == 1 ? Value::Dark : scheme == 2 ? Value::Light : Value::None);
  }

  ThemePreference& m_owner;
};

ThemePreference::ThemePreference(QObject* parent) : QObject(parent), m_source(std::make_unique<Source>(*this)) {}

ThemePreference::~ThemePreference() = default;

#include "theme_preference_portal.moc"
