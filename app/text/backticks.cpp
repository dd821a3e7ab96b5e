#include "text/backticks.h"

#include <algorithm>

QString backticksAround(const QString& code, qsizetype least) {
  qsizetype longest = 0;
  qsizetype row = 0;
  for (const QChar c : code) {
    row = c == u'`' ? row + 1 : 0;
    longest = std::max(longest, row);
  }
  return QString(std::max(least, longest + 1), u'`');
}
