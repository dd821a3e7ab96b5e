#include "viewmodels/variant_settings_model.h"

#include "services/settings.h"
#include "viewmodels/installed_model.h"
#include "viewmodels/readable.h"

namespace {

constexpr int kSaveDelay = 300;     // ms: while a slider moves
constexpr int kPreviewDelay = 250;  // ms: while a template is typed

template <class T>
[[nodiscard]] QVariant toVariant(const std::optional<T>& value) {
  return value ? QVariant::fromValue(*value) : QVariant();
}

template <class T>
[[nodiscard]] std::optional<T> fromVariant(const QVariant& value) {
  return value.isValid() ? std::optional<T>(value.value<T>()) : std::nullopt;
}

/// A short chat that shows where a template puts what.
[[nodiscard]] QList<ChatTurn> sampleTurns(const QString& systemPrompt) {
  QList<ChatTurn> turns;
  if (!systemPrompt.isEmpty()) turns.append({QStringLiteral("system"), systemPrompt});
  turns.append({QStringLiteral("user"), VariantSettingsModel::tr("Hello!")});
  turns.append({QStringLiteral("assistant"), VariantSettingsModel::tr("Good day. What can I do for you?")});
  turns.append({QStringLiteral("user"), VariantSettingsModel::tr("Tell me a story.")});
  return turns;
}

}  // namespace

void OwnSetting::setOwn(bool own) {
  if (own == this->own()) return;
  m_own = own ? m_standard : QVariant();
  Q_EMIT changed();
  Q_EMIT edited();
}

void OwnSetting::setValue(const QVariant& value) {
  if (!own() || m_own == value) return;
  m_own = value;
  Q_EMIT changed();
  Q_EMIT edited();
}

void OwnSetting::show(const QVariant& own, const QVariant& standard) {
  if (m_own == own && m_own.isValid() == own.isValid() && m_standard == standard) return;
  m_own = own;
  m_standard = standard;
  Q_EMIT changed();
}

OwnSetting* VariantSettingsModel::add() {
  auto* setting = new OwnSetting(this);
  connect(setting, &OwnSetting::edited, this, [this] {
    m_saveTimer.start();
    updateNeedsReload();
  });
  return setting;
}

VariantSettingsModel::VariantSettingsModel(ModelLibrary* library, ModelFiles* files, const Settings* settings, QObject* parent)
    : QObject(parent),
      m_library(library),
      m_files(files),
      m_settings(settings),
      m_contextLength(add()),
      m_device(add()),
      m_temperature(add()),
      m_topP(add()),
      m_topK(add()),
      m_minP(add()),
      m_repeatPenalty(add()),
      m_maxTokens(add()),
      m_systemPrompt(add()),
      m_chatTemplate(add()),
      m_costWorker(this),
      m_previewWorker(this) {
  m_saveTimer.setSingleShot(true);
  m_saveTimer.setInterval(kSaveDelay);
  m_previewTimer.setSingleShot(true);
  m_previewTimer.setInterval(kPreviewDelay);
  connect(&m_saveTimer, &QTimer::timeout, this, &VariantSettingsModel::save);
  connect(&m_previewTimer, &QTimer::timeout, this, &VariantSettingsModel::computePreview);
  for (OwnSetting* setting : {m_contextLength, m_device}) connect(setting, &OwnSetting::edited, this, &VariantSettingsModel::computeCost);
  for (OwnSetting* setting : {m_chatTemplate, m_systemPrompt}) {
    connect(setting, &OwnSetting::edited, &m_previewTimer, qOverload<>(&QTimer::start));
  }
}

VariantSettingsModel::~VariantSettingsModel() = default;

void VariantSettingsModel::show(qint64 variantId) {
  save();
  const std::optional<Variant> variant = m_library->variant(variantId);
  m_variantId = variant ? variantId : 0;
  if (!variant) {
    Q_EMIT variantChanged();
    return;
  }
  m_title = variant->modelName + QStringLiteral(" · ") + variant->name;
  m_path = variant->path();
  m_shape = shapeOf(variant->facts);
  m_trainedContext = variant->facts.contextLength;
  m_ownTemplate = variant->facts.chatTemplate;
  display(variant->settings, variant->facts);
  Q_EMIT variantChanged();
  updateNeedsReload();
  computeCost();
  computePreview();
}

