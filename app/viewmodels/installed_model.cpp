#include "viewmodels/installed_model.h"

#include <QDir>
#include <QLocale>

#include "services/catalogue_service.h"
#include "services/model_service.h"
#include "viewmodels/fit_text.h"
#include "viewmodels/readable.h"

ModelShape shapeOf(const ModelFileFacts& facts) {
  return {facts.weightBytes, facts.expertBytes, facts.bytesPerToken, facts.kvBytesPerToken, facts.layers, facts.contextLength};
}

InstalledModel::InstalledModel(const ModelLibrary* library, const ModelService* models, CatalogueService* catalogue, QObject* parent)
    : RowListModel(parent), m_library(library), m_models(models), m_catalogue(catalogue) {}

QHash<int, QByteArray> InstalledModel::roleNames() const {
  return {{VariantIdRole, "variantId"},
          {FirstRole, "first"},
          {ModelNameRole, "modelName"},
          {PublisherRole, "publisher"},
          {LicenceRole, "licence"},
          {NameRole, "name"},
          {SizeTextRole, "sizeText"},
          {FactsRole, "facts"},
          {PathRole, "path"},
          {StateRole, "status"},
          {ProblemRole, "problem"},
          {LinkedRole, "linked"},
          {StarterRole, "starter"},
          {OwnRole, "own"},
          {CanShrinkRole, "canShrink"},
          {OnHubRole, "onHub"},
          {FitTextRole, "fitText"},
          {FitToneRole, "fitTone"},
          {FitNumbersRole, "fitNumbers"},
          {VerifyTextRole, "verifyText"},
          {VerifyToneRole, "verifyTone"}};
}

QVariant InstalledModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const InstalledRow& row = rows()[index.row()];
  switch (role) {
    case VariantIdRole:
      return row.key;
    case FirstRole:
      return row.first;
    case ModelNameRole:
      return row.modelName;
    case PublisherRole:
      return row.publisher;
    case LicenceRole:
      return row.licence;
    case NameRole:
      return row.name;
    case SizeTextRole:
      return row.sizeText;
    case FactsRole:
      return row.facts;
    case PathRole:
      return row.path;
    case StateRole:
      return row.status;
    case ProblemRole:
      return row.problem;
    case LinkedRole:
      return row.linked;
    case StarterRole:
      return row.starter;
    case OwnRole:
      return row.own;
    case CanShrinkRole:
      return row.canShrink;
    case OnHubRole:
      return row.onHub;
    case FitTextRole:
      return row.fitText;
    case FitToneRole:
      return row.fitTone;
    case FitNumbersRole:
      return row.fitNumbers;
    case VerifyTextRole:
      return row.verifyText;
    case VerifyToneRole:
      return row.verifyTone;
    default:
      return {};
  }
}

QString InstalledModel::stateOf(const Variant& variant) const {
  if (variant.isMissing()) return QStringLiteral("missing");
  if (variant.path().isEmpty() || variant.path() != m_models->path()) return QStringLiteral("ready");
  if (m_models->state() == ModelService::State::Loading) return QStringLiteral("loading");
  if (m_models->state() == ModelService::State::Failed) return QStringLiteral("failed");
  return m_models->state() == ModelService::State::Ready ? QStringLiteral("loaded") : QStringLiteral("ready");
}

void InstalledModel::describeFiles(const Variant& variant, InstalledRow& row) const {
  const auto known = m_verified.constFind(variant.id);
  if (known != m_verified.cend() && !known.value()) {
    row.verifyText = tr("Damaged: the files are not as they were. Get the model again.");
    row.verifyTone = QStringLiteral("bad");
    return;
  }
  QDateTime oldest;
  for (const LibraryFile& file : variant.files) {
    if (!file.verifiedAt.isValid()) return;
    if (!oldest.isValid() || file.verifiedAt < oldest) oldest = file.verifiedAt;
  }
  if (!oldest.isValid()) return;
  row.verifyText = tr("Files verified on %1").arg(QLocale().toString(oldest.toLocalTime().date(), QLocale::ShortFormat));
  row.verifyTone = known != m_verified.cend() ? QStringLiteral("good") : QString();
}

InstalledRow InstalledModel::rowOf(const Variant& variant) const {
  const ModelFileFacts& facts = variant.facts;
  InstalledRow row;
  row.key = variant.id;
  row.modelName = variant.modelName;
  row.publisher = variant.publisher;
  row.licence = variant.licence;
  row.name = variant.name.isEmpty() ? variant.quantisation : variant.name;
  row.bytes = variant.bytes();
  row.sizeText = Readable::size(row.bytes);
  QStringList parts{Readable::parameters(facts.parameters, facts.activeParameters), Readable::context(facts.contextLength)};
  if (!row.name.contains(variant.quantisation, Qt::CaseInsensitive)) parts.prepend(variant.quantisation);
  parts.removeAll(QString());
  row.facts = parts.join(QStringLiteral(" · "));
  row.path = QDir::toNativeSeparators(variant.path());
  row.status = stateOf(variant);
  if (row.status == QLatin1String("failed")) {
    const Problem& failure = m_models->failure();
    row.problem = tr("%1 %2", "two sentences").arg(failure.cause(), failure.nextStep());
  }
  row.linked = variant.isLinked();
  row.starter = variant.isStarter();
  row.own = variant.settings != VariantSettings();
  row.canShrink = row.status != QLatin1String("missing");
  row.onHub = !variant.repository.isEmpty();
  if (facts.weightBytes > 0 && row.canShrink) {
    const ModelFit fit = m_catalogue->fit(QStringLiteral("variant-%1").arg(variant.id), shapeOf(facts));
    row.fitText = FitText::label(fit);
    row.fitTone = FitText::tone(fit);
    row.fitNumbers = FitText::numbers(fit);
  }
  describeFiles(variant, row);
  return row;
}

void InstalledModel::refresh() {
  QList<InstalledRow> next;
  qint64 last = 0;
  for (const Variant& variant : m_library->variants()) {
    next.append(rowOf(variant));
    next.last().first = next.size() == 1 || variant.modelId != last;
    last = variant.modelId;
  }
  setRows(next);
}

void InstalledModel::setVerified(qint64 variantId, bool good) {
  m_verified.insert(variantId, good);
  refresh();
}

const InstalledRow* InstalledModel::row(qint64 variantId) const {
  const qsizetype at = find(variantId);
  return at < 0 ? nullptr : &rows()[at];
}
