#include "viewmodels/performance_model.h"

#include <QLocale>
#include <algorithm>
#include <numeric>

#include "services/model_service.h"
#include "services/performance_service.h"

namespace {

[[nodiscard]] QString sizeText(quint64 bytes) {
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 1'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

[[nodiscard]] QString number(double value, int decimals = 1) {
  return QLocale().toString(value, 'f', decimals);
}

[[nodiscard]] quint64 sumOf(const QList<quint64>& values) {
  return std::accumulate(values.begin(), values.end(), quint64{0});
}

/// Layers with experts, by their numbers in the model.
[[nodiscard]] QList<int> expertRows(const ExpertWork& work) {
  QList<int> rows;
  for (int layer = 0; layer < work.chosen.size(); ++layer)
    if (!work.chosen[layer].isEmpty()) rows.append(layer);
  return rows;
}

/// How much an expert worked in comparison with the average of its layer.
[[nodiscard]] double shareOf(const QList<quint64>& layer, qsizetype expert) {
  const quint64 sum = sumOf(layer);
  return sum == 0 ? 0 : static_cast<double>(layer[expert]) * static_cast<double>(layer.size()) / static_cast<double>(sum);
}

}  // namespace

PerformanceModel::PerformanceModel(const PerformanceService* service, QObject* parent) : QObject(parent), m_service(service) {
  connect(service, &PerformanceService::changed, this, &PerformanceModel::changed);
}

bool PerformanceModel::known() const {
  return m_service->answer().request != 0;
}

bool PerformanceModel::running() const {
  return m_service->answer().running;
}

QString PerformanceModel::modelName() const {
  return known() ? m_service->answer().modelName : m_service->models().name();
}

double PerformanceModel::promptProgress() const {
  const PerformanceService::Answer& answer = m_service->answer();
  return answer.promptTotal == 0 ? 0 : static_cast<double>(answer.promptDone) / answer.promptTotal;
}

QString PerformanceModel::promptText() const {
  const PerformanceService::Answer& answer = m_service->answer();
  const QLocale locale;
  if (!known()) return {};
  if (answer.running && answer.tokens == 0) return tr("Reading the prompt, %1%").arg(qRound(promptProgress() * 100));
  const AnswerUsage& usage = answer.usage;
  if (usage.promptTokens == 0) return {};
  const int computed = usage.promptTokens - usage.reusedTokens;
  const QString tokens =
      tr("%1 of %2 prompt tokens from the cache").arg(locale.toString(usage.reusedTokens), locale.toString(usage.promptTokens));
  if (computed <= 0 || usage.promptSeconds <= 0) return tokens;
  return tr("%1, the others at %2 tokens/s").arg(tokens, number(computed / usage.promptSeconds, 0));
}

QString PerformanceModel::speedText() const {
  const PerformanceService::Answer& answer = m_service->answer();
  if (answer.tokens == 0) return {};
  const QString tokens = tr("%n token(s)", nullptr, answer.tokens);
  double speed = 0;
  if (!answer.running && answer.usage.decodeSeconds > 0 && answer.usage.generatedTokens > 1)
    speed = (answer.usage.generatedTokens - 1) / answer.usage.decodeSeconds;
  else if (!answer.speeds.isEmpty())
    speed = answer.speeds.last();
  return speed > 0 ? tr("%1 at %2 tokens/s").arg(tokens, number(speed)) : tokens;
}

QString PerformanceModel::firstTokenText() const {
  const AnswerUsage& usage = m_service->answer().usage;
  return usage.firstTokenSeconds > 0 ? tr("First token after %1 s").arg(number(usage.firstTokenSeconds)) : QString();
}

QVariantList PerformanceModel::speeds() const {
  const QList<double>& speeds = m_service->answer().speeds;
  return {speeds.begin(), speeds.end()};
}

double PerformanceModel::span() const {
  return m_service->answer().spanMs / 1000.0;
}

QVariantList PerformanceModel::memory() const {
  QVariantList devices;
  for (const DevicePart& part : m_service->models().facts().parts) {
    QVariantList parts;
    const auto add = [&](const QString& name, quint64 bytes) {
      if (bytes > 0)
        parts.append(QVariantMap{{QStringLiteral("name"), name},
                                 {QStringLiteral("size"), sizeText(bytes)},
                                 {QStringLiteral("share"), static_cast<double>(bytes) / static_cast<double>(part.total())}});
    };
    add(tr("Weights"), part.weights);
    add(tr("Experts"), part.experts);
    add(tr("Context memory"), part.cache);
    add(tr("Working memory"), part.scratch);
    add(tr("Room for adapters"), part.adapters);
    devices.append(QVariantMap{{QStringLiteral("device"), part.device == QLatin1String("cpu") ? tr("Computer") : part.device},
                               {QStringLiteral("total"), sizeText(part.total())},
                               {QStringLiteral("parts"), parts}});
  }
  return devices;
}

int PerformanceModel::expertLayers() const {
  return static_cast<int>(expertRows(m_service->answer().usage.experts).size());
}

int PerformanceModel::experts() const {
  const ExpertWork& work = m_service->answer().usage.experts;
  qsizetype most = 0;
  for (const QList<quint64>& layer : work.chosen) most = std::max(most, layer.size());
  return static_cast<int>(most);
}

QVariantList PerformanceModel::work() const {
  const ExpertWork& work = m_service->answer().usage.experts;
  QVariantList values;
  for (const int layer : expertRows(work))
    for (qsizetype expert = 0; expert < work.chosen[layer].size(); ++expert) values.append(shareOf(work.chosen[layer], expert));
  return values;
}

QString PerformanceModel::balanceText() const {
  const ExpertWork& work = m_service->answer().usage.experts;
  if (work.total == 0) return {};
  double busiest = 0;
  int idle = 0, all = 0;
  for (const int layer : expertRows(work))
    for (qsizetype expert = 0; expert < work.chosen[layer].size(); ++expert, ++all) {
      busiest = std::max(busiest, shareOf(work.chosen[layer], expert));
      idle += work.chosen[layer][expert] == 0;
    }
  return tr("The busiest expert did %1 times its fair share; %2% did not work at all.")
      .arg(number(busiest))
      .arg(qRound(100.0 * idle / all));
}

QString PerformanceModel::placeText() const {
  const ExpertWork& work = m_service->answer().usage.experts;
  if (work.total == 0 || work.onDevice == work.total) return {};
  return tr("%1% of the work of experts was done on the device of their layer, the rest by the processor.")
      .arg(qRound(100.0 * static_cast<double>(work.onDevice) / static_cast<double>(work.total)));
}

QString PerformanceModel::cellText(int row, int column) const {
  const ExpertWork& work = m_service->answer().usage.experts;
  const QList<int> rows = expertRows(work);
  if (row < 0 || row >= rows.size() || column < 0 || column >= work.chosen[rows[row]].size()) return {};
  const QList<quint64>& layer = work.chosen[rows[row]];
  return tr("Layer %1, expert %2: chosen %3 times, %4 times its fair share")
      .arg(QString::number(rows[row]), QString::number(column), QLocale().toString(layer[column]), number(shareOf(layer, column)));
}
