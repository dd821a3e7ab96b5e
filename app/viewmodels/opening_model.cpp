#include "viewmodels/opening_model.h"

#include <algorithm>

#include "services/adapter_library.h"
#include "services/model_service.h"
#include "start_request.h"
#include "text/plain_line.h"
#include "viewmodels/models_view_model.h"
#include "viewmodels/readable.h"

OpeningModel::OpeningModel(FileOpening* opening, AdapterLibrary* adapters, ModelService* service, ModelsViewModel* models, QObject* parent)
    : QObject(parent), m_opening(opening), m_service(service), m_models(models) {
  connect(opening, &FileOpening::asked, this, &OpeningModel::ask);
  connect(opening, &FileOpening::lookingChanged, this, &OpeningModel::lookingChanged);
  connect(opening, &FileOpening::modelWanted, this, &OpeningModel::useModel);
  connect(opening, &FileOpening::adapterWanted, this, [this, adapters](qint64 id) {
    const auto adapter = adapters->adapter(id);
    if (!adapter) return;
    Q_EMIT news({ErrorId::OpenedAdapterHere, {adapter->name}, {}});
    Q_EMIT pageWanted(QStringLiteral("adapters"));
  });
}

QVariantList OpeningModel::items() const {
  QVariantList list;
  for (const OpenedItem& item : m_question.items)
    list.append(QVariantMap{{QStringLiteral("name"), plainLine(item.fileName)}, {QStringLiteral("about"), about(item)}});
  return list;
}

QString OpeningModel::about(const OpenedItem& item) {
  QStringList parts;
  if (item.kind == OpenedItem::Kind::Adapter) parts << tr("Adapter");
  if (item.kind == OpenedItem::Kind::ModelFolder) parts << tr("Model folder, will be converted");
  parts << plainLine(item.title, 80) << Readable::size(item.bytes);
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" · "));
}

bool OpeningModel::isOneModel() const {
  return m_question.items.size() == 1 && m_question.items.first().kind == OpenedItem::Kind::Model;
}

void OpeningModel::open(const QList<QUrl>& urls) {
  QStringList paths;
  for (const QUrl& url : urls) paths.append(fileOfArgument(url.toString(QUrl::FullyEncoded), {}));
  m_opening->open(paths);
}

void OpeningModel::ask(const OpenedFiles& files) {
  for (const QString& path : files.given)
    if (!m_question.given.contains(path)) m_question.given.append(path);
  for (const OpenedItem& item : files.items) {
    const bool there =
        std::any_of(m_question.items.begin(), m_question.items.end(), [&item](const OpenedItem& other) { return other.path == item.path; });
    if (!there) m_question.items.append(item);
  }
  Q_EMIT questionChanged();
  Q_EMIT asked();
}

void OpeningModel::accept(bool copy, bool use) {
  if (m_question.items.isEmpty()) return;
  const bool useIt = use && isOneModel();
  const OpenedFiles files = std::exchange(m_question, {});
  Q_EMIT questionChanged();
  const bool onlyAdapters =
      std::all_of(files.items.begin(), files.items.end(), [](const OpenedItem& item) { return item.kind == OpenedItem::Kind::Adapter; });
  m_opening->import(files, copy ? ImportMode::Copy : ImportMode::Link, useIt ? FileOpening::Then::Use : FileOpening::Then::Keep);
  Q_EMIT pageWanted(onlyAdapters ? QStringLiteral("adapters") : QStringLiteral("models"));
}

void OpeningModel::dismiss() {
  if (m_question.items.isEmpty()) return;
  m_question = {};
  Q_EMIT questionChanged();
}

void OpeningModel::useModel(qint64 variantId, bool isNew) {
  const auto state = m_service->state();
  const bool answers = state == ModelService::State::Ready || state == ModelService::State::Loading;
  if (!answers || m_service->variantId() != variantId) m_models->use(variantId);
  Q_EMIT news({isNew ? ErrorId::OpenedImported : ErrorId::OpenedInUse, {m_models->titleOf(variantId)}, {}});
  isNew ? Q_EMIT importUsed() : Q_EMIT pageWanted(QStringLiteral("chat"));
}
