// What the performance panel shows.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

class PerformanceService;

/// @brief Speed, memory and experts of the answer that is being computed or was computed last.
class PerformanceModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.performance")
  /// There was an answer since the start of the program.
  Q_PROPERTY(bool known READ known NOTIFY changed)
  Q_PROPERTY(bool running READ running NOTIFY changed)
  /// The model that answered, or that would.
  Q_PROPERTY(QString modelName READ modelName NOTIFY changed)
  /// How much of the prompt has been read, 0..1.
  Q_PROPERTY(double promptProgress READ promptProgress NOTIFY changed)
  /// "Reading the prompt, 43%", later "6,120 of 6,180 tokens from the cache, the others at 310 tokens/s".
  Q_PROPERTY(QString promptText READ promptText NOTIFY changed)
  /// "412 tokens at 18.2 tokens/s"; empty before the first token.
  Q_PROPERTY(QString speedText READ speedText NOTIFY changed)
  /// "First token after 0.9 s"; empty until the answer has ended.
  Q_PROPERTY(QString firstTokenText READ firstTokenText NOTIFY changed)
  /// Tokens a second, one number for each span of time.
  Q_PROPERTY(QVariantList speeds READ speeds NOTIFY changed)
  /// Seconds that one of `speeds` stands for.
  Q_PROPERTY(double span READ span NOTIFY changed)
  /// For every device {device, total: "4.1 GB", parts: [{name, size, share}]}; share of the device's total, 0..1.
  Q_PROPERTY(QVariantList memory READ memory NOTIFY changed)
  /// Layers that have experts: the rows of the map.
  Q_PROPERTY(int expertLayers READ expertLayers NOTIFY changed)
  /// Experts of a layer: the columns.
  Q_PROPERTY(int experts READ experts NOTIFY changed)
  /// Row by row: how much each expert worked, 1 = its fair share.
  Q_PROPERTY(QVariantList work READ work NOTIFY changed)
  /// "The busiest expert did 3.1 times its fair share; 12% never worked."
  Q_PROPERTY(QString balanceText READ balanceText NOTIFY changed)
  /// Where experts are split: "71% of the experts that worked were on the graphics card"; else empty.
  Q_PROPERTY(QString placeText READ placeText NOTIFY changed)

 public:
  /// `service` must outlive this object.
  explicit PerformanceModel(const PerformanceService* service, QObject* parent = nullptr);

  [[nodiscard]] bool known() const;
  [[nodiscard]] bool running() const;
  [[nodiscard]] QString modelName() const;
  [[nodiscard]] double promptProgress() const;
  [[nodiscard]] QString promptText() const;
  [[nodiscard]] QString speedText() const;
  [[nodiscard]] QString firstTokenText() const;
  [[nodiscard]] QVariantList speeds() const;
  [[nodiscard]] double span() const;
  [[nodiscard]] QVariantList memory() const;
  [[nodiscard]] int expertLayers() const;
  [[nodiscard]] int experts() const;
  [[nodiscard]] QVariantList work() const;
  [[nodiscard]] QString balanceText() const;
  [[nodiscard]] QString placeText() const;

  /// "Layer 3, expert 17: 412 times, 2.1 times its fair share" of a cell of the map; empty outside.
  Q_INVOKABLE [[nodiscard]] QString cellText(int row, int column) const;

 Q_SIGNALS:
  void changed();

 private:
  const PerformanceService* m_service;
};
