#include "theme_preference.h"

void ThemePreference::take(Value value) {
  if (value == m_value) return;
  m_value = value;
  Q_EMIT changed();
}
