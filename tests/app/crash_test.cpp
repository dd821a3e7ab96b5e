// The application is killed while answers stream, at random moments, many times.
#include <gtest/gtest.h>

#include <QFile>
#include <QMap>
#include <QProcess>
#include <random>

#include "app/support/app_fixture.h"
#include "app/support/child_modes.h"
#include "storage/message_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::steadyMicroseconds;
using hearth_test::waitFor;

constexpr qint64 kMayBeLostUs = 250'000;
constexpr int kDefaultKills = 50;

/// How many kills; tests/long.sh asks for more.
[[nodiscard]] int killCount() {
  const int asked = qEnvironmentVariableIntValue("HEARTH_TEST_KILLS");
  return asked > 0 ? asked : kDefaultKills;
}

class CrashTest : public hearth_test::AppTest {
 protected:
  struct Report {
    QList<int> questions;                // that were being answered
    QMap<int, QMap<int, qint64>> words;  // question -> word -> time
    qint64 killedAt = 0;
  };

  /// Starts the streaming child, kills it after `milliseconds` and returns what it had said.
  Report streamAndKill(int milliseconds, int firstQuestion) {
    Report report;
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--stream-forever"), home(), QString::number(firstQuestion)});
    EXPECT_TRUE(child.waitForReadyRead(60000)) << child.readAllStandardError().constData();  // it streams
    QByteArray output;
    const qint64 end = steadyMicroseconds() + milliseconds * 1000LL;
    while (steadyMicroseconds() < end) {
      child.waitForReadyRead(std::max<int>(1, static_cast<int>((end - steadyMicroseconds()) / 1000)));
      output += child.readAllStandardOutput();
    }
    report.killedAt = steadyMicroseconds();
    child.kill();  // SIGKILL: nothing in the process can react
    EXPECT_TRUE(child.waitForFinished());
    EXPECT_EQ(child.exitStatus(), QProcess::CrashExit);
    output += child.readAllStandardOutput();
    const QList<QByteArray> lines = output.left(output.lastIndexOf('\n') + 1).split('\n');
    for (const QByteArray& line : lines) {
      const QList<QByteArray> parts = line.split(' ');
      if (parts.size() == 2 && parts[0] == "q") report.questions.append(parts[1].toInt());
      if (parts.size() == 4 && parts[0] == "t") report.words[parts[1].toInt()][parts[2].toInt()] = parts[3].toLongLong();
    }
    return report;
  }

  /// Looks at the database as the next start would find it; returns the longest time whose text is lost, microseconds.
  qint64 checkDatabase(const Report& report) const {
    Database database;
    EXPECT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
    EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM pragma_foreign_key_check"))->toInt(), 0);
    EXPECT_TRUE(MessageStore(database).recover());
    qint64 lost = 0;
    for (const int question : report.questions) {
      // The last one of that name: an earlier child may have stored it and been killed before it could say so.
      const auto id = database.value(QStringLiteral("SELECT max(id) FROM message WHERE role = 'user' AND content = ?"),
                                     {QStringLiteral("question%1").arg(question)});
      EXPECT_GT(id->toLongLong(), 0) << "question " << question << " is gone";
      QStringList answers;
      {
        auto query = database.run(QStringLiteral("SELECT content FROM message WHERE parent_id = ? ORDER BY id"), {*id});
        while (query->next()) answers.append(query->value(0).toString());
      }
      EXPECT_EQ(answers.size(), question % 3 == 0 ? 2 : 1);
      const QString answer = answers.isEmpty() ? QString() : answers.first();
      for (const QString& each : answers) {
        QString expected;
        for (const auto& [word, time] : report.words[question].toStdMap()) {
          expected += QStringLiteral("a%1w%2 ").arg(question).arg(word);
          if (each.size() < expected.size()) lost = std::max(lost, report.killedAt - time);
        }
        EXPECT_TRUE(expected.startsWith(each) || each.startsWith(expected)) << qPrintable(each.right(60));
      }
      if (lost > kMayBeLostUs)
        std::printf("question %d: %d words said, the last one %lld ms before the kill, stored \"%s\", status %s\n", question,
                    static_cast<int>(report.words[question].size()),
                    static_cast<long long>((report.killedAt - report.words[question].last()) / 1000), qPrintable(answer.right(40)),
                    qPrintable(database.value(QStringLiteral("SELECT status FROM message WHERE parent_id = ?"), {*id})->toString()));
    }
    return lost;
  }
};

TEST_F(CrashTest, AKillAtAnyMomentLosesAtMostTheLastQuarterOfASecond) {
  std::mt19937 random(static_cast<unsigned>(qEnvironmentVariableIntValue("HEARTH_TEST_SEED")) + 1);
  int nextQuestion = 1;
  qint64 worst = 0;
  for (int kill = 0; kill < killCount() && !HasFailure(); ++kill) {
    SCOPED_TRACE(::testing::Message() << "kill " << kill);
    const Report report = streamAndKill(static_cast<int>(random() % 700), nextQuestion);
    const qint64 lost = checkDatabase(report);
    worst = std::max(worst, lost);
    EXPECT_LE(lost, kMayBeLostUs);
    nextQuestion = (report.questions.isEmpty() ? nextQuestion : report.questions.last()) + 1;
  }
  std::printf("%d kills, %d questions, at most %lld ms of text lost\n", killCount(), nextQuestion - 1,
              static_cast<long long>(worst / 1000));
}

TEST_F(CrashTest, TheNextStartShowsWhatIsThereAndGoesOn) {
  const Report report = streamAndKill(600, 1);
  ASSERT_FALSE(report.questions.isEmpty());
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ASSERT_GE(run.viewModel.chats()->count(), report.questions.size());
  const qint64 chatId = run.viewModel.chats()->index(0).data(ChatListModel::ChatIdRole).toLongLong();
  run.viewModel.openChat(chatId);
  ASSERT_TRUE(waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  const auto path = run.chats.path(chatId);
  EXPECT_EQ(path[1].status, MessageStatus::Interrupted);
  run.viewModel.send(QStringLiteral("and then?"));
  EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(run.engine.requests[0].turns.size(), path[1].content.isEmpty() ? 1 : 3);
}

}  // namespace
