// Whether the desktop prefers dark windows.
#pragma once

#include <QObject>

#include "theme_preference.h"

/// Qt 6.4 cannot tell: the desktop is asked (ThemePreference); until it answers, or where it has no preference, the colours of the palette
/// decide.
class SystemTheme : public QObject {
  Q_OBJECT

 public:
  explicit SystemTheme(QObject* parent = nullptr);

  [[nodiscard]] bool isDark() const { return m_dark; }

 Q_SIGNALS:
  void changed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void update();

  ThemePreference m_preference;
  bool m_dark = false;
};
