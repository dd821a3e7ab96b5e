// Composition root: builds everything in order and takes it down in the opposite one.
#pragma once

#include <QObject>
#include <QTranslator>
#include <memory>

#include "bridge/answer_engine.h"
#include "start_request.h"

class Announcer;
class BackgroundNotices;
class AppCore;
class BlockedNetworkFactory;
class DataFolder;
class DesktopNotifier;
class Leftovers;
class QQmlApplicationEngine;
class SessionMarker;
class SystemTheme;
class Tray;

class Application : public QObject {
  Q_OBJECT

 public:
  struct Options {
    QString dataFolder;
    DataFolder* location = nullptr;          // may be null: the folder cannot be changed in the window; must outlive the application
    std::unique_ptr<AnswerEngine> engine{};  // null: the real one
    bool welcome = false;                    // a new installation begins with the first steps
  };

  explicit Application(Options options, QObject* parent = nullptr);
  /// Window, answers, database and engine end in this order; see the members.
  ~Application() override;

  /// Shows the window, loads the first model and opens what was asked for. Returns whether there is a window.
  [[nodiscard]] bool start(const StartRequest& request);
  /// Shows something that happened before the window was there.
  void showProblem(const Problem& problem);
  [[nodiscard]] AppCore& core() { return *m_core; }
  /// Brings the window to the front and opens what another start was given.
  void activate(const StartRequest& request);

 private:
  void installTranslation();

  bool m_welcome;

  // Destroyed from the last to the first.
  std::unique_ptr<Leftovers> m_leftovers;   // goes last: nobody holds a file any more
  std::unique_ptr<SessionMarker> m_marker;  // everything ended properly
  std::unique_ptr<AnswerEngine> m_engine;
  std::unique_ptr<SystemTheme> m_systemTheme;
  std::unique_ptr<AppCore> m_core;
  std::unique_ptr<Announcer> m_announcer;
  std::unique_ptr<DesktopNotifier> m_notifier;
  std::unique_ptr<BackgroundNotices> m_notices;
  std::unique_ptr<Tray> m_tray;
  std::unique_ptr<BlockedNetworkFactory> m_network;
  QTranslator m_translator;
  QTranslator m_qtTranslator;
  std::unique_ptr<QQmlApplicationEngine> m_qml;
};
