#include "viewmodels/adapter_list_model.h"

#include <QDir>
#include <QLocale>

#include "services/model_service.h"
#include "viewmodels/adapter_texts.h"

AdapterListModel::AdapterListModel(const AdapterLibrary* adapters, const ModelLibrary* library, const ModelService* models, QObject* parent)
    : QAbstractListModel(parent), m_adapters(adapters), m_library(library), m_models(models) {
  connect(adapters, &AdapterLibrary::listChanged, this, &AdapterListModel::refresh);
  connect(adapters, &AdapterLibrary::removed, this, &AdapterListModel::refresh);
  connect(adapters, &AdapterLibrary::adapterChanged, this, &AdapterListModel::refresh);
  connect(adapters, &AdapterLibrary::fitChanged, this, &AdapterListModel::refreshAll);
  connect(library, &ModelLibrary::listChanged, this, &AdapterListModel::refreshAll);
  connect(models, &ModelService::stateChanged, this, &AdapterListModel::refreshAll);
  refresh();
}

int AdapterListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant AdapterListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const AdapterRow& row = m_rows[index.row()];
  switch (role) {
    case AdapterIdRole:
      return row.id;
    case NameRole:
    case Qt::DisplayRole:
      return row.name;
    case DomainRole:
      return row.domain;
    case DomainTextRole:
      return adapterDomainText(row.domain);
    case DescriptionRole:
      return row.description;
    case LicenceRole:
      return row.licence;
    case DetailRole:
      return detail(row);
    case TargetsRole:
      return row.targets.join(QStringLiteral(", "));
    case BaseNameRole:
      return row.baseName;
    case ArchitectureRole:
      return row.architecture;
    case SourceTextRole:
      return row.source == QLatin1String("starter")    ? tr("Comes with Hearth")
             : row.source == QLatin1String("download") ? tr("Downloaded")
                                                       : tr("Imported");
    case IsStarterRole:
      return row.source == QLatin1String("starter");
    case MissingRole:
      return row.isMissing();
    case PathRole:
      return QDir::toNativeSeparators(row.path());
    case FitRole:
      return fitState(row);
    case FitTextRole:
      return fitText(row);
    case FitReasonRole:
      return fitState(row) == QLatin1String("no") ? m_adapters->fit(row.id, m_models->variantId()).reason : QString();
    case ModelsTextRole:
      return modelsText(row);
    default:
      return {};
  }
}

QHash<int, QByteArray> AdapterListModel::roleNames() const {
  return {{AdapterIdRole, "adapterId"},
          {NameRole, "name"},
          {DomainRole, "domain"},
          {DomainTextRole, "domainText"},
          {DescriptionRole, "description"},
          {LicenceRole, "licence"},
          {DetailRole, "detail"},
          {TargetsRole, "targets"},
          {BaseNameRole, "baseName"},
          {ArchitectureRole, "architecture"},
          {SourceTextRole, "sourceText"},
          {IsStarterRole, "isStarter"},
          {MissingRole, "missing"},
          {PathRole, "path"},
          {FitRole, "fit"},
          {FitTextRole, "fitText"},
          {FitReasonRole, "fitReason"},
          {ModelsTextRole, "modelsText"}};
}

QString AdapterListModel::detail(const AdapterRow& row) const {
  const QLocale locale;
  QStringList parts;
  if (row.rank > 0) parts.append(tr("Rank %1").arg(row.rank));
  if (row.alpha > 0) parts.append(tr("Alpha %1").arg(locale.toString(row.alpha, 'g', 6)));
  const quint64 bytes = row.bytes();
  if (bytes > 0)
    parts.append(locale.formattedDataSize(static_cast<qint64>(bytes), bytes < 1'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat));
  parts.append(row.format == QLatin1String("peft") ? QStringLiteral("PEFT") : QStringLiteral("GGUF"));
  return parts.join(QStringLiteral(" · "));
}

QString AdapterListModel::fitState(const AdapterRow& row) const {
  const qint64 variant = m_models->variantId();
  if (variant == 0 || row.isMissing()) return QStringLiteral("none");
  switch (m_adapters->fit(row.id, variant).state) {
    case AdapterFit::State::Fits:
      return QStringLiteral("fits");
    case AdapterFit::State::DoesNotFit:
      return QStringLiteral("no");
    case AdapterFit::State::Unknown:
      break;
  }
  return QStringLiteral("checking");
}

QString AdapterListModel::fitText(const AdapterRow& row) const {
  if (row.isMissing()) return tr("Its file is missing.");
  if (m_models->variantId() == 0) return {};
  const QString state = fitState(row);
  const QString model = m_models->name();
  return state == QLatin1String("fits") ? tr("Fits %1").arg(model)
         : state == QLatin1String("no") ? tr("Does not fit %1").arg(model)
                                        : tr("Checking whether it fits %1…").arg(model);
}

QString AdapterListModel::modelsText(const AdapterRow& row) const {
  QStringList names;
  for (const Variant& variant : m_library->variants()) {
    if (m_adapters->fit(row.id, variant.id).state == AdapterFit::State::Fits) names.append(variantText(variant));
  }
  return names.join(QStringLiteral(", "));
}

void AdapterListModel::refresh() {
  const QList<AdapterRow> rows = m_adapters->adapters();
  const bool same =
      std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), [](const auto& a, const auto& b) { return a.id == b.id; });
  if (same) {
    m_rows = rows;
    refreshAll();
    return;
  }
  beginResetModel();
  m_rows = rows;
  endResetModel();
  Q_EMIT countChanged();
}

void AdapterListModel::refreshAll() {
  if (count() > 0) Q_EMIT dataChanged(index(0), index(count() - 1));
}

void AdapterListModel::retranslate() {
  refreshAll();
}
