#include "viewmodels/updates_model.h"

#include <QLocale>
#include <algorithm>

#include "services/settings.h"
#include "services/update_service.h"
#include "viewmodels/readable.h"

namespace {

[[nodiscard]] bool isForThisSystem(ReleaseFile::Kind kind) {
#ifdef Q_OS_WIN
  return kind == ReleaseFile::Kind::Windows;
#else
  return kind != ReleaseFile::Kind::Windows;
#endif
}

[[nodiscard]] QString kindText(ReleaseFile::Kind kind) {
  switch (kind) {
    case ReleaseFile::Kind::Deb:
      return UpdatesModel::tr("Package for Debian and Ubuntu");
    case ReleaseFile::Kind::Portable:
      return UpdatesModel::tr("Portable archive for Linux");
    case ReleaseFile::Kind::Windows:
      break;
  }
  return UpdatesModel::tr("Installer for Windows");
}

}  // namespace

UpdatesModel::UpdatesModel(UpdateService* updates, Settings* settings, QObject* parent)
    : QObject(parent), m_updates(updates), m_settings(settings) {
  connect(updates, &UpdateService::changed, this, &UpdatesModel::changed);
}

bool UpdatesModel::offered() const {
  return m_updates->isOffered();
}

bool UpdatesModel::weekly() const {
  return m_settings->value(SettingKey::UpdateWeekly).toBool();
}

void UpdatesModel::setWeekly(bool weekly) {
  m_settings->setValue(SettingKey::UpdateWeekly, weekly);
}

bool UpdatesModel::previews() const {
  return m_settings->value(SettingKey::UpdatePreviews).toBool();
}

void UpdatesModel::setPreviews(bool previews) {
  m_settings->setValue(SettingKey::UpdatePreviews, previews);
}

QString UpdatesModel::address() const {
  return m_updates->address();
}

void UpdatesModel::setAddress(const QString& address) {
  if (addressFixed()) return;
  const QString trimmed = address.trimmed();
  m_settings->setValue(SettingKey::UpdateUrl, trimmed.isEmpty() ? Settings::standard(SettingKey::UpdateUrl) : QVariant(trimmed));
}

bool UpdatesModel::addressFixed() const {
  return m_updates->isAddressFixed();
}

bool UpdatesModel::checking() const {
  return m_updates->isChecking();
}

QString UpdatesModel::status() const {
  if (checking()) return tr("Looking for a newer version…");
  if (found())
    return skipped() ? tr("Hearth %1 is available. You skipped it.").arg(version()) : tr("Hearth %1 is available.").arg(version());
  return m_updates->lastCheck().isValid() && !m_updates->problem() ? tr("This is the newest version.") : QString();
}

QString UpdatesModel::lastCheck() const {
  const QDateTime last = m_updates->lastCheck();
  return last.isValid() ? tr("Last looked: %1").arg(QLocale().toString(last, QLocale::ShortFormat)) : QString();
}

QString UpdatesModel::problem() const {
  return m_updates->problem().cause();
}

QString UpdatesModel::problemNextStep() const {
  return m_updates->problem().nextStep();
}

bool UpdatesModel::found() const {
  return m_updates->newer().has_value();
}

QString UpdatesModel::version() const {
  return found() ? m_updates->newer()->version.text() : QString();
}

QString UpdatesModel::date() const {
  if (!found()) return {};
  const QString day = QLocale().toString(m_updates->newer()->date, QLocale::LongFormat);
  return m_updates->newer()->isPreview ? tr("%1 · preview").arg(day) : day;
}

QString UpdatesModel::notes() const {
  const QString language = QLocale().language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
  return found() ? m_updates->newer()->notesIn(language) : QString();
}

QString UpdatesModel::page() const {
  // Encoded: letters of other scripts that look like Latin ones show themselves.
  return found() ? m_updates->newer()->page.toString(QUrl::FullyEncoded) : QString();
}

QVariantList UpdatesModel::files() const {
  QVariantList list;
  if (!found()) return list;
  for (const ReleaseFile& file : m_updates->newer()->files) {
    if (!isForThisSystem(file.kind)) continue;
    list.append(QVariantMap{{QStringLiteral("text"), kindText(file.kind)},
                            {QStringLiteral("name"), file.name},
                            {QStringLiteral("size"), Readable::size(static_cast<quint64>(file.size))},
                            {QStringLiteral("sha256"), file.sha256}});
  }
  return list;
}

bool UpdatesModel::skipped() const {
  return m_updates->isSkipped();
}

bool UpdatesModel::wantsNotice() const {
  return m_updates->wantsNotice();
}

void UpdatesModel::check() {
  m_updates->check();
}

void UpdatesModel::cancel() {
  m_updates->cancel();
}

void UpdatesModel::skip(bool skipped) {
  m_updates->setSkipped(skipped);
}

void UpdatesModel::dismissNotice() {
  m_updates->dismissNotice();
}

void UpdatesModel::retranslate() {
  Q_EMIT changed();
}
