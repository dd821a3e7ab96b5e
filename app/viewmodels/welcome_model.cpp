#include "viewmodels/welcome_model.h"

#include <QLocale>
#include <algorithm>

#include "services/catalogue_service.h"
#include "services/chat_service.h"
#include "services/device_test.h"
#include "services/memory_service.h"
#include "services/model_library.h"
#include "services/settings.h"
#include "viewmodels/discover_model.h"
#include "viewmodels/fit_text.h"
#include "viewmodels/readable.h"
#include "viewmodels/smaller_variants_model.h"

namespace {

// Reading along is comfortable from here on; a better model that is slower is not a good first one.
constexpr double kComfortable = 8;  // tokens a second

const QString kProcessor = QStringLiteral("cpu");

}  // namespace

WelcomeModel::WelcomeModel(const Services& services, DiscoverModel* discover, QObject* parent)
    : QObject(parent), m_services(services), m_discover(discover) {
  connect(services.chats, &ChatService::started, this, &WelcomeModel::decide);
  connect(services.catalogue, &CatalogueService::fitsChanged, this, &WelcomeModel::chooseModel);
  connect(services.catalogue, &CatalogueService::changed, this, &WelcomeModel::chooseModel);
  connect(services.settings, &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::Language) Q_EMIT languageChanged();
    if (key != SettingKey::Device || !m_open) return;
    m_check = Check::None;
    Q_EMIT changed();
  });
  if (services.memory) connect(services.memory, &MemoryService::changed, this, &WelcomeModel::startWaiting);
  if (services.test) connect(services.test, &DeviceTest::finished, this, &WelcomeModel::onFinished);
}

/// Once for each run: who erases everything knows the application.
void WelcomeModel::decide() {
  if (!m_offered || std::exchange(m_decided, true) || m_services.settings->value(SettingKey::WelcomeShown).toBool()) return;
  const QList<Variant> variants = m_services.library->variants();
  const bool hasModels = std::any_of(variants.cbegin(), variants.cend(), [](const Variant& variant) { return !variant.isStarter(); });
  if (hasModels || !m_services.chats->chats().isEmpty() || !m_services.settings->text(SettingKey::LastModelPath).isEmpty()) {
    m_services.settings->setValue(SettingKey::WelcomeShown, true);  // nor after they have deleted all that
    return;
  }
  m_wanted = true;
  Q_EMIT wantedChanged();
}

void WelcomeModel::begin() {
  m_services.settings->setValue(SettingKey::WelcomeShown, true);
  m_open = true;
  m_check = Check::None;
  if (std::exchange(m_wanted, false)) Q_EMIT wantedChanged();
  Q_EMIT changed();
}

void WelcomeModel::finish() {
  m_open = false;
  if (m_services.test) m_services.test->cancel();
}

QString WelcomeModel::language() const {
  const QString choice = m_services.settings->text(SettingKey::Language);
  if (choice != QLatin1String("system")) return choice;
  return QLocale::system().language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
}

void WelcomeModel::setLanguage(const QString& language) {
  m_services.settings->setValue(SettingKey::Language, language);
}

/// The device that the settings name, whether it works or not; nullptr: not known yet.
const DeviceFacts* WelcomeModel::chosenDevice() const {
  if (!m_services.memory) return nullptr;
  const QList<DeviceFacts>& devices = m_services.memory->devices();
  const QString wanted = m_services.settings->text(SettingKey::Device);
  const bool automatic = wanted.isEmpty() || wanted == QLatin1String("auto");
  const auto it = std::find_if(devices.cbegin(), devices.cend(), [&](const DeviceFacts& device) {
    return automatic ? device.usable && device.left == DeviceLeft::Chosen : device.id == wanted;
  });
  return it == devices.cend() ? nullptr : &*it;
}

/// The processor stands in for a device that does not work.
const DeviceFacts* WelcomeModel::usedDevice() const {
  const DeviceFacts* chosen = chosenDevice();
  if (chosen && chosen->usable && chosen->check != DeviceCheck::Failed && m_check != Check::Failed) return chosen;
  if (!m_services.memory) return nullptr;
  const QList<DeviceFacts>& devices = m_services.memory->devices();
  const auto it = std::find_if(devices.cbegin(), devices.cend(), [](const DeviceFacts& device) { return device.id == kProcessor; });
  return it == devices.cend() ? nullptr : &*it;
}

void WelcomeModel::checkDevice() {
  if (m_check == Check::Running || m_check == Check::Waiting) return;
  m_services.catalogue->wantFits();
  m_check = Check::Waiting;
  startWaiting();
  chooseModel();
}

/// The test begins as soon as the devices are known.
void WelcomeModel::startWaiting() {
  if (const DeviceFacts* device = m_check == Check::Waiting ? chosenDevice() : nullptr) {
    m_tested = device->name;
    m_reason = device->usable ? QString() : device->reason;
    if (!device->usable) {
      m_check = Check::Failed;
    } else if (!m_services.test) {
      m_check = Check::Passed;
    } else if (!m_services.test->isRunning()) {  // else that one has been stopped, and onFinished() comes back here
      m_check = Check::Running;
      m_services.test->start(device->id);
    }
  }
  Q_EMIT changed();
}

void WelcomeModel::cancelCheck() {
  if (m_services.test && m_check == Check::Running) m_services.test->cancel();
  if (m_check == Check::Waiting) m_check = Check::Stopped;
  Q_EMIT changed();
}

void WelcomeModel::onFinished(const DeviceVerdict& verdict) {
  if (m_check == Check::Running) {
    m_check = verdict.result == DeviceVerdict::Result::Passed   ? Check::Passed
              : verdict.result == DeviceVerdict::Result::Failed ? Check::Failed
                                                                : Check::Stopped;
    m_reason = verdict.reason;
    m_services.catalogue->refreshFits();
  }
  startWaiting();
}

