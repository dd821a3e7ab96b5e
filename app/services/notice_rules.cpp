#include "services/notice_rules.h"

#include <QStringList>

#include "storage/rows.h"

namespace {

constexpr qsizetype kMostLines = 4;

}  // namespace

bool NoticeRules::isWorthSaying(const Ending& ending, bool isOn, bool isActive) {
  if (!isOn || isActive) return false;
  return ending.kind != Ending::Kind::Answer || ending.tookMs > kLongMs;
}

QString NoticeRules::headingOf(const Ending& ending) {
  switch (ending.kind) {
    case Ending::Kind::Answer:
      return tr("Answer is ready");
    case Ending::Kind::FailedAnswer:
      return tr("Answer has failed");
    case Ending::Kind::Download:
      return tr("Download is complete");
    case Ending::Kind::FailedDownload:
      break;
  }
  return tr("Download has failed");
}

Notification NoticeRules::notificationOf(const QList<Ending>& endings) {
  const auto titleOf = [](const Ending& ending) { return isPrivateId(ending.chatId) ? QString() : ending.title; };
  const Ending& last = endings.last();
  qint64 shows = Notification::kModels;
  for (const Ending& ending : endings)
    if (ending.chatId != 0) shows = ending.chatId;
  if (endings.size() == 1) return {headingOf(last), titleOf(last), shows};
  Notification all{tr("%1 tasks have ended").arg(endings.size()), {}, shows};
  QStringList lines;
  for (const Ending& ending : endings) {
    if (lines.size() == kMostLines) continue;
    const QString title = titleOf(ending);
    //: What ended, and the title of the chat or the model.
    lines += title.isEmpty() ? headingOf(ending) : tr("%1: %2").arg(headingOf(ending), title);
  }
  if (endings.size() > kMostLines) lines += tr("…");
  all.text = lines.join(QLatin1Char('\n'));
  return all;
}
