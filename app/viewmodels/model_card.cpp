#include "viewmodels/model_card.h"

#include <QFile>
#include <QLocale>
#include <QVariantMap>
#include <cmath>

#include "text/card_text.h"
#include "viewmodels/offer.h"
#include "viewmodels/readable.h"

namespace {

[[nodiscard]] QVariantMap pair(const QString& label, const QString& value) {
  return {{QStringLiteral("label"), label}, {QStringLiteral("value"), value}};
}

constexpr qsizetype kMostLayers = 128, kMostExperts = 512;

[[nodiscard]] QString valueOf(const ModelFileFacts& facts, QLatin1String key) {
  for (const auto& [name, value] : facts.metadata)
    if (name == key) return value;
  return {};
}

/// Lines of numbers, a line for each layer; empty where anything else stands there.
[[nodiscard]] QVariantList sharesOf(const QString& text) {
  QVariantList layers;
  for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
    QVariantList shares;
    for (const QString& word : line.split(u' ', Qt::SkipEmptyParts)) {
      bool number = false;
      const double share = word.toDouble(&number);
      if (!number || !std::isfinite(share) || share < 0) return {};
      shares.append(share);
    }
    if (shares.isEmpty() || shares.size() > kMostExperts || layers.size() == kMostLayers) return {};
    layers.append(QVariant(shares));
  }
  return layers;
}

/// A share of 0 to 1 in percent; empty: the file does not say.
[[nodiscard]] QString percentOf(const ModelFileFacts& facts, QLatin1String key) {
  bool number = false;
  const double share = valueOf(facts, key).toDouble(&number);
  return number && share >= 0 && share <= 1 ? QLocale().toString(100 * share, 'f', 0) : QString();
}

/// What the project itself writes about its model, in the language of the window.
[[nodiscard]] QString starterCard() {
  const QString language = QLocale().language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
  QFile file(QStringLiteral(":/hearth/models/ember_%1.md").arg(language));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

ModelCard::ModelCard(HubService* hub, QObject* parent) : QObject(parent), m_hub(hub), m_background(this) {
  connect(hub, &HubService::lookedUp, this, [this](quint64 question, const HubRepository& repository) {
    if (question != m_question) return;
    m_question = 0;
    setText(repository.readme);
  });
  connect(hub, &HubService::failed, this, [this](quint64 question, const Problem& problem) {
    if (question != m_question) return;
    m_question = 0;
    m_busy = false;
    m_problem = problem;
    Q_EMIT changed();
  });
}

ModelCard::~ModelCard() = default;

void ModelCard::addFact(const QString& label, const QString& value) {
  if (!value.isEmpty()) m_facts.append(pair(label, value));
}

void ModelCard::begin(const QString& title, const QString& publisher, const QString& licence, const QString& repository) {
  m_background.forget();
  m_question = 0;
  m_title = title;
  m_repository = repository;
  m_address = repository.isEmpty() ? QString() : QStringLiteral("https://huggingface.co/") + repository;
  QStringList parts{publisher, licence};
  parts.removeAll(QString());
  m_subtitle = parts.join(QStringLiteral(" · "));
  m_facts.clear();
  m_expertShares.clear();
  m_metadata.clear();
  m_problem = {};
  m_busy = false;
  m_shortened = false;
  setBlocks(m_blocks, {});
  setBlocks(m_training, {});
}

void ModelCard::show(const Variant& variant) {
  begin(variant.modelName, variant.publisher, variant.licence, variant.repository);
  const ModelFileFacts& facts = variant.facts;
  addFact(tr("Variant"), variant.name);
  addFact(tr("Size"), Readable::size(variant.bytes()));
  addFact(tr("Parameters"), Readable::parameters(facts.parameters, facts.activeParameters));
  addFact(tr("Architecture"), variant.architecture);
  if (facts.experts > 0) addFact(tr("Experts"), tr("%1 of %2 for each token").arg(facts.expertsUsed).arg(facts.experts));
  addFact(tr("Context"), Readable::context(facts.contextLength));
  addFact(tr("Made from"), facts.baseModel);
  addFindings(facts);
  if (!variant.isStarter()) addFact(tr("Description"), facts.description);  // its card says the same, in the language of the window
  for (const auto& [key, value] : facts.metadata) m_metadata.append(pair(key, value));
  const QString text = variant.isStarter() ? starterCard() : variant.card;
  if (text.isEmpty())
    Q_EMIT changed();
  else
    setText(text);
}

/// What was measured before the model was given away; files of others do not say such things.
void ModelCard::addFindings(const ModelFileFacts& facts) {
  const auto both = [&facts](const char* english, const char* chinese) {
    const QString first = percentOf(facts, QLatin1String(english)), second = percentOf(facts, QLatin1String(chinese));
    return first.isEmpty() || second.isEmpty() ? QString() : tr("%1 % in English, %2 % in Chinese").arg(first, second);
  };
  addFact(tr("Right answers about Hearth, to wordings never seen before"), both("hearth.evaluation.fact_en", "hearth.evaluation.fact_zh"));
  addFact(tr("Other questions that it passes on"), both("hearth.evaluation.redirect_en", "hearth.evaluation.redirect_zh"));
  m_expertShares = sharesOf(valueOf(facts, QLatin1String("hearth.expert_shares")));
}

void ModelCard::show(const Offer& offer) {
  begin(offer.name, offer.publisher, offer.licence, offer.repository);
  addFact(tr("Good at"), offer.goodAt);
  addFact(tr("Parameters"), Readable::parameters(offer.parameters, offer.activeParameters));
  addFact(tr("Context"), Readable::context(offer.contextLength));
  fetch();
}

void ModelCard::fetch() {
  if (m_repository.isEmpty()) {
    Q_EMIT changed();
    return;
  }
  m_problem = {};
  m_busy = true;
  m_question = m_hub->lookUp(m_repository);
  Q_EMIT changed();
}

void ModelCard::setText(const QString& readme) {
  m_busy = true;
  Q_EMIT changed();
  m_background.run([readme] { return cardText(readme); }, [this](const CardText& text) { take(text); });
}

void ModelCard::take(const CardText& text) {
  m_busy = false;
  for (const auto& [key, value] : text.facts) {
    if (key == QLatin1String("datasets"))
      addFact(tr("Data sets"), value);
    else if (key == QLatin1String("language"))
      addFact(tr("Languages"), value);
    else if (key == QLatin1String("base_model"))
      addFact(tr("Made from"), value);
    else if (key.startsWith(QLatin1String("license")) && !m_subtitle.contains(value, Qt::CaseInsensitive))
      addFact(tr("Licence"), value);
  }
  m_shortened = text.shortened;
  setBlocks(m_blocks, text.body);
  setBlocks(m_training, text.training);
  Q_EMIT changed();
}

void ModelCard::setBlocks(BlockListModel*& blocks, const QString& markdown) {
  if (blocks) blocks->deleteLater();
  blocks = nullptr;
  if (markdown.isEmpty()) return;
  blocks = new BlockListModel(this);
  blocks->setText(markdown);
}