QString WelcomeModel::checkState() const {
  switch (m_check) {
    case Check::Waiting:
    case Check::Running:
      return QStringLiteral("running");
    case Check::Passed:
      return QStringLiteral("passed");
    case Check::Failed:
      return QStringLiteral("failed");
    case Check::Stopped:
      return QStringLiteral("stopped");
    case Check::None:
      break;
  }
  return QStringLiteral("none");
}

QString WelcomeModel::checkText() const {
  switch (m_check) {
    case Check::Waiting:
      return tr("Looking for devices…");
    case Check::Running:
      return tr("Testing %1. This takes a few seconds.").arg(m_tested);
    case Check::Passed:
      return tr("%1 works.").arg(m_tested);
    case Check::Failed: {
      QString reason = m_reason;
      while (reason.endsWith(QLatin1Char('.'))) reason.chop(1);
      return reason.isEmpty() ? tr("%1 cannot be used.").arg(m_tested) : tr("%1 cannot be used: %2.").arg(m_tested, reason);
    }
    case Check::Stopped:
      return tr("The test was stopped. The device is tested before its first use.");
    case Check::None:
      break;
  }
  return {};
}

QString WelcomeModel::checkNextStep() const {
  if (m_check != Check::Failed) return {};
  return tr("The processor computes instead. A newer driver often helps; after installing one the device is tested again.");
}

QString WelcomeModel::summary() const {
  const DeviceFacts* device = usedDevice();
  if (!device) return {};
  QString text = tr("Answers are computed by %1.").arg(device->name);
  //: Two whole sentences, one after the other.
  const auto add = [&text](const QString& sentence) { text = tr("%1 %2").arg(text, sentence); };
  if (device->totalBytes > 0)
    add(tr("%1 of its %2 of memory are free.").arg(Readable::size(device->freeBytes), Readable::size(device->totalBytes)));
  if (m_largest > 0) add(tr("Models of up to about %1 fit on this computer.").arg(Readable::size(m_largest)));
  return text;
}

int WelcomeModel::qualityOf(const QString& quantisation) {
  static const QList<QPair<QString, int>> kNames = {{QStringLiteral("F16"), 5}, {QStringLiteral("BF16"), 5}, {QStringLiteral("F32"), 5},
                                                    {QStringLiteral("Q8"), 5},  {QStringLiteral("Q6"), 4},   {QStringLiteral("Q5"), 4},
                                                    {QStringLiteral("Q4"), 3},  {QStringLiteral("IQ4"), 3},  {QStringLiteral("MXFP4"), 3},
                                                    {QStringLiteral("Q3"), 2},  {QStringLiteral("IQ3"), 2}};
  QString name = quantisation.toUpper();
  if (name.startsWith(QLatin1String("UD-"))) name.remove(0, 3);
  for (const auto& [prefix, quality] : kNames)
    if (name.startsWith(prefix)) return quality;
  return 1;
}

/// The largest model that is comfortable to read along with; where none is, the quickest that fits. The catalogue says which of its
/// variants it would take.
void WelcomeModel::chooseModel() {
  if (!m_open) return;
  const QList<CatalogueModel> models = m_services.catalogue->models();
  Choice best;
  quint64 bestSize = 0;
  bool comfortable = false;
  m_largest = 0;
  for (const CatalogueModel& model : models) {
    for (const CatalogueVariant& variant : model.variants) {
      const QString key = QStringLiteral("catalogue:%1/%2").arg(model.id, variant.quantisation);
      const ModelFit fit = m_services.catalogue->fit(key, model.shapeOf(variant));
      if (fit.label == FitLabel::Unknown || fit.label == FitLabel::TooLarge) continue;
      m_largest = std::max(m_largest, variant.bytes());
      if (!variant.recommended || !model.tags.contains(QLatin1String("chat"))) continue;
      const bool quick = fit.tokensPerSecond >= kComfortable;
      const bool better = best.modelId.isEmpty() || (quick != comfortable ? quick
                                                     : quick              ? model.parameters > bestSize
                                                                          : fit.tokensPerSecond > best.fit.tokensPerSecond);
      if (!better) continue;
      best = {model.id, variant.quantisation, fit};
      bestSize = model.parameters;
      comfortable = quick;
    }
  }
  m_choice = best;
  Q_EMIT changed();
}

QVariantMap WelcomeModel::recommended() const {
  for (const CatalogueModel& model : m_services.catalogue->models()) {
    if (model.id != m_choice.modelId) continue;
    for (const CatalogueVariant& variant : model.variants) {
      if (variant.quantisation != m_choice.variant) continue;
      return {{QStringLiteral("entryId"), QStringLiteral("catalogue:") + model.id},
              {QStringLiteral("variant"), variant.quantisation},
              {QStringLiteral("name"), model.name},
              {QStringLiteral("goodAt"), model.goodAt},
              {QStringLiteral("sizeText"), Readable::size(variant.bytes())},
              {QStringLiteral("qualityText"), SmallerVariantsModel::qualityText(qualityOf(variant.quantisation))},
              {QStringLiteral("fitText"), FitText::label(m_choice.fit)},
              {QStringLiteral("fitTone"), FitText::tone(m_choice.fit)}};
    }
  }
  return {};
}

void WelcomeModel::download() {
  const QVariantMap model = recommended();
  if (!model.isEmpty()) m_discover->download(model.value(QStringLiteral("entryId")).toString(), m_choice.variant);
}

void WelcomeModel::retranslate() {
  Q_EMIT changed();
}
