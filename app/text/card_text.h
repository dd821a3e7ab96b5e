// What a model card (README.md of a hub, hostile text) says, in parts that can be shown.
#pragma once

#include <QList>
#include <QPair>
#include <QString>

struct CardText {
  /// Markdown without the block of keys at its beginning and without HTML, which cards use for pictures and layout.
  QString body;
  /// The sections about training data, Markdown; empty: the card has none.
  QString training;
  /// Keys of the block at its beginning that say something to people: "license", "datasets", "base_model", "language", ...
  QList<QPair<QString, QString>> facts;
  /// The end of a very long card is left out.
  bool shortened = false;
};

/// Takes a card apart. `limit`: characters of the body at most.
[[nodiscard]] CardText cardText(const QString& readme, qsizetype limit = 24'000);
