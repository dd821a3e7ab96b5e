#include "system_theme.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

namespace {

[[nodiscard]] bool paletteIsDark() {
  const QPalette palette = QGuiApplication::palette();
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

}  // namespace

SystemTheme::SystemTheme(QObject* parent) : QObject(parent) {
  qGuiApp->installEventFilter(this);
  connect(&m_preference, &ThemePreference::changed, this, &SystemTheme::update);
  update();
}

bool SystemTheme::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) update();
  return QObject::eventFilter(watched, event);
}

void SystemTheme::update() {
  using Value = ThemePreference::Value;
  const Value wish = m_preference.value();
  const bool dark = wish == Value::Dark || (wish == Value::None && paletteIsDark());
  if (dark == m_dark) return;
  m_dark = dark;
  Q_EMIT changed();
}
