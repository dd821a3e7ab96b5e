#include "viewmodels/chat_settings_model.h"

#include <QFileInfo>
#include <cmath>
#include <limits>

#include "services/answer_request.h"
#include "services/chat_settings_service.h"
#include "services/model_library.h"
#include "services/model_service.h"
#include "services/settings.h"

namespace {

constexpr double kSame = 1e-6;  // sliders count in steps that have no exact double

[[nodiscard]] std::optional<int> whole(const std::optional<double>& number) {
  return number ? std::optional(static_cast<int>(std::lround(*number))) : std::nullopt;
}

[[nodiscard]] std::optional<double> real(const std::optional<int>& number) {
  return number ? std::optional<double>(*number) : std::nullopt;
}

}  // namespace

void ChatValue::setNumber(double number) {
  const auto own = std::abs(number - m_standard) < kSame ? std::nullopt : std::optional(number);
  if (m_own == own) return;
  m_own = own;
  Q_EMIT changed();
  Q_EMIT edited();
}

void ChatValue::reset() {
  setNumber(m_standard);
}

void ChatValue::show(const std::optional<double>& own, double standard) {
  if (m_own == own && m_standard == standard) return;
  m_own = own;
  m_standard = standard;
  Q_EMIT changed();
}

ChatValue* ChatSettingsModel::add() {
  auto* value = new ChatValue(this);
  connect(value, &ChatValue::edited, this, &ChatSettingsModel::store);
  return value;
}

ChatSettingsModel::ChatSettingsModel(ChatSettingsService* service, ModelService* models, const Settings* settings, QObject* parent)
    : QObject(parent),
      m_service(service),
      m_models(models),
      m_settings(settings),
      m_temperature(add()),
      m_topP(add()),
      m_topK(add()),
      m_minP(add()),
      m_repeatPenalty(add()),
      m_presencePenalty(add()),
      m_penaltyWindow(add()),
      m_maxTokens(add()) {
  connect(service, &ChatSettingsService::changed, this, [this](qint64 chatId) {
    if (chatId == m_chat) refresh();
  });
  connect(service, &ChatSettingsService::presetsChanged, this, &ChatSettingsModel::refresh);
  connect(models, &ModelService::changed, this, &ChatSettingsModel::refresh);
  connect(settings, &Settings::changed, this, &ChatSettingsModel::refresh);
  refresh();
}

void ChatSettingsModel::setChat(qint64 chatId) {
  m_chat = chatId;
  refresh();
}

ChatSettings ChatSettingsModel::current() const {
  return m_service->of(m_chat);
}

void ChatSettingsModel::refresh() {
  const ChatSettings chat = current();
  const AnswerRequest base = baseRequest(*m_settings, m_models->settings(), m_models->isStarter());
  SamplingSettings standard = base.sampling;
  apply(m_service->presetSampling(chat.preset), standard);
  const SamplingChanges& own = chat.sampling;
  m_temperature->show(own.temperature, standard.temperature);
  m_topP->show(own.topP, standard.topP);
  m_minP->show(own.minP, standard.minP);
  m_topK->show(real(own.topK), standard.topK);
  m_repeatPenalty->show(own.repeatPenalty, standard.repeatPenalty);
  m_presencePenalty->show(own.presencePenalty, standard.presencePenalty);
  m_penaltyWindow->show(real(own.penaltyWindow), standard.penaltyWindow);
  m_maxTokens->show(real(chat.maxTokens), base.maxTokens);
  Q_EMIT changed();
}

/// Takes the numbers over as they are shown.
void ChatSettingsModel::store() {
  ChatSettings chat = current();
  SamplingChanges& own = chat.sampling;
  own.temperature = m_temperature->own();
  own.topP = m_topP->own();
  own.minP = m_minP->own();
  own.topK = whole(m_topK->own());
  own.repeatPenalty = m_repeatPenalty->own();
  own.presencePenalty = m_presencePenalty->own();
  own.penaltyWindow = whole(m_penaltyWindow->own());
  chat.maxTokens = whole(m_maxTokens->own());
  m_service->set(m_chat, chat);
}

// --- Instructions, seed, stop strings, thinking

QString ChatSettingsModel::systemPrompt() const {
  return current().systemPrompt;
}

void ChatSettingsModel::setSystemPrompt(const QString& text) {
  ChatSettings chat = current();
  chat.systemPrompt = text.trimmed().isEmpty() ? QString() : text;
  m_service->set(m_chat, chat);
}

QString ChatSettingsModel::standardPrompt() const {
  return systemPromptOf(*m_settings, m_models->settings(), m_models->isStarter());
}

QString ChatSettingsModel::seed() const {
  const quint64 seed = current().seed;
  return seed == 0 ? QString() : QString::number(seed);
}

void ChatSettingsModel::setSeed(const QString& digits) {
  ChatSettings chat = current();
  bool fits = false;
  chat.seed = digits.trimmed().toULongLong(&fits);
  if (!fits && !digits.trimmed().isEmpty()) chat.seed = std::numeric_limits<quint64>::max();
  m_service->set(m_chat, chat);
}

QStringList ChatSettingsModel::stop() const {
  QStringList texts = current().stop;
  for (QString& text : texts) text.replace(u'\n', QLatin1String("\\n")).replace(u'\t', QLatin1String("\\t"));
  return texts;
}

bool ChatSettingsModel::canAddStop() const {
  return current().stop.size() < kMostStops;
}

