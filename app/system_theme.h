// Whether the desktop prefers dark windows.
#pragma once

#include <QDBusVariant>
#include <QObject>

/// Qt 6.4 cannot tell: the desktop portal is asked over D-Bus (org.freedesktop.appearance, color-scheme); until it answers,
/// or where there is none, the colours of the palette decide.
class SystemTheme : public QObject {
  Q_OBJECT

 public:
  explicit SystemTheme(QObject* parent = nullptr);

  [[nodiscard]] bool isDark() const { return m_dark; }

 Q_SIGNALS:
  void changed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private Q_SLOTS:
  void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void askPortal();
  void takePortalValue(const QVariant& value);
  void update();

  enum class Portal { Unknown, NoPreference, Dark, Light };
  Portal m_portal = Portal::Unknown;
  bool m_dark = false;
};
