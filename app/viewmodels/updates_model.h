// The search for newer versions, as the window shows it.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

class Settings;
class UpdateService;

/// @brief Whether there is a newer version, and how it is looked for. Nothing is downloaded but the news.
class UpdatesModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.updates")
  /// This build can look for newer versions; else nothing of this is shown.
  Q_PROPERTY(bool offered READ offered NOTIFY changed)
  /// Look once a week.
  Q_PROPERTY(bool weekly READ weekly WRITE setWeekly NOTIFY changed)
  /// Previews, too.
  Q_PROPERTY(bool previews READ previews WRITE setPreviews NOTIFY changed)
  /// Where the news are; an empty one becomes that of the build.
  Q_PROPERTY(QString address READ address WRITE setAddress NOTIFY changed)
  /// It was set from outside (HEARTH_UPDATE_URL).
  Q_PROPERTY(bool addressFixed READ addressFixed CONSTANT)
  Q_PROPERTY(bool checking READ checking NOTIFY changed)
  /// What is known, one sentence; empty before the first search.
  Q_PROPERTY(QString status READ status NOTIFY changed)
  /// When the news were last read; empty: never.
  Q_PROPERTY(QString lastCheck READ lastCheck NOTIFY changed)
  /// Why the last search failed, and what to do; empty: it did not.
  Q_PROPERTY(QString problem READ problem NOTIFY changed)
  Q_PROPERTY(QString problemNextStep READ problemNextStep NOTIFY changed)
  /// There is a newer version; the next five are about it.
  Q_PROPERTY(bool found READ found NOTIFY changed)
  Q_PROPERTY(QString version READ version NOTIFY changed)
  /// "26 November 2026", and that it is a preview.
  Q_PROPERTY(QString date READ date NOTIFY changed)
  /// Plain text of the makers, with line feeds.
  Q_PROPERTY(QString notes READ notes NOTIFY changed)
  /// https, to be opened after a question; empty: none.
  Q_PROPERTY(QString page READ page NOTIFY changed)
  /// Packages for this system: list of {text, name, size, sha256}.
  Q_PROPERTY(QVariantList files READ files NOTIFY changed)
  /// It is not wanted.
  Q_PROPERTY(bool skipped READ skipped NOTIFY changed)
  /// The window should say, quietly, that there is one.
  Q_PROPERTY(bool wantsNotice READ wantsNotice NOTIFY changed)

 public:
  /// Both must outlive this object.
  UpdatesModel(UpdateService* updates, Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] bool offered() const;
  [[nodiscard]] bool weekly() const;
  void setWeekly(bool weekly);
  [[nodiscard]] bool previews() const;
  void setPreviews(bool previews);
  [[nodiscard]] QString address() const;
  void setAddress(const QString& address);
  [[nodiscard]] bool addressFixed() const;
  [[nodiscard]] bool checking() const;
  [[nodiscard]] QString status() const;
  [[nodiscard]] QString lastCheck() const;
  [[nodiscard]] QString problem() const;
  [[nodiscard]] QString problemNextStep() const;
  [[nodiscard]] bool found() const;
  [[nodiscard]] QString version() const;
  [[nodiscard]] QString date() const;
  [[nodiscard]] QString notes() const;
  [[nodiscard]] QString page() const;
  [[nodiscard]] QVariantList files() const;
  [[nodiscard]] bool skipped() const;
  [[nodiscard]] bool wantsNotice() const;

  Q_INVOKABLE void check();
  Q_INVOKABLE void cancel();
  /// The found version is not wanted, or is again.
  Q_INVOKABLE void skip(bool skipped);
  Q_INVOKABLE void dismissNotice();
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void changed();

 private:
  UpdateService* m_updates;
  Settings* m_settings;
};