void VariantSettingsModel::display(const VariantSettings& own, const ModelFileFacts& facts) {
  const auto standard = [this](SettingKey key) { return m_settings->value(key); };
  m_contextLength->show(toVariant(own.contextLength), standard(SettingKey::ContextLength));
  m_device->show(toVariant(own.device), standard(SettingKey::Device));
  m_temperature->show(toVariant(own.temperature), standard(SettingKey::Temperature));
  m_topP->show(toVariant(own.topP), standard(SettingKey::TopP));
  m_topK->show(toVariant(own.topK), standard(SettingKey::TopK));
  m_minP->show(toVariant(own.minP), standard(SettingKey::MinP));
  m_repeatPenalty->show(toVariant(own.repeatPenalty), standard(SettingKey::RepeatPenalty));
  m_maxTokens->show(toVariant(own.maxTokens), standard(SettingKey::MaxTokens));
  m_systemPrompt->show(toVariant(own.systemPrompt), standard(SettingKey::SystemPrompt));
  m_chatTemplate->show(own.chatTemplate.isEmpty() ? QVariant() : QVariant(own.chatTemplate), facts.chatTemplate);
}

VariantSettings VariantSettingsModel::edited() const {
  VariantSettings settings;
  settings.contextLength = fromVariant<int>(m_contextLength->ownValue());
  settings.device = fromVariant<QString>(m_device->ownValue());
  settings.temperature = fromVariant<double>(m_temperature->ownValue());
  settings.topP = fromVariant<double>(m_topP->ownValue());
  settings.topK = fromVariant<int>(m_topK->ownValue());
  settings.minP = fromVariant<double>(m_minP->ownValue());
  settings.repeatPenalty = fromVariant<double>(m_repeatPenalty->ownValue());
  settings.maxTokens = fromVariant<int>(m_maxTokens->ownValue());
  settings.systemPrompt = fromVariant<QString>(m_systemPrompt->ownValue());
  // One that is as the model's own is none.
  if (m_chatTemplate->own() && m_chatTemplate->text() != m_ownTemplate) settings.chatTemplate = m_chatTemplate->text();
  return settings;
}

void VariantSettingsModel::save() {
  m_saveTimer.stop();
  if (m_variantId == 0) return;
  const std::optional<Variant> variant = m_library->variant(m_variantId);
  if (variant && variant->settings != edited()) m_library->setSettings(m_variantId, edited());
}

void VariantSettingsModel::reset() {
  for (OwnSetting* setting :
       {m_contextLength, m_device, m_temperature, m_topP, m_topK, m_minP, m_repeatPenalty, m_maxTokens, m_systemPrompt, m_chatTemplate}) {
    setting->setOwn(false);
  }
  save();
}

void VariantSettingsModel::computeCost() {
  if (m_shape.weightBytes == 0) {
    m_costText.clear();
    Q_EMIT costChanged();
    return;
  }
  const QString device = m_device->text();
  const int context = static_cast<int>(m_contextLength->number());
  m_costWorker.run([files = m_files, shape = m_shape, device, context] { return files->fit(shape, device, context); },
                   [this](const ModelFit& fit) {
                     m_costWarns = fit.label == FitLabel::TooLarge;
                     m_costText = fit.label == FitLabel::Unknown
                                      ? QString()
                                      : tr("%1 for %2 of a chat; %3 with the model, %4 are free.")
                                            .arg(Readable::size(fit.cache), Readable::context(fit.contextLength),
                                                 Readable::size(fit.total()), Readable::size(fit.deviceFree + fit.memoryFree));
                     Q_EMIT costChanged();
                   });
}

void VariantSettingsModel::computePreview() {
  if (m_path.isEmpty()) return;
  m_previewBusy = true;
  Q_EMIT previewChanged();
  const QString text = m_chatTemplate->own() ? m_chatTemplate->text() : QString();
  m_previewWorker.run([files = m_files, path = m_path, text,
                       turns = sampleTurns(m_systemPrompt->text())] { return files->renderTemplate(path, text, turns); },
                      [this](const Outcome<QString>& rendered) {
                        m_previewBusy = false;
                        m_preview = rendered.value.value_or(QString());
                        m_previewProblem.clear();
                        if (!rendered) {
                          m_previewProblem = rendered.problem.detail.isEmpty() ? rendered.problem.cause() : rendered.problem.detail;
                        }
                        Q_EMIT previewChanged();
                      });
}

void VariantSettingsModel::setResident(qint64 variantId) {
  if (variantId == m_resident) return;
  m_resident = variantId;
  setReloaded();
}

void VariantSettingsModel::setReloaded() {
  const std::optional<Variant> variant = m_library->variant(m_resident);
  m_loaded = variant ? variant->settings : VariantSettings();
  updateNeedsReload();
}

void VariantSettingsModel::updateNeedsReload() {
  const VariantSettings now = edited();
  const bool differs =
      now.contextLength != m_loaded.contextLength || now.device != m_loaded.device || now.chatTemplate != m_loaded.chatTemplate;
  const bool needed = m_variantId != 0 && m_variantId == m_resident && differs;
  if (std::exchange(m_needsReload, needed) != needed) Q_EMIT needsReloadChanged();
}
