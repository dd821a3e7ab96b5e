#include <windows.h>
#include <QCoreApplication>
#include <QMetaObject>

#include "quit_on_signal.h"

namespace {

/// Runs in a thread that Windows starts, in a program that was started from a console. When that closes, the program ends as soon as this
/// returns, at the latest after five seconds: waiting gives the event loop the time to store everything.
BOOL WINAPI onConsoleEvent(DWORD event) {
  QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) ::Sleep(INFINITE);
  return TRUE;
}

}  // namespace

// The end of the session comes to windows as a message, and Qt closes them for it.
QuitOnSignal::QuitOnSignal(QObject* parent) : QObject(parent) {
  ::SetConsoleCtrlHandler(onConsoleEvent, TRUE);
}

QuitOnSignal::~QuitOnSignal() {
  ::SetConsoleCtrlHandler(onConsoleEvent, FALSE);
}
