#include "app/support/hub_answers.h"

#include <QJsonDocument>
#include <algorithm>

namespace hearth_test {

namespace {

[[nodiscard]] QJsonObject summary(const HubEntry& entry) {
  QJsonArray tags = QJsonArray::fromStringList(entry.tags);
  tags.append(QStringLiteral("license:") + entry.licence);
  return {{QStringLiteral("id"), entry.id},
          {QStringLiteral("modelId"), entry.id},
          {QStringLiteral("sha"), QStringLiteral("0123456789abcdef0123456789abcdef01234567")},
          {QStringLiteral("tags"), tags},
          {QStringLiteral("downloads"), entry.downloads},
          {QStringLiteral("likes"), entry.downloads / 10},
          {QStringLiteral("lastModified"), QStringLiteral("2026-05-04T03:02:01.000Z")},
          {QStringLiteral("gated"), entry.gated ? QJsonValue(QStringLiteral("auto")) : QJsonValue(false)}};
}

[[nodiscard]] QJsonObject full(const HubEntry& entry) {
  QJsonArray siblings;
  for (const HubFile& file : entry.files) {
    QJsonObject sibling{{QStringLiteral("rfilename"), file.path},
                        {QStringLiteral("size"), qint64(file.data.size())},
                        {QStringLiteral("blobId"), QStringLiteral("aaaa")}};
    if (file.large)
      sibling.insert(QStringLiteral("lfs"),
                     QJsonObject{{QStringLiteral("sha256"), file.hash}, {QStringLiteral("size"), qint64(file.data.size())}});
    siblings.append(sibling);
  }
  QJsonObject object = summary(entry);
  object.insert(QStringLiteral("siblings"), siblings);
  object.insert(QStringLiteral("cardData"), QJsonObject{{QStringLiteral("license"), entry.licence}});
  return object;
}

[[nodiscard]] QByteArray search(const HubContent& content, const HubRequest& request) {
  const QString text = request.query.queryItemValue(QStringLiteral("search"), QUrl::FullyDecoded);
  const QStringList filters = request.query.allQueryItemValues(QStringLiteral("filter"), QUrl::FullyDecoded);
  QList<HubEntry> found;
  for (const HubEntry& entry : content.entries) {
    const bool tagged = std::all_of(filters.begin(), filters.end(), [&](const QString& tag) { return entry.tags.contains(tag); });
    if (tagged && entry.id.contains(text, Qt::CaseInsensitive)) found.append(entry);
  }
  std::sort(found.begin(), found.end(), [](const HubEntry& a, const HubEntry& b) { return a.downloads > b.downloads; });
  QJsonArray list;
  for (const HubEntry& entry : found) list.append(summary(entry));
  return QJsonDocument(list).toJson();
}

[[nodiscard]] QByteArray modelScopeFiles(const HubEntry& entry) {
  QJsonArray files;
  for (const HubFile& file : entry.files) {
    files.append(QJsonObject{{QStringLiteral("Path"), file.path},
                             {QStringLiteral("Name"), file.path.section(u'/', -1)},
                             {QStringLiteral("Type"), QStringLiteral("blob")},
                             {QStringLiteral("Size"), qint64(file.data.size())},
                             {QStringLiteral("Sha256"), file.hash}});
  }
  return QJsonDocument(QJsonObject{{QStringLiteral("Code"), 200},
                                   {QStringLiteral("Success"), true},
                                   {QStringLiteral("Data"), QJsonObject{{QStringLiteral("Files"), files}}}})
      .toJson();
}

}  // namespace

const HubEntry* HubContent::entry(const QString& id) const {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const HubEntry& one) { return one.id == id; });
  return it == entries.end() ? nullptr : &*it;
}

std::optional<HubContent::Place> HubContent::find(HubSite site, const QString& path) const {
  if (site == HubSite::Cdn) {
    const QString hash = path.section(u'/', 2, 2);
    for (const HubEntry& one : entries) {
      for (const HubFile& file : one.files) {
        if (file.hash == hash) return Place{&one, file};
      }
    }
    return std::nullopt;
  }
  QStringList parts = path.split(u'/');
  parts.removeFirst();
  if (parts.value(0) == QLatin1String("models")) parts.removeFirst();
  if (parts.size() < 5 || (parts[2] != QLatin1String("resolve") && parts[2] != QLatin1String("raw"))) return std::nullopt;
  const HubEntry* one = entry(parts[0] + u'/' + parts[1]);
  if (!one) return std::nullopt;
  const QString name = QStringList(parts.mid(4)).join(u'/');
  if (site == HubSite::Mirror && mirrorFiles.contains(one->id + u'/' + name)) return Place{one, mirrorFiles.value(one->id + u'/' + name)};
  for (const HubFile& file : one->files) {
    if (file.path == name) return Place{one, file};
  }
  return std::nullopt;
}

QByteArray apiAnswer(const HubContent& content, const HubRequest& request) {
  if (request.path == QLatin1String("/api/models")) return search(content, request);
  const bool modelScope = request.path.startsWith(QLatin1String("/api/v1/models/"));
  if (!modelScope && !request.path.startsWith(QLatin1String("/api/models/"))) return {};
  const QStringList parts = request.path.split(u'/').mid(modelScope ? 4 : 3);
  const HubEntry* entry = content.entry(parts.value(0) + u'/' + parts.value(1));
  if (!entry) return {};
  return modelScope ? modelScopeFiles(*entry) : QJsonDocument(full(*entry)).toJson();
}

}  // namespace hearth_test
