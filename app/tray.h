// The icon in the notification area.
#pragma once

#include <QObject>
#include <QPointer>
#include <QWindow>
#include <memory>

class AppCore;
class Notifier;
class QAction;
class QMenu;
class QSystemTrayIcon;

/// There while the setting is on and the desktop has such an area. Then closing the window only hides it, and the application ends by
/// "Quit". The first time that is said by a notification.
class Tray : public QObject {
  Q_OBJECT

 public:
  /// Both must outlive this object. Programs without widgets (a QGuiApplication) have no icon.
  Tray(AppCore* core, Notifier* notifier, QObject* parent = nullptr);
  ~Tray() override;

  /// The window that is hidden and shown.
  void setWindow(QWindow* window);
  /// Texts change with the language.
  void retranslate();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void update();
  void onWindowHidden();

  AppCore* m_core;
  Notifier* m_notifier;
  QPointer<QWindow> m_window;
  std::unique_ptr<QMenu> m_menu;
  std::unique_ptr<QSystemTrayIcon> m_icon;  // shows the menu: goes first
  QAction* m_show = nullptr;
  QAction* m_newChat = nullptr;
  QAction* m_quit = nullptr;
  bool m_ending = false;  // the window goes for good
};
