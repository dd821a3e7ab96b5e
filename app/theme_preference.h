// What the desktop says about dark windows.
#pragma once

#include <QObject>
#include <memory>

/// Asks the desktop and listens to it: on Linux the portal over D-Bus (org.freedesktop.appearance, color-scheme), on Windows the registry.
class ThemePreference : public QObject {
  Q_OBJECT

 public:
  enum class Value { None, Dark, Light };  // None: no answer yet, or no preference

  explicit ThemePreference(QObject* parent = nullptr);
  ~ThemePreference() override;

  [[nodiscard]] Value value() const { return m_value; }

 Q_SIGNALS:
  void changed();

 private:
  class Source;
  void take(Value value);

  Value m_value = Value::None;
  std::unique_ptr<Source> m_source;
};
