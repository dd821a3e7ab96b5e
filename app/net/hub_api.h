// The answers of hubs, as facts. Everything in them is hostile: sizes and lengths are bounded, unknown fields ignored.
#pragma once

#include <QByteArray>
#include <QList>
#include <optional>

#include "net/endpoints.h"
#include "net/hub_repository.h"

/// Repositories of a search; empty optional: the answer is not what it should be.
[[nodiscard]] std::optional<QList<HubRepository>> parseSearch(const QByteArray& json);

struct HubListing {
  HubRepository repository;   // without variants
  QList<DownloadFile> files;  // with sizes, and checksums where the hub keeps them
};

[[nodiscard]] std::optional<HubListing> parseRepository(const QByteArray& json, const Endpoint& endpoint, const QString& id);