void ChatSettingsModel::addStop(const QString& text) {
  ChatSettings chat = current();
  const QString stop =
      stopText(QString(text).replace(QLatin1String("\\n"), QLatin1String("\n")).replace(QLatin1String("\\t"), QLatin1String("\t")));
  if (stop.isEmpty() || chat.stop.size() >= kMostStops || chat.stop.contains(stop)) return;
  chat.stop.append(stop);
  m_service->set(m_chat, chat);
}

void ChatSettingsModel::removeStop(int index) {
  ChatSettings chat = current();
  if (index < 0 || index >= chat.stop.size()) return;
  chat.stop.removeAt(index);
  m_service->set(m_chat, chat);
}

QString ChatSettingsModel::thinking() const {
  const std::optional<bool> thinking = current().thinking;
  return !thinking ? QString() : *thinking ? QStringLiteral("on") : QStringLiteral("off");
}

void ChatSettingsModel::setThinking(const QString& choice) {
  ChatSettings chat = current();
  chat.thinking = choice.isEmpty() ? std::nullopt : std::optional(choice == QLatin1String("on"));
  m_service->set(m_chat, chat);
}

QString ChatSettingsModel::thinkingProblem() const {
  if (m_models->state() != ModelService::State::Ready) return tr("Whether a model can do without thinking is known when it is loaded.");
  if (!m_models->facts().thinkingSwitch) return tr("The chat template of this model leaves no choice.");
  return {};
}

// --- Presets

QString ChatSettingsModel::preset() const {
  return current().preset;
}

void ChatSettingsModel::setPreset(const QString& preset) {
  ChatSettings chat = current();
  chat.preset = preset;
  chat.sampling = {};
  m_service->set(m_chat, chat);
}

QString ChatSettingsModel::presetText() const {
  const QVariantList all = presets();
  for (const QVariant& entry : all) {
    const QVariantMap map = entry.toMap();
    if (map.value(QStringLiteral("value")).toString() == preset()) return map.value(QStringLiteral("text")).toString();
  }
  return {};
}

qint64 ChatSettingsModel::ownPreset() const {
  const QString name = preset();
  return name.startsWith(kOwnPreset) ? name.mid(kOwnPreset.size()).toLongLong() : 0;
}

bool ChatSettingsModel::presetIsOwn() const {
  return ownPreset() != 0;
}

QVariantList ChatSettingsModel::presets() const {
  QVariantList list;
  const auto entry = [&list](const QString& value, const QString& text) {
    list.append(QVariantMap{{QStringLiteral("value"), value}, {QStringLiteral("text"), text}});
  };
  entry(QString(), tr("As in Settings"));
  entry(QStringLiteral("precise"), tr("Precise"));
  entry(QStringLiteral("balanced"), tr("Balanced"));
  entry(QStringLiteral("creative"), tr("Creative"));
  for (const PresetRow& own : m_service->presets()) entry(presetName(own.id), own.name);
  return list;
}

int ChatSettingsModel::changedCount() const {
  const SamplingChanges own = current().sampling;
  return own.temperature.has_value() + own.topP.has_value() + own.minP.has_value() + own.topK.has_value() + own.repeatPenalty.has_value() +
         own.presencePenalty.has_value() + own.penaltyWindow.has_value();
}

bool ChatSettingsModel::active() const {
  ChatSettings chat = current();
  chat.modelPath.clear();
  chat.modelName.clear();
  return chat != ChatSettings();
}

void ChatSettingsModel::resetSampling() {
  ChatSettings chat = current();
  chat.sampling = {};
  m_service->set(m_chat, chat);
}

void ChatSettingsModel::resetAll() {
  ChatSettings chat;
  chat.modelPath = current().modelPath;
  chat.modelName = current().modelName;
  m_service->set(m_chat, chat);
}

bool ChatSettingsModel::savePreset(const QString& name) {
  SamplingChanges all;
  all.temperature = m_temperature->number();
  all.topP = m_topP->number();
  all.minP = m_minP->number();
  all.topK = whole(m_topK->number());
  all.repeatPenalty = m_repeatPenalty->number();
  all.presencePenalty = m_presencePenalty->number();
  all.penaltyWindow = whole(m_penaltyWindow->number());
  const QString saved = m_service->savePreset(name, all);
  if (saved.isEmpty()) return false;
  setPreset(saved);
  return true;
}

void ChatSettingsModel::renamePreset(const QString& name) {
  if (const qint64 id = ownPreset(); id != 0) m_service->renamePreset(id, name);
}

void ChatSettingsModel::removePreset() {
  if (const qint64 id = ownPreset(); id != 0) m_service->removePreset(id);
}

// --- The model

bool ChatSettingsModel::asksForModel() const {
  const QString wanted = current().modelPath;
  if (wanted.isEmpty() || m_models->isLent() || m_models->state() != ModelService::State::Ready) return false;
  return QFileInfo(wanted) != QFileInfo(m_models->path()) && QFileInfo(wanted).isFile();
}

QString ChatSettingsModel::chatModelName() const {
  return current().modelName;
}

QString ChatSettingsModel::loadedModelName() const {
  return m_models->name();
}

void ChatSettingsModel::useChatModel() {
  if (asksForModel()) m_models->load(current().modelPath);
}

void ChatSettingsModel::keepLoadedModel() {
  m_service->setModel(m_chat, m_models->path(), m_models->name());
}
