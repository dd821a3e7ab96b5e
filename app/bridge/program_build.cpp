#include "bridge/program_build.h"

#include <sodium.h>
#include <QSqlDatabase>
#include <QSqlQuery>

#include "engine/build.h"

namespace {

[[nodiscard]] std::string runningSqlite() {
  const QString connection = QStringLiteral("version");
  std::string version;
  {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
    database.setDatabaseName(QStringLiteral(":memory:"));
    QSqlQuery query(database.open() ? database : QSqlDatabase());
    if (database.isOpen() && query.exec(QStringLiteral("SELECT sqlite_version()")) && query.next())
      version = query.value(0).toString().toStdString();
  }
  QSqlDatabase::removeDatabase(connection);
  return version;
}

}  // namespace

QString programVersion() {
  static const QString version = QString::fromStdString(engine::build_info().version);
  return version;
}

QString programCommit() {
  return QString::fromStdString(engine::build_info().commit);
}

QString programVersionText() {
  engine::BuildInfo build = engine::build_info();
  for (engine::LibraryVersion& library : build.libraries) {
    if (library.name == "Qt") library.running = qVersion();
    if (library.name == "libsodium") library.running = sodium_version_string();
  }
  if (const std::string sqlite = runningSqlite(); !sqlite.empty())
    build.libraries.push_back({engine::LibraryPart::window, "SQLite", {}, sqlite});
  return QString::fromStdString(engine::version_text(build, "hearth"));
}
