#include "viewmodels/offer.h"

#include <algorithm>
#include <numeric>

namespace {

[[nodiscard]] QString baseName(const QString& path) {
  return path.section(QLatin1Char('/'), -1);
}

/// The model of the catalogue that the tags of a repository, or its name, say it was made from.
[[nodiscard]] const CatalogueModel* baseOf(const HubRepository& repository, const QList<CatalogueModel>& catalogue) {
  for (const CatalogueModel& model : catalogue) {
    const auto names = [&model](const QString& text) {
      return !model.repository.isEmpty() && text.compare(model.repository, Qt::CaseInsensitive) == 0;
    };
    // "base_model:owner/name", "base_model:quantized:owner/name"
    const auto tagged = [&names](const QString& tag) {
      return tag.startsWith(QLatin1String("base_model:")) && names(tag.section(QLatin1Char(':'), -1));
    };
    if (names(repository.id) || std::any_of(repository.tags.cbegin(), repository.tags.cend(), tagged)) return &model;
  }
  return nullptr;
}

[[nodiscard]] bool sameName(const QString& a, const QString& b) {
  return !a.isEmpty() && a.compare(b, Qt::CaseInsensitive) == 0;
}

[[nodiscard]] bool sameFiles(const QList<DownloadFile>& a, const QList<DownloadFile>& b) {
  return std::equal(a.cbegin(), a.cend(), b.cbegin(), b.cend(),
                    [](const DownloadFile& x, const DownloadFile& y) { return x.path == y.path; });
}

[[nodiscard]] bool hasNamed(const Variant& variant, const QList<DownloadFile>& files) {
  return std::all_of(files.cbegin(), files.cend(), [&](const DownloadFile& wanted) {
    return std::any_of(variant.files.cbegin(), variant.files.cend(), [&](const LibraryFile& file) {
      return baseName(file.path) == baseName(wanted.path) && (wanted.size == 0 || file.size == wanted.size);
    });
  });
}

[[nodiscard]] bool hasHashed(const Variant& variant, const QList<DownloadFile>& files) {
  return std::all_of(files.cbegin(), files.cend(), [&](const DownloadFile& wanted) {
    return !wanted.sha256.isEmpty() &&
           std::any_of(variant.files.cbegin(), variant.files.cend(), [&](const LibraryFile& file) { return file.sha256 == wanted.sha256; });
  });
}

}  // namespace

quint64 OfferVariant::bytes() const {
  if (approximateBytes > 0) return approximateBytes;
  return std::accumulate(request.files.cbegin(), request.files.cend(), quint64(0),
                         [](quint64 sum, const DownloadFile& file) { return sum + file.size; });
}

Offer Offer::of(const CatalogueModel& model) {
  Offer offer;
  offer.id = QLatin1String("catalogue:") + model.id;
  offer.name = model.name;
  offer.publisher = model.publisher;
  offer.licence = model.licence;
  offer.goodAt = model.goodAt;
  offer.repository = model.repository;
  offer.tags = model.tags;
  offer.parameters = model.parameters;
  offer.activeParameters = model.activeParameters;
  offer.contextLength = model.contextLength;
  for (const CatalogueVariant& variant : model.variants)
    offer.variants.append({model.request(variant), variant.recommended, model.shapeOf(variant), variant.approximateBytes});
  return offer;
}

Offer Offer::of(const HubRepository& repository, const QList<CatalogueModel>& catalogue) {
  Offer offer;
  offer.id = QLatin1String("hub:") + repository.id;
  offer.fromHub = true;
  offer.isAdapter = repository.isAdapter;
  offer.gated = repository.gated;
  offer.name = baseName(repository.id);
  offer.publisher = repository.publisher.isEmpty() ? repository.id.section(QLatin1Char('/'), 0, 0) : repository.publisher;
  offer.licence = repository.licence;
  offer.repository = repository.id;
  offer.downloads = repository.downloads;
  const CatalogueModel* base = repository.isAdapter ? nullptr : baseOf(repository, catalogue);
  if (base) {
    offer.parameters = base->parameters;
    offer.activeParameters = base->activeParameters;
    offer.contextLength = base->contextLength;
  }
  for (const HubVariant& variant : repository.variants) {
    OfferVariant made;
    made.request = {repository.isAdapter ? DownloadRequest::Kind::Adapter : DownloadRequest::Kind::Model,
                    repository.id,
                    repository.revision.isEmpty() ? QStringLiteral("main") : repository.revision,
                    variant.files,
                    offer.name,
                    variant.name,
                    offer.publisher,
                    offer.licence,
                    base ? base->id : QString()};
    if (base && variant.bytes() > 0) made.shape = base->shapeOf({variant.name, repository.id, variant.files, false});
    // Nothing but the size is known: enough to say whether it fits, not how fast it would be.
    if (!base && !repository.isAdapter && variant.bytes() > 0) made.shape = ModelShape{variant.bytes(), 0, 0, 0, 0, 0};
    offer.variants.append(made);
  }
  return offer;
}

bool Offer::matches(const QStringList& words) const {
  QStringList texts{name, publisher, licence, goodAt, repository, tags.join(QLatin1Char(' '))};
  for (const OfferVariant& variant : variants) texts.append(variant.name());
  const QString all = texts.join(QLatin1Char('\n'));
  return std::all_of(words.cbegin(), words.cend(), [&all](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

const DownloadRow* downloadOf(const DownloadRequest& request, const QList<DownloadRow>& downloads) {
  const DownloadRow* found = nullptr;
  for (const DownloadRow& row : downloads) {
    if (row.request.repository != request.repository) continue;
    const bool same =
        request.files.isEmpty() ? sameName(row.request.variant, request.variant) : sameFiles(row.request.files, request.files);
    if (!same) continue;
    if (row.state != DownloadState::Done) return &row;
    found = &row;
  }
  return found;
}

qint64 installedOf(const DownloadRequest& request, const QList<Variant>& installed) {
  for (const Variant& variant : installed) {
    if (variant.isMissing() || variant.files.isEmpty()) continue;
    const bool sameModel = variant.repository.compare(request.repository, Qt::CaseInsensitive) == 0 ||
                           (!request.catalogueId.isEmpty() && variant.catalogueId == request.catalogueId);
    if (sameModel && sameName(variant.name, request.variant)) return variant.id;
    if (!request.files.isEmpty() && ((sameModel && hasNamed(variant, request.files)) || hasHashed(variant, request.files)))
      return variant.id;
  }
  return 0;
}
