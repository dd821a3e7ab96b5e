#include "viewmodels/chat_adapters_model.h"

#include <algorithm>
#include <cmath>

#include "services/answer_request.h"
#include "services/model_service.h"
#include "viewmodels/adapter_texts.h"

namespace {

constexpr double kStep = 0.05;

}  // namespace

ChatAdaptersModel::ChatAdaptersModel(AdapterLibrary* adapters, const ModelLibrary* library, const ModelService* models, QObject* parent)
    : QAbstractListModel(parent), m_adapters(adapters), m_models(models) {
  connect(adapters, &AdapterLibrary::listChanged, this, &ChatAdaptersModel::refresh);
  connect(adapters, &AdapterLibrary::adapterChanged, this, &ChatAdaptersModel::refresh);
  connect(adapters, &AdapterLibrary::removed, this, &ChatAdaptersModel::refresh);
  connect(adapters, &AdapterLibrary::fitChanged, this, &ChatAdaptersModel::refresh);
  connect(adapters, &AdapterLibrary::switchesChanged, this, &ChatAdaptersModel::refresh);
  connect(library, &ModelLibrary::listChanged, this, &ChatAdaptersModel::refresh);
  connect(models, &ModelService::stateChanged, this, &ChatAdaptersModel::refresh);
  refresh();
}

int ChatAdaptersModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant ChatAdaptersModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Item& item = m_items[index.row()];
  switch (role) {
    case AdapterIdRole:
      return item.id;
    case NameRole:
    case Qt::DisplayRole:
      return item.name;
    case DomainRole:
      return item.domain;
    case DomainTextRole:
      return adapterDomainText(item.domain);
    case DescriptionRole:
      return item.description;
    case ActiveRole:
      return item.state.on;
    case ScaleRole:
      return item.state.scale;
    case ScaleTextRole:
      return adapterScaleText(item.state.scale);
    case StateRole:
      return item.missing ? QStringLiteral("missing") : item.checking ? QStringLiteral("checking") : QStringLiteral("fits");
    default:
      return {};
  }
}

QHash<int, QByteArray> ChatAdaptersModel::roleNames() const {
  return {{AdapterIdRole, "adapterId"},     {NameRole, "name"},     {DomainRole, "domain"},
          {DomainTextRole, "domainText"},   {ActiveRole, "active"}, {ScaleRole, "strength"},
          {DescriptionRole, "description"}, {StateRole, "status"},  {ScaleTextRole, "strengthText"}};
}

int ChatAdaptersModel::activeCount() const {
  return static_cast<int>(std::count_if(m_items.begin(), m_items.end(), [](const Item& item) { return item.isActive(); }));
}

int ChatAdaptersModel::limit() const {
  return kMostAdapters;
}

bool ChatAdaptersModel::full() const {
  return activeCount() >= kMostAdapters;
}

QString ChatAdaptersModel::summary() const {
  const int active = activeCount();
  if (active == 0) return tr("Adapters");
  if (active > 1) return tr("%n adapter(s)", "", active);
  return std::find_if(m_items.begin(), m_items.end(), [](const Item& item) { return item.isActive(); })->name;
}

QString ChatAdaptersModel::activeText() const {
  QList<AnswerAdapter> active;
  for (const Item& item : m_items) {
    if (item.isActive()) active.append({item.id, item.name, {}, item.state.scale});
  }
  return adaptersText(active);
}

const ChatAdaptersModel::Item* ChatAdaptersModel::itemOf(qint64 adapterId) const {
  const auto item = std::find_if(m_items.begin(), m_items.end(), [adapterId](const Item& i) { return i.id == adapterId; });
  return item == m_items.end() ? nullptr : &*item;
}

void ChatAdaptersModel::setActive(qint64 adapterId, bool on) {
  const Item* item = itemOf(adapterId);
  if (!item) return;
  const bool refused = on && !item->isActive() && full();
  // One whose strength was set to nothing would be on without any effect.
  if (!refused) m_adapters->setSwitch(m_chat, {adapterId, on, on && item->state.scale <= 0 ? 1.0 : item->state.scale});
  refresh();
}

void ChatAdaptersModel::setScale(qint64 adapterId, double scale) {
  const Item* item = itemOf(adapterId);
  if (!item || !std::isfinite(scale)) return;
  const double rounded = std::round(std::clamp(scale, 0.0, AdapterLibrary::kLargestScale) / kStep) * kStep;
  const bool on = item->state.on || !full();
  const bool refused = item->state.on && !item->isActive() && rounded > 0 && full();
  if (!refused) m_adapters->setSwitch(m_chat, {adapterId, on, rounded});
  refresh();
}

AnswerConfiguration ChatAdaptersModel::configuration(const QVariantList& adapterIds) const {
  AnswerConfiguration configuration;
  for (const QVariant& id : adapterIds) {
    const Item* item = itemOf(id.toLongLong());
    if (item) configuration.append({item->id, item->state.scale > 0 ? item->state.scale : 1.0});
  }
  return configuration;
}

void ChatAdaptersModel::setChat(qint64 chatId) {
  m_chat = chatId;
  refresh();
}

QVariantMap ChatAdaptersModel::other(const AdapterRow& row, const QString& reason) const {
  return {{QStringLiteral("name"), row.name}, {QStringLiteral("domain"), row.domain}, {QStringLiteral("reason"), reason}};
}

void ChatAdaptersModel::refresh() {
  m_variant = m_models->variantId();
  const QList<AdapterSwitch> switches = m_adapters->switches(m_chat);
  const QList<AdapterRow> rows = m_adapters->adapters();
  m_installed = static_cast<int>(rows.size());
  QList<Item> items;
  QVariantList others;
  for (const AdapterRow& row : rows) {
    const auto found = std::find_if(switches.begin(), switches.end(), [&row](const AdapterSwitch& s) { return s.adapterId == row.id; });
    const AdapterSwitch state = found == switches.end() ? AdapterSwitch{row.id, false, 1} : *found;
    const AdapterFit fit = m_variant == 0 ? AdapterFit() : m_adapters->fit(row.id, m_variant);
    if (row.isMissing() && !state.on)
      others.append(other(row, tr("Its file is missing.")));
    else if (m_variant == 0)
      others.append(other(row, {}));
    else if (fit.state == AdapterFit::State::DoesNotFit)
      others.append(other(row, fit.reason));
    else
      items.append({row.id, row.name, row.domain, row.description, state, row.isMissing(), fit.state == AdapterFit::State::Unknown});
  }
  m_others = others;
  const bool sameRows =
      std::equal(items.begin(), items.end(), m_items.begin(), m_items.end(), [](const Item& a, const Item& b) { return a.id == b.id; });
  if (!sameRows) {
    beginResetModel();
    m_items = items;
    endResetModel();
  } else {
    for (int i = 0; i < count(); ++i) {
      if (std::exchange(m_items[i], items[i]) == items[i]) continue;
      Q_EMIT dataChanged(index(i), index(i));
    }
  }
  Q_EMIT changed();
}

void ChatAdaptersModel::retranslate() {
  refresh();
  if (count() > 0) Q_EMIT dataChanged(index(0), index(count() - 1), {DomainTextRole, ScaleTextRole});
}
