// What is worth a notification, and what it says.
#pragma once

#include <QCoreApplication>
#include <QList>

#include "services/notifier.h"

/// Something that ended.
struct Ending {
  enum class Kind { Answer, FailedAnswer, Download, FailedDownload };
  Kind kind = Kind::Answer;
  qint64 chatId = 0;  // of an answer
  QString title;      // of the chat or the download
  qint64 tookMs = 0;  // from the question to the end of the answer
};

class NoticeRules {
  Q_DECLARE_TR_FUNCTIONS(NoticeRules)

 public:
  /// Who waits less stays with the window.
  static constexpr qint64 kLongMs = 10'000;

  /// `isOn`: the setting; `isActive`: a window of the application is in front.
  [[nodiscard]] static bool isWorthSaying(const Ending& ending, bool isOn, bool isActive);
  /// One notification for all that ended together. Never the title of a private chat. Precondition: there is an ending.
  [[nodiscard]] static Notification notificationOf(const QList<Ending>& endings);

 private:
  [[nodiscard]] static QString headingOf(const Ending& ending);
};
