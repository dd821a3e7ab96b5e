// What About says, and that a report of an error tells nothing about the person.
#include "viewmodels/about_model.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSysInfo>

#include "app/support/app_fixture.h"
#include "app/support/fake_engine.h"
#include "bridge/program_build.h"
#include "text/semantic_version.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class AboutModelTest : public hearth_test::AppTest {};

TEST_F(AboutModelTest, VersionAndCommit) {
  const AboutModel about(nullptr);
  EXPECT_TRUE(SemanticVersion::parse(about.version())) << about.version().toStdString();
  EXPECT_TRUE(QRegularExpression(QStringLiteral("^(unknown|[0-9a-f]{7,12}(-dirty)?)$")).match(about.commit()).hasMatch())
      << about.commit().toStdString();
}

TEST_F(AboutModelTest, DetailsForAReport) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const AboutModel& about = *run.viewModel.about();
  ASSERT_TRUE(waitFor([&] { return about.details().contains(QStringLiteral("\ndevice ")); }));
  const QString details = about.details();
  EXPECT_TRUE(details.startsWith(QString(QStringLiteral("hearth %1 (%2)\n")).arg(programVersion(), programCommit())))
      << details.toStdString();
  for (const char* part : {"\nbuild: ", "\noptions: vulkan ", "\nlibraries: ", "Qt 6.", "SQLite 3.", "libsodium 1.", "\nsystem: "})
    EXPECT_TRUE(details.contains(QLatin1String(part))) << part << details.toStdString();
  EXPECT_TRUE(details.contains(QSysInfo::kernelVersion()));
  EXPECT_FALSE(details.contains(QDir::homePath()));
  EXPECT_FALSE(details.contains(home()));
  // As a word of its own, unless it is one that the name of the system has, too.
  const QRegularExpression host(QStringLiteral("\\b%1\\b").arg(QRegularExpression::escape(QSysInfo::machineHostName())),
                                QRegularExpression::CaseInsensitiveOption);
  EXPECT_EQ(details.count(host),
            QString(QSysInfo::prettyProductName() + u' ' + QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()).count(host))
      << details.toStdString();
  EXPECT_FALSE(details.endsWith(u'\n'));
}

TEST_F(AboutModelTest, PathsAreTakenOut) {
  const auto without = [](const char* text) { return AboutModel::withoutPaths(QString::fromUtf8(text)); };
  EXPECT_EQ(without("Cannot open /home/anna/.cache/hearth/x.bin: denied."), QStringLiteral("Cannot open (path): denied."));
  EXPECT_EQ(without("“/home/安娜/文件/a.gguf” is gone"), QStringLiteral("“(path)” is gone"));
  EXPECT_EQ(without("C:\\Users\\Anna\\x.dll failed"), QStringLiteral("(path) failed"));
  EXPECT_EQ(without("\\\\server\\anna\\x failed"), QStringLiteral("(path) failed"));
  EXPECT_EQ(without("~/x and '/tmp/y'"), QStringLiteral("(path) and '(path)'"));
  EXPECT_EQ(without("file:///home/anna/x"), QStringLiteral("(path)"));
  EXPECT_EQ(without("(/srv/models)"), QStringLiteral("((path))"));
  EXPECT_EQ(without("12 tokens/s on a GPU/CPU, 3.5/4 GB"), QStringLiteral("12 tokens/s on a GPU/CPU, 3.5/4 GB"));
  EXPECT_FALSE(AboutModel::withoutPaths(QDir::homePath() + QStringLiteral("/x y")).contains(QDir::homePath()));
}

TEST_F(AboutModelTest, OnlyDocumentsThatAreInstalled) {
  const AboutModel about(nullptr);
  const QString folder = QCoreApplication::applicationDirPath();
  const QString path = folder + QStringLiteral("/THIRD_PARTY_NOTICES");
  EXPECT_FALSE(about.documents().contains(QStringLiteral("notices")));
  EXPECT_EQ(about.documentPath(QStringLiteral("notices")), QString());
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.close();
  EXPECT_TRUE(about.documents().contains(QStringLiteral("notices")));
  EXPECT_EQ(about.documentPath(QStringLiteral("notices")), path);
  file.remove();
  EXPECT_EQ(about.documentPath(QStringLiteral("../../etc/passwd")), QString());
}

}  // namespace
