#include "storage/download_store.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace {

[[nodiscard]] QString problemToJson(const Problem& problem) {
  if (!problem) return QStringLiteral("");
  const QJsonObject object{{QStringLiteral("name"), errorName(problem.id)},
                           {QStringLiteral("arguments"), QJsonArray::fromStringList(problem.arguments)},
                           {QStringLiteral("detail"), problem.detail}};
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

[[nodiscard]] Problem problemFromJson(const QString& json) {
  const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
  Problem problem;
  problem.id = errorIdFromName(object.value(QLatin1String("name")).toString());
  const QJsonArray arguments = object.value(QLatin1String("arguments")).toArray();
  for (const QJsonValue& argument : arguments) problem.arguments.append(argument.toString());
  problem.detail = object.value(QLatin1String("detail")).toString();
  return problem;
}

[[nodiscard]] QJsonObject fileToJson(const DownloadFile& file) {
  QJsonObject object{{QStringLiteral("path"), file.path},
                     {QStringLiteral("size"), static_cast<qint64>(file.size)},
                     {QStringLiteral("sha256"), file.sha256}};
  if (!file.partSha256.isEmpty()) {
    object.insert(QStringLiteral("partBytes"), static_cast<qint64>(file.partBytes));
    object.insert(QStringLiteral("partSha256"), QJsonArray::fromStringList(file.partSha256));
  }
  return object;
}

[[nodiscard]] DownloadFile fileFromJson(const QJsonObject& object) {
  DownloadFile file;
  file.path = object.value(QLatin1String("path")).toString();
  file.size = static_cast<quint64>(object.value(QLatin1String("size")).toInteger());
  file.sha256 = object.value(QLatin1String("sha256")).toString();
  file.partBytes = static_cast<quint64>(object.value(QLatin1String("partBytes")).toInteger());
  const QJsonArray parts = object.value(QLatin1String("partSha256")).toArray();
  for (const QJsonValue& part : parts) file.partSha256.append(part.toString());
  return file;
}

}  // namespace

QString requestToJson(const DownloadRequest& request) {
  QJsonArray files;
  for (const DownloadFile& file : request.files) files.append(fileToJson(file));
  const bool isModel = request.kind == DownloadRequest::Kind::Model;
  const QJsonObject object{{QStringLiteral("kind"), isModel ? QStringLiteral("model") : QStringLiteral("adapter")},
                           {QStringLiteral("repository"), request.repository},
                           {QStringLiteral("revision"), request.revision},
                           {QStringLiteral("title"), request.title},
                           {QStringLiteral("variant"), request.variant},
                           {QStringLiteral("publisher"), request.publisher},
                           {QStringLiteral("licence"), request.licence},
                           {QStringLiteral("catalogueId"), request.catalogueId},
                           {QStringLiteral("files"), files}};
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

DownloadRequest requestFromJson(const QString& json) {
  const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
  const auto text = [&object](const char* name) { return object.value(QLatin1String(name)).toString(); };
  DownloadRequest request;
  request.kind = text("kind") == QLatin1String("adapter") ? DownloadRequest::Kind::Adapter : DownloadRequest::Kind::Model;
  request.repository = text("repository");
  request.revision = text("revision");
  request.title = text("title");
  request.variant = text("variant");
  request.publisher = text("publisher");
  request.licence = text("licence");
  request.catalogueId = text("catalogueId");
  const QJsonArray files = object.value(QLatin1String("files")).toArray();
  for (const QJsonValue& file : files) request.files.append(fileFromJson(file.toObject()));
  return request;
}

StoreResult<QList<StoredDownload>> DownloadStore::all() {
  auto query = m_database.run(
      QStringLiteral("SELECT id, position, state, request, problem, received, total, added_at FROM download ORDER BY position, id"));
  if (!query) return query.error();
  QList<StoredDownload> rows;
  while (query->next()) {
    StoredDownload row;
    row.id = query->value(0).toLongLong();
    row.position = query->value(1).toInt();
    row.state = query->value(2).toString();
    row.request = requestFromJson(query->value(3).toString());
    row.problem = problemFromJson(query->value(4).toString());
    row.received = query->value(5).toULongLong();
    row.total = query->value(6).toULongLong();
    row.addedAt = QDateTime::fromMSecsSinceEpoch(query->value(7).toLongLong(), Qt::UTC);
    if (!row.request.repository.isEmpty() && !row.request.files.isEmpty()) rows.append(row);
  }
  return rows;
}

StoreStatus DownloadStore::put(const StoredDownload& row) {
  return m_database.exec(QStringLiteral("INSERT INTO download (id, position, state, request, problem, received, total, added_at) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                                        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, state = excluded.state, "
                                        "request = excluded.request, problem = excluded.problem, received = excluded.received, "
                                        "total = excluded.total"),
                         {row.id, row.position, row.state, requestToJson(row.request), problemToJson(row.problem),
                          static_cast<qint64>(row.received), static_cast<qint64>(row.total), row.addedAt.toMSecsSinceEpoch()});
}

StoreStatus DownloadStore::remove(qint64 id) {
  return m_database.exec(QStringLiteral("DELETE FROM download WHERE id = ?"), {id});
}
