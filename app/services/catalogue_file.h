// The file of the catalogue: resources/catalogue.json and what is fetched in its place. See docs/catalogue.md.
#pragma once

#include <QByteArray>
#include <QDate>
#include <QHash>
#include <QList>
#include <QString>
#include <optional>

#include "services/catalogue_service.h"

/// Largest file that is looked at.
constexpr qint64 kCatalogueMostBytes = 1024 * 1024;

struct CatalogueFile {
  qint64 version = 0;
  QDate date;
  QList<CatalogueModel> models;                           // goodAt is empty
  QHash<QString, QHash<QString, QString>> goodAtOfModel;  // id -> language -> text
};

/// Reads a catalogue. Models that this build does not understand, or that break a limit, are left out; nothing when no model remains, or
/// when it is no catalogue.
[[nodiscard]] std::optional<CatalogueFile> parseCatalogue(const QByteArray& json);
