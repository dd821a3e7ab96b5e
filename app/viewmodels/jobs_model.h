// Long work with files that is going on or has failed.
#pragma once

#include <qqmlregistration.h>

#include "services/file_jobs.h"
#include "viewmodels/row_list_model.h"

/// What a row shows.
struct JobView {
  quint64 key = 0;
  QString title, stateText, status, cause, nextStep, detail;
  double fraction = 0;

  bool operator==(const JobView&) const = default;
};

/// @brief Jobs of FileJobs that are going on or have failed, oldest first.
class JobsModel : public RowListModel<JobView> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.jobs")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    JobIdRole = Qt::UserRole + 1,  ///< quint64
    TitleRole,                     ///< "Making a smaller variant of Ember"
    StateRole,                     ///< "queued", "running" or "failed"
    StateTextRole,                 ///< "37% · 2 min left"
    FractionRole,                  ///< 0..1
    CauseRole,                     ///< of failed: why
    NextStepRole,                  ///< of failed: what to do
    DetailRole,                    ///< technical text
  };
  Q_ENUM(Role)

  /// The service must outlive this object.
  explicit JobsModel(FileJobs* jobs, QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

  Q_INVOKABLE void cancel(quint64 jobId);
  Q_INVOKABLE void dismiss(quint64 jobId);

  /// Reads the list again.
  void refresh();

 Q_SIGNALS:
  void countChanged();

 private:
  void countHasChanged() override { Q_EMIT countChanged(); }
  [[nodiscard]] static QString titleOf(const FileJob& job);
  [[nodiscard]] static QString stateText(const FileJob& job);

  FileJobs* m_jobs;
};
