// Search, opening and deleting on 2,000 chats with 100,000 messages. Prints a row for each figure: median and worst of its runs.
//   store_bench [CHATS [MESSAGES_PER_CHAT]]
#include <QElapsedTimer>
#include <QFileInfo>
#include <QGuiApplication>
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "app_core.h"
#include "bench/sample_store.h"

namespace {

using hearth_test::waitFor;

constexpr int kRuns = 11;

double milliseconds(const std::function<void()>& job) {
  QElapsedTimer clock;
  clock.start();
  job();
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void row(const char* what, std::vector<double> times, int results = -1) {
  std::sort(times.begin(), times.end());
  std::printf("%-46s median %8.2f ms   worst %8.2f ms", what, times[times.size() / 2], times.back());
  if (results >= 0) std::printf("   %d results", results);
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QGuiApplication application(argc, argv);
  const QStringList arguments = QCoreApplication::arguments();
  const int chats = arguments.size() > 1 ? arguments[1].toInt() : 2000;
  const int messages = arguments.size() > 2 ? arguments[2].toInt() : 50;
  const QTemporaryDir folder;
  hearth_bench::Words words(1);
  const double filling = milliseconds([&] {
    if (!hearth_bench::fillStore(folder.path(), chats, messages, words)) std::printf("could not fill the store\n");
  });
  std::printf("%d chats, %d messages, %.1f MB, made in %.1f s\n", chats, chats * messages,
              static_cast<double>(QFileInfo(folder.filePath(QStringLiteral("hearth.db"))).size()) / 1e6, filling / 1000);

  std::vector<double> opening;
  for (int run = 0; run < 5; ++run) {
    hearth_test::FakeEngine engine;
    AppCore core(&engine, {folder.path(), {}});
    opening.push_back(milliseconds([&] {
      core.open({}, ModelService::Begin::Load);
      waitFor([&] { return core.chats().isStarted(); });
    }));
  }
  row("open the database, all chats in the list", opening);

  hearth_test::FakeEngine engine;
  AppCore core(&engine, {folder.path(), {}});
  core.open({}, ModelService::Begin::Load);
  waitFor([&] { return core.chats().isStarted(); });
  core.storage().flush();
  SearchModel& search = *core.viewModel().search();
  const auto measure = [&](const char* what, const QString& query) {
    std::vector<double> times;
    for (int run = 0; run < kRuns; ++run) {
      search.setQuery({});
      times.push_back(milliseconds([&] {
        bool found = false;
        const auto connection = QObject::connect(&search, &SearchModel::busyChanged, [&] { found = !search.busy(); });
        search.setQuery(query);
        waitFor([&] { return found; });
        QObject::disconnect(connection);
      }));
    }
    row(what, times, search.count());
  };
  const QString han(QChar(0x4e00));
  measure("search: the most common word", words.word(0));
  measure("search: a rare word", words.word(19000));
  measure("search: beginning of a word, two letters", words.word(0).left(2));
  measure("search: beginning of a word, three letters", words.word(5).left(3));
  measure("search: three common words", words.word(1) + u' ' + words.word(2) + u' ' + words.word(3));
  measure("search: common and rare word", words.word(0) + u' ' + words.word(18000));
  measure("search: one common Chinese character", han);
  measure("search: two common Chinese characters", han + QChar(0x4e01));
  measure("search: two rare Chinese characters", QString(QChar(0x4e00 + 3000)) + QChar(0x4e00 + 2900));
  measure("search: chats of a model", QStringLiteral("model:e"));
  measure("search: the most common word, of a model, after a day", words.word(0) + QStringLiteral(" model:e after:2020-01-01"));
  measure("search: chats since a day", QStringLiteral("after:2020-01-01"));
  measure("search: no result", QStringLiteral("qqqqzzzz"));

  std::vector<double> deleting;
  std::vector<double> writing;  // while a deletion is under way
  for (int run = 0; run < 5; ++run) {
    deleting.push_back(milliseconds([&] {
      core.storage().eraseChats({chats - run});
      QElapsedTimer clock;
      clock.start();
      bool written = false;
      core.storage().writeMessage(
          &core, [](Database& database) { return database.exec(QStringLiteral("UPDATE setting SET value = value")); },
          [&](const StoreStatus&) { written = true; });
      waitFor([&] { return written; });
      writing.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
      core.storage().flush();
    }));
  }
  row("erase a chat for good", deleting);
  row("a write given at the same moment", writing);
  return 0;
}
