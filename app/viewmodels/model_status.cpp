#include "viewmodels/model_status.h"

#include <QLocale>
#include <QStringList>

#include "services/model_service.h"

ModelStatus::ModelStatus(const ModelService* service, QObject* parent) : QObject(parent), m_service(service) {
  connect(service, &ModelService::changed, this, &ModelStatus::changed);
}

QString ModelStatus::name() const {
  return m_service->name();
}

QString ModelStatus::architecture() const {
  return m_service->facts().architecture;
}

QString ModelStatus::state() const {
  switch (m_service->state()) {
    case ModelService::State::Loading:
      return QStringLiteral("loading");
    case ModelService::State::Held:
      return QStringLiteral("held");
    case ModelService::State::Ready:
      return QStringLiteral("ready");
    case ModelService::State::Failed:
      return QStringLiteral("failed");
    case ModelService::State::None:
      break;
  }
  return QStringLiteral("none");
}

double ModelStatus::progress() const {
  return m_service->progress();
}

QString ModelStatus::stateText() const {
  switch (m_service->state()) {
    case ModelService::State::Loading:
      return tr("Loading %1%").arg(qRound(m_service->progress() * 100));
    case ModelService::State::Ready:
      return tr("Ready");
    case ModelService::State::Failed:
    case ModelService::State::Held:
      return tr("Not loaded");
    case ModelService::State::None:
      break;
  }
  return tr("No model");
}

QString ModelStatus::deviceName() const {
  return m_service->facts().deviceName;
}

int ModelStatus::contextLength() const {
  return m_service->facts().contextLength;
}

bool ModelStatus::isStarter() const {
  return m_service->isStarter();
}

QString ModelStatus::errorCause() const {
  return m_service->failure().cause();
}

QString ModelStatus::errorNextStep() const {
  return m_service->failure().nextStep();
}

QString ModelStatus::errorDetail() const {
  return m_service->failure().detail;
}

QString ModelStatus::detail() const {
  const ModelFacts& facts = m_service->facts();
  if (facts.architecture.isEmpty()) return {};
  QStringList parts{facts.architecture, facts.quantisation};
  parts +=
      QLocale().formattedDataSize(static_cast<qint64>(facts.fileBytes), facts.fileBytes < 1'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
  if (facts.experts > 0) parts += tr("%1 of %2 experts").arg(facts.expertsUsed).arg(facts.experts);
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" · "));
}

QString ModelStatus::formatNote() const {
  return m_service->chatFormatProblem().cause();
}
