#include "gui/screenshots_performance.h"

#include <cmath>

#include "gui/screenshot_stage.h"

namespace hearth_test {
namespace {

constexpr int kTexts = 30, kTextMs = 60;  // long enough for a line that moves
constexpr int kLayers = 27, kExperts = 64;

/// A model that is split over two devices, as the engine would report it.
ModelFacts splitModel(const ModelFacts& loaded) {
  ModelFacts facts = loaded;
  facts.name = QStringLiteral("DeepSeek V2 Lite");
  facts.parts = {{QStringLiteral("cuda:0"), 1'400'000'000, 4'600'000'000, 310'000'000, 420'000'000, 512'000'000},
                 {QStringLiteral("cpu"), 120'000'000, 3'900'000'000, 0, 40'000'000, 0}};
  return facts;
}

AnswerUsage usage() {
  AnswerUsage out{6180, 6120, 412, 22.6, 0.9, 42, 0.19};
  out.experts.chosen.append(QList<quint64>());  // the first layer has none
  for (int layer = 1; layer < kLayers; ++layer) {
    QList<quint64>& chosen = out.experts.chosen.emplace_back();
    for (int expert = 0; expert < kExperts; ++expert) {
      const double wave = std::sin(layer * 1.7 + expert * 0.9) * std::sin(expert * 0.31 + layer);
      chosen.append(static_cast<quint64>(std::max(0.0, 40 + 60 * wave)));
      out.experts.total += chosen.last();
    }
  }
  out.experts.onDevice = out.experts.total * 71 / 100;
  return out;
}

}  // namespace

void performancePictures(const QString& out, const QString& language) {
  Stage stage(out, language, false);
  stage.engine->finishLoad();
  Stage::key(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
  stage.shoot(QStringLiteral("90-performance-empty"));
  Q_EMIT stage.engine->modelLoaded(0, splitModel(stage.core().models().facts()));
  stage.app().send(stage.text("Why is the sky blue?", "天空为什么是蓝色的？"));
  waitFor([&stage] { return !stage.engine->ids.isEmpty(); });
  const quint64 id = stage.engine->ids.last();
  Q_EMIT stage.engine->answerProgress(id, 2600, 6180);
  Stage::settle(400);
  stage.shoot(QStringLiteral("91-performance-reading"));
  for (int i = 0; i < kTexts; ++i) {
    Q_EMIT stage.engine->answerText(id, stage.text("Air scatters blue light more than red light. ", "空气对蓝光的散射比红光强。"),
                                    2 + i % 3);
    Stage::settle(kTextMs);
  }
  Q_EMIT stage.engine->answerFinished(id, AnswerEnd::EndOfTurn, usage());
  Stage::settle();
  stage.shoot(QStringLiteral("92-performance"));
}

}  // namespace hearth_test
