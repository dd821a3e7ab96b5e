// The card of a model: what its publisher writes about it, and what its file says.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QVariantList>

#include "services/hub_service.h"
#include "services/model_library.h"
#include "viewmodels/background.h"
#include "viewmodels/block_list_model.h"

struct CardText;
struct Offer;

/// @brief One card at a time, of an installed variant or of a repository of the hub.
class ModelCard : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.card")
  Q_PROPERTY(QString title READ title NOTIFY changed)
  /// Publisher and licence, one line.
  Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed)
  /// Page of the repository; empty: none is known.
  Q_PROPERTY(QString address READ address NOTIFY changed)
  /// The text, Markdown as blocks; null: there is none.
  Q_PROPERTY(BlockListModel* blocks READ blocks NOTIFY changed)
  /// The sections about training data; null: there are none.
  Q_PROPERTY(BlockListModel* training READ training NOTIFY changed)
  /// The end of a very long card is left out.
  Q_PROPERTY(bool shortened READ shortened NOTIFY changed)
  /// Facts for people: list of {label, value}.
  Q_PROPERTY(QVariantList facts READ facts NOTIFY changed)
  /// How often each routed expert was chosen by the texts that the model was checked with, 1 being a fair share: a list of layers,
  /// each a list of numbers; empty: the file does not say.
  Q_PROPERTY(QVariantList expertShares READ expertShares NOTIFY changed)
  /// All keys of the file: list of {label, value}.
  Q_PROPERTY(QVariantList metadata READ metadata NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  /// Why it could not be fetched; empty: nothing failed.
  Q_PROPERTY(QString cause READ cause NOTIFY changed)
  Q_PROPERTY(QString nextStep READ nextStep NOTIFY changed)

 public:
  /// Must outlive this object.
  explicit ModelCard(HubService* hub, QObject* parent = nullptr);
  ~ModelCard() override;

  [[nodiscard]] const QString& title() const { return m_title; }
  [[nodiscard]] const QString& subtitle() const { return m_subtitle; }
  [[nodiscard]] const QString& address() const { return m_address; }
  [[nodiscard]] BlockListModel* blocks() const { return m_blocks; }
  [[nodiscard]] BlockListModel* training() const { return m_training; }
  [[nodiscard]] bool shortened() const { return m_shortened; }
  [[nodiscard]] const QVariantList& facts() const { return m_facts; }
  [[nodiscard]] const QVariantList& expertShares() const { return m_expertShares; }
  [[nodiscard]] const QVariantList& metadata() const { return m_metadata; }
  [[nodiscard]] bool busy() const { return m_busy; }
  [[nodiscard]] QString cause() const { return m_problem.cause(); }
  [[nodiscard]] QString nextStep() const { return m_problem.nextStep(); }

  void show(const Variant& variant);
  /// Asks the hub for the text.
  void show(const Offer& offer);
  /// Fetches the card of what is shown from the hub.
  Q_INVOKABLE void fetch();

 Q_SIGNALS:
  void changed();

 private:
  void begin(const QString& title, const QString& publisher, const QString& licence, const QString& repository);
  void addFact(const QString& label, const QString& value);
  void addFindings(const ModelFileFacts& facts);
  void setText(const QString& readme);
  void take(const CardText& text);
  void setBlocks(BlockListModel*& blocks, const QString& markdown);

  HubService* m_hub;
  quint64 m_question = 0;
  QString m_title, m_subtitle, m_address, m_repository;
  BlockListModel* m_blocks = nullptr;
  BlockListModel* m_training = nullptr;
  QVariantList m_facts, m_expertShares, m_metadata;
  Problem m_problem;
  bool m_busy = false, m_shortened = false;
  Background m_background;
};
