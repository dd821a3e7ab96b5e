// Downloads: what runs, waits and is done.
#pragma once

#include <qqmlregistration.h>

#include "services/download_service.h"
#include "viewmodels/row_list_model.h"

/// What a row shows.
struct DownloadView {
  qint64 key = 0;
  QString title, variant, status, stateText, sizeText, speedText, timeText, endpoint, cause, nextStep, detail;
  double fraction = 0;
  bool adapter = false, canMoveUp = false, canMoveDown = false;

  bool operator==(const DownloadView&) const = default;
};

/// @brief The queue in its order, finished downloads last.
class DownloadsModel : public RowListModel<DownloadView> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.downloads")
  /// All rows.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// Those that are not finished, failed ones included.
  Q_PROPERTY(int openCount READ openCount NOTIFY summaryChanged)
  /// Those that run or will run by themselves.
  Q_PROPERTY(int activeCount READ activeCount NOTIFY summaryChanged)
  /// Those that are paused or failed.
  Q_PROPERTY(int heldCount READ heldCount NOTIFY summaryChanged)
  Q_PROPERTY(int finishedCount READ finishedCount NOTIFY summaryChanged)
  /// Of all bytes of the downloads that are active, 0..1; below 0: none is.
  Q_PROPERTY(double fraction READ fraction NOTIFY summaryChanged)
  /// "37%", or how many have failed; empty: nothing to say.
  Q_PROPERTY(QString badge READ badge NOTIFY summaryChanged)
  /// Speed and time left of all, one line; empty: nothing runs.
  Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged)

 public:
  enum Role {
    DownloadIdRole = Qt::UserRole + 1,  ///< qint64
    TitleRole,                          ///< of the model
    VariantRole,                        ///< "Q4_K_M", may be empty
    AdapterRole,                        ///< an adapter, not a model
    StateRole,                          ///< "queued", "running", "waiting", "verifying", "paused", "failed" or "done"
    StateTextRole,                      ///< the same for people, with the reason of a wait
    FractionRole,                       ///< 0..1
    SizeTextRole,                       ///< "1.2 of 4.7 GB"
    SpeedTextRole,                      ///< "12 MB/s"
    TimeTextRole,                       ///< "3 min left"
    EndpointRole,                       ///< host that serves it
    CauseRole,                          ///< of failed and waiting: why
    NextStepRole,                       ///< of failed and waiting: what to do
    DetailRole,                         ///< technical text
    CanMoveUpRole,                      ///< it can go before the one above
    CanMoveDownRole,
  };
  Q_ENUM(Role)

  /// The service must outlive this object.
  explicit DownloadsModel(DownloadService* service, QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int openCount() const;
  [[nodiscard]] int activeCount() const;
  [[nodiscard]] int heldCount() const;
  [[nodiscard]] int finishedCount() const;
  [[nodiscard]] double fraction() const;
  [[nodiscard]] QString badge() const;
  [[nodiscard]] QString summary() const;

  Q_INVOKABLE void pause(qint64 downloadId);
  Q_INVOKABLE void resume(qint64 downloadId);
  Q_INVOKABLE void remove(qint64 downloadId);
  /// -1: one place up, 1: one place down.
  Q_INVOKABLE void move(qint64 downloadId, int step);
  Q_INVOKABLE void pauseAll();
  Q_INVOKABLE void resumeAll();
  Q_INVOKABLE void removeFinished();

  /// Reads the list again.
  void refresh();
  /// Bytes that the downloads of the list will still take.
  [[nodiscard]] quint64 bytesToCome() const;
  /// Name of a state for QML.
  [[nodiscard]] static QString stateName(DownloadState state);
  /// "Downloading 37%" and the like.
  [[nodiscard]] static QString stateText(const DownloadRow& row);

 Q_SIGNALS:
  void countChanged();
  void summaryChanged();

 private:
  void countHasChanged() override { Q_EMIT countChanged(); }
  [[nodiscard]] int countOf(std::initializer_list<DownloadState> states) const;

  DownloadService* m_service;
  QList<DownloadRow> m_downloads;
};
