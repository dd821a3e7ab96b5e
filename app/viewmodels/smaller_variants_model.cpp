#include "viewmodels/smaller_variants_model.h"

#include <algorithm>

#include "viewmodels/readable.h"

namespace {

/// Types whose weights are numbers as they were trained.
[[nodiscard]] bool isQuantised(const QString& type) {
  const QString name = type.toUpper();
  return !name.isEmpty() && !name.startsWith(QLatin1String("F16")) && !name.startsWith(QLatin1String("BF16")) &&
         !name.startsWith(QLatin1String("F32"));
}

}  // namespace

SmallerVariantsModel::SmallerVariantsModel(ModelLibrary* library, ModelFiles* files, QObject* parent)
    : RowListModel(parent), m_library(library), m_files(files), m_background(this) {}

QHash<int, QByteArray> SmallerVariantsModel::roleNames() const {
  return {{TypeRole, "type"},       {SizeTextRole, "sizeText"},       {BitsTextRole, "bitsText"},
          {QualityRole, "quality"}, {QualityTextRole, "qualityText"}, {ProblemRole, "problem"}};
}

QVariant SmallerVariantsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const SmallerRow& row = rows()[index.row()];
  switch (role) {
    case TypeRole:
      return row.key;
    case SizeTextRole:
      return row.sizeText;
    case BitsTextRole:
      return row.bitsText;
    case QualityRole:
      return row.quality;
    case QualityTextRole:
      return row.qualityText;
    case ProblemRole:
      return row.problem;
    default:
      return {};
  }
}

QString SmallerVariantsModel::qualityText(int quality) {
  switch (quality) {
    case 5:
      return tr("As good as the original");
    case 4:
      return tr("Hardly worse");
    case 3:
      return tr("A little worse");
    case 2:
      return tr("Noticeably worse");
    default:
      return tr("Much worse");
  }
}

QString SmallerVariantsModel::freeText() const {
  const quint64 free = m_library->bytesFree();
  return free == 0 ? QString() : tr("%1 are free on the disk.").arg(Readable::size(free));
}

void SmallerVariantsModel::show(qint64 variantId) {
  setRows({});
  const std::optional<Variant> variant = m_library->variant(variantId);
  m_variantId = variantId;
  m_problem = {};
  m_busy = variant.has_value();
  m_title = variant ? variant->modelName + QStringLiteral(" · ") + variant->name : QString();
  m_sizeText = variant ? Readable::size(variant->bytes()) : QString();
  m_requantises = variant && isQuantised(variant->quantisation);
  Q_EMIT changed();
  if (!variant) return;
  m_background.run([files = m_files, path = variant->path()] { return files->smallerVariants(path); },
                   [this, variant = *variant](const Outcome<QList<QuantiseChoice>>& choices) {
                     m_busy = false;
                     m_problem = choices.problem;
                     if (choices) take(variant, *choices.value);
                     Q_EMIT changed();
                   });
}

void SmallerVariantsModel::take(const Variant& variant, const QList<QuantiseChoice>& choices) {
  const quint64 free = m_library->bytesFree();
  const QList<Variant> all = m_library->variants();
  QList<SmallerRow> next;
  for (const QuantiseChoice& choice : choices) {
    const bool exists = std::any_of(all.cbegin(), all.cend(), [&](const Variant& other) {
      return other.modelId == variant.modelId && other.name == choice.type && !other.isMissing();
    });
    SmallerRow row;
    row.key = choice.type;
    row.sizeText = Readable::size(choice.bytes);
    row.bitsText = tr("%1 bits per weight").arg(Readable::number(choice.bitsPerWeight, 1));
    row.quality = std::clamp(choice.quality, 1, 5);
    row.qualityText = qualityText(row.quality);
    if (exists)
      row.problem = tr("You have this variant already.");
    else if (free > 0 && choice.bytes > free)
      row.problem = tr("Not enough disk space.");
    next.append(row);
  }
  setRows(next);
}

void SmallerVariantsModel::make(const QString& type) {
  if (m_variantId != 0) m_library->makeSmaller(m_variantId, type);
}
