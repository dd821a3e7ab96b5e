#include "net/hub_api.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include "net/hub_paths.h"

namespace {

constexpr qsizetype kMostFiles = 20'000;
constexpr qsizetype kMostTags = 500;
constexpr qsizetype kMostText = 200;
constexpr double kMostBytes = 1e15;

[[nodiscard]] QString text(const QJsonValue& value) {
  return value.toString().left(kMostText);
}

[[nodiscard]] quint64 size(const QJsonValue& value) {
  const double number = value.toDouble(0);
  return number > 0 && number < kMostBytes ? static_cast<quint64>(number) : 0;
}

[[nodiscard]] QString sha256(const QJsonValue& value) {
  static const QRegularExpression hash(QStringLiteral("^[0-9a-f]{64}$"));
  const QString word = value.toString().toLower();
  return hash.match(word).hasMatch() ? word : QString();
}

[[nodiscard]] HubRepository repositoryFrom(const QJsonObject& object) {
  HubRepository repository;
  repository.id = text(object.value(QLatin1String("id")));
  if (repository.id.isEmpty()) repository.id = text(object.value(QLatin1String("modelId")));
  repository.publisher = repository.id.section(u'/', 0, 0);
  repository.revision = text(object.value(QLatin1String("sha")));
  repository.downloads = static_cast<qint64>(size(object.value(QLatin1String("downloads"))));
  repository.likes = static_cast<qint64>(size(object.value(QLatin1String("likes"))));
  repository.updatedAt = QDateTime::fromString(text(object.value(QLatin1String("lastModified"))), Qt::ISODate);
  const QJsonValue gated = object.value(QLatin1String("gated"));
  repository.gated = gated.isString() || gated.toBool();
  const QJsonArray tags = object.value(QLatin1String("tags")).toArray();
  for (const QJsonValue& tag : tags) {
    if (repository.tags.size() >= kMostTags) break;
    repository.tags.append(text(tag));
    if (repository.licence.isEmpty() && repository.tags.last().startsWith(QLatin1String("license:")))
      repository.licence = repository.tags.last().mid(8);
  }
  const QJsonValue licence = object.value(QLatin1String("cardData")).toObject().value(QLatin1String("license"));
  if (repository.licence.isEmpty()) repository.licence = text(licence);
  repository.isAdapter = repository.tags.contains(QLatin1String("lora")) || repository.tags.contains(QLatin1String("peft")) ||
                         repository.tags.contains(QLatin1String("adapter"));
  return repository;
}

[[nodiscard]] std::optional<HubListing> fromHuggingFace(const QJsonObject& object) {
  if (!object.value(QLatin1String("siblings")).isArray()) return std::nullopt;
  HubListing listing{repositoryFrom(object), {}};
  const QJsonArray siblings = object.value(QLatin1String("siblings")).toArray();
  for (const QJsonValue& value : siblings) {
    if (listing.files.size() >= kMostFiles) break;
    const QJsonObject sibling = value.toObject();
    const QJsonObject lfs = sibling.value(QLatin1String("lfs")).toObject();
    DownloadFile file;
    file.path = sibling.value(QLatin1String("rfilename")).toString();
    file.size = size(lfs.isEmpty() ? sibling.value(QLatin1String("size")) : lfs.value(QLatin1String("size")));
    file.sha256 = sha256(lfs.value(QLatin1String("sha256")));
    listing.files.append(file);
  }
  return listing;
}

[[nodiscard]] std::optional<HubListing> fromModelScope(const QJsonObject& object) {
  const QJsonValue list = object.value(QLatin1String("Data")).toObject().value(QLatin1String("Files"));
  if (!list.isArray()) return std::nullopt;
  HubListing listing;
  const QJsonArray files = list.toArray();
  for (const QJsonValue& value : files) {
    const QJsonObject entry = value.toObject();
    if (listing.files.size() >= kMostFiles) break;
    if (entry.value(QLatin1String("Type")).toString() == QLatin1String("tree")) continue;
    DownloadFile file;
    file.path = entry.value(QLatin1String("Path")).toString();
    file.size = size(entry.value(QLatin1String("Size")));
    file.sha256 = sha256(entry.value(QLatin1String("Sha256")));
    listing.files.append(file);
  }
  return listing;
}

}  // namespace

std::optional<QList<HubRepository>> parseSearch(const QByteArray& json) {
  const QJsonDocument document = QJsonDocument::fromJson(json);
  if (!document.isArray()) return std::nullopt;
  QList<HubRepository> repositories;
  const QJsonArray list = document.array();
  for (const QJsonValue& value : list) {
    HubRepository repository = repositoryFrom(value.toObject());
    if (isRepositoryId(repository.id)) repositories.append(repository);
  }
  return repositories;
}

std::optional<HubListing> parseRepository(const QByteArray& json, const Endpoint& endpoint, const QString& id) {
  const QJsonDocument document = QJsonDocument::fromJson(json);
  if (!document.isObject()) return std::nullopt;
  auto listing = endpoint.kind == Endpoint::Kind::ModelScope ? fromModelScope(document.object()) : fromHuggingFace(document.object());
  if (!listing) return std::nullopt;
  // A repository that was renamed answers under its new name; what was asked for is what works everywhere.
  listing->repository.id = id;
  listing->repository.publisher = id.section(u'/', 0, 0);
  return listing;
}
