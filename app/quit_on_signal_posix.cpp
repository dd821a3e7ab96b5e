#include <fcntl.h>
#include <unistd.h>
#include <QCoreApplication>
#include <QSocketNotifier>
#include <csignal>

#include "quit_on_signal.h"

namespace {

int g_writeEnd = -1;  // a signal handler can reach nothing but globals

extern "C" void onSignal(int) {
  const char byte = 0;
  [[maybe_unused]] const auto written = write(g_writeEnd, &byte, 1);
}

}  // namespace

QuitOnSignal::QuitOnSignal(QObject* parent) : QObject(parent) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  m_readEnd = ends[0];
  g_writeEnd = ends[1];
  auto* notifier = new QSocketNotifier(m_readEnd, QSocketNotifier::Read, this);
  connect(notifier, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);
  struct sigaction action {};
  action.sa_handler = onSignal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);  // a second signal ends the process at once
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaction(signal, &action, nullptr);
}

QuitOnSignal::~QuitOnSignal() {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_DFL);
  close(m_readEnd);
  close(g_writeEnd);
  g_writeEnd = -1;
}
