#include <windows.h>
#include <QAbstractNativeEventFilter>
#include <QCoreApplication>
#include <QStringView>

#include "theme_preference.h"

namespace {

[[nodiscard]] ThemePreference::Value fromRegistry() {
  DWORD light = 1;
  DWORD bytes = sizeof light;
  const LSTATUS status = ::RegGetValueW(HKEY_CURRENT_USER, LR"(Software\Microsoft\Windows\CurrentVersion\Themes\Personalize)",
                                        L"AppsUseLightTheme", RRF_RT_REG_DWORD, nullptr, &light, &bytes);
  if (status != ERROR_SUCCESS) return ThemePreference::Value::None;
  return light == 0 ? ThemePreference::Value::Dark : ThemePreference::Value::Light;
}

}  // namespace

/// Every window is told when the colours of the session change.
class ThemePreference::Source : public QAbstractNativeEventFilter {
 public:
  explicit Source(ThemePreference& owner) : m_owner(owner) {
    m_owner.take(fromRegistry());
    qApp->installNativeEventFilter(this);
  }

  bool nativeEventFilter(const QByteArray& type, void* message, qintptr*) override {
    if (type != "windows_generic_MSG") return false;
    const auto* msg = static_cast<const MSG*>(message);
    const auto* area = reinterpret_cast<const wchar_t*>(msg->lParam);
    if (msg->message == WM_SETTINGCHANGE && area && QStringView(area) == u"ImmersiveColorSet") m_owner.take(fromRegistry());
    return false;
  }

 private:
  ThemePreference& m_owner;
};

ThemePreference::ThemePreference(QObject* parent) : QObject(parent), m_source(std::make_unique<Source>(*this)) {}

ThemePreference::~ThemePreference() = default;
