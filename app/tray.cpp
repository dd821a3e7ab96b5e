#include "tray.h"

#include <QAction>
#include <QApplication>
#include <QEvent>
#include <QMenu>
#include <QSystemTrayIcon>

#include "app_core.h"
#include "services/notifier.h"

Tray::Tray(AppCore* core, Notifier* notifier, QObject* parent) : QObject(parent), m_core(core), m_notifier(notifier) {
  if (qApp) qApp->installEventFilter(this);
  connect(&core->settings(), &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::Tray) update();
  });
}

Tray::~Tray() = default;

void Tray::setWindow(QWindow* window) {
  m_window = window;
  if (window) {
    connect(window, &QWindow::visibleChanged, this, [this](bool visible) {
      if (!visible) onWindowHidden();
    });
  }
  const bool widgets = qobject_cast<QApplication*>(QCoreApplication::instance()) != nullptr;
  m_core->viewModel().settings()->setTrayPossible(widgets && QSystemTrayIcon::isSystemTrayAvailable());
  update();
}

void Tray::update() {
  SettingsModel* settings = m_core->viewModel().settings();
  const bool wanted = m_window && settings->tray() && settings->trayPossible();
  if (wanted == (m_icon != nullptr)) return;
  QGuiApplication::setQuitOnLastWindowClosed(!wanted);
  if (!wanted) {
    m_icon.reset();
    m_menu.reset();
    return;
  }
  AppViewModel* window = &m_core->viewModel();
  m_menu = std::make_unique<QMenu>();
  m_show = m_menu->addAction(QString(), window, &AppViewModel::requestRaise);
  m_newChat = m_menu->addAction(QString(), window, [window] {
    window->newChat();
    window->requestRaise();
  });
  m_menu->addSeparator();
  m_quit = m_menu->addAction(QString(), window, &AppViewModel::requestLeave);
  m_icon = std::make_unique<QSystemTrayIcon>(QGuiApplication::windowIcon());
  m_icon->setContextMenu(m_menu.get());
  connect(m_icon.get(), &QSystemTrayIcon::activated, window, [window](QSystemTrayIcon::ActivationReason reason) {
    if (reason != QSystemTrayIcon::Context) window->requestRaise();
  });
  retranslate();
  m_icon->show();
}

void Tray::retranslate() {
  if (!m_icon) return;
  m_show->setText(tr("Show Hearth"));
  m_newChat->setText(tr("New chat"));
  m_quit->setText(tr("Quit"));
  m_icon->setToolTip(QGuiApplication::applicationDisplayName());
}

/// Qt closes all windows before it ends the program, also for a signal or the end of the session, and one that refuses keeps it running.
bool Tray::eventFilter(QObject* watched, QEvent* event) {
  if (watched == qApp && event->type() == QEvent::Quit) {
    m_ending = true;
    Q_EMIT m_core->viewModel().quitComing();
  }
  return QObject::eventFilter(watched, event);
}

void Tray::onWindowHidden() {
  Settings& settings = m_core->settings();
  if (!m_icon || m_ending || settings.value(SettingKey::TrayTold).toBool()) return;
  settings.setValue(SettingKey::TrayTold, true);
  m_notifier->show(
      {tr("Hearth is still running"), tr("Its icon in the notification area shows the window again. “Quit” there ends it."), 0});
}
