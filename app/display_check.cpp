#include "display_check.h"

#include <QByteArray>
#include <QString>
#include <QtGlobal>
#include <cstdio>
#include <cstdlib>

namespace {

QtMessageHandler originalHandler = nullptr;
QByteArray said;  // before the end: warnings that explain it

QByteArray named(const char* variable) {
  const QByteArray value = qgetenv(variable);
  return QByteArray(variable) + (value.isEmpty() ? QByteArray(" is not set") : "=" + value);
}

[[noreturn]] void explain(const QByteArray& reason) {
  // No translation is loaded yet, and none can be chosen.
  const QByteArray text = "hearth: no window can be opened here: " + named("DISPLAY") + ", " + named("WAYLAND_DISPLAY") +
                          ".\nStart it in a desktop session, or chat in this terminal: hearth-cli chat MODEL.gguf\n" +
                          (said.isEmpty() ? reason + '\n' : said);
  std::fputs(text.constData(), stderr);
  std::fflush(stderr);
  std::_Exit(1);
}

void collect(QtMsgType type, const QMessageLogContext& context, const QString& message) {
  if (type == QtFatalMsg) explain(message.toUtf8());
  if (type != QtDebugMsg)
    said += "  " + message.toUtf8() + '\n';
  else if (originalHandler)
    originalHandler(type, context, message);
}

}  // namespace

DisplayCheck::DisplayCheck() {
  said.clear();
  originalHandler = qInstallMessageHandler(collect);
}

void DisplayCheck::passed() {
  if (!m_waiting) return;
  m_waiting = false;
  qInstallMessageHandler(originalHandler);
  if (!said.isEmpty()) std::fputs(said.constData(), stderr);
  said.clear();
}
