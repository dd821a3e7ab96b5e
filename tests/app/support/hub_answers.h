// What a hub says: the JSON of its API, and which file an address means.
#pragma once

#include <QJsonArray>
#include <QJsonObject>

#include "app/support/hub_server.h"

namespace hearth_test {

/// The files that a site has.
struct HubContent {
  QList<HubEntry> entries;
  QHash<QString, HubFile> mirrorFiles;  // "owner/name/path" -> file

  [[nodiscard]] const HubEntry* entry(const QString& id) const;
  /// Of "/owner/name/resolve/revision/path" and "/models/...", "/blob/SHA".
  struct Place {
    const HubEntry* entry = nullptr;
    HubFile file;
  };
  [[nodiscard]] std::optional<Place> find(HubSite site, const QString& path) const;
};

/// The body of the answer to an address of the API; empty for anything else.
[[nodiscard]] QByteArray apiAnswer(const HubContent& content, const HubRequest& request);

}  // namespace hearth_test
