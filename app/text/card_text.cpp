#include "text/card_text.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace {

constexpr qsizetype kLongestFact = 300;
constexpr qsizetype kLongestTraining = 8'000;
constexpr qsizetype kLongestInput = 1'000'000;

[[nodiscard]] bool isFence(QStringView line) {
  const QStringView text = line.trimmed();
  return text.startsWith(u"```") || text.startsWith(u"~~~");
}

/// Level of a heading, 0: it is none.
[[nodiscard]] int headingLevel(QStringView line) {
  int level = 0;
  while (level < line.size() && line[level] == u'#') ++level;
  return level >= 1 && level <= 6 && level < line.size() && line[level].isSpace() ? level : 0;
}

[[nodiscard]] QString withoutQuotes(QStringView value) {
  QStringView text = value.trimmed();
  if (text.size() >= 2 && (text.front() == u'"' || text.front() == u'\'') && text.front() == text.back())
    text = text.sliced(1, text.size() - 2);
  return text.toString();
}

/// Reads "key: value" and "- item" lines; anything deeper is left out.
[[nodiscard]] QList<QPair<QString, QString>> frontMatter(const QStringList& lines) {
  static const QStringList shown{QStringLiteral("license"),  QStringLiteral("license_name"), QStringLiteral("datasets"),
                                 QStringLiteral("language"), QStringLiteral("base_model"),   QStringLiteral("pipeline_tag")};
  QList<QPair<QString, QString>> facts;
  QString key;
  for (const QString& line : lines) {
    static const QRegularExpression pair(QStringLiteral("^([A-Za-z_]+):\\s*(.*)$"));
    static const QRegularExpression item(QStringLiteral("^\\s*-\\s+(.+)$"));
    QString value;
    if (const QRegularExpressionMatch found = pair.match(line); found.hasMatch()) {
      key = found.captured(1);
      value = found.captured(2).trimmed();
      if (value.startsWith(u'[') && value.endsWith(u']')) value = value.mid(1, value.size() - 2);
    } else if (const QRegularExpressionMatch listed = item.match(line); listed.hasMatch()) {
      value = listed.captured(1);
    }
    value = withoutQuotes(value);
    if (value.isEmpty() || !shown.contains(key)) continue;
    const auto known = std::find_if(facts.begin(), facts.end(), [&key](const auto& fact) { return fact.first == key; });
    if (known == facts.end())
      facts.append({key, value});
    else
      known->second += QStringLiteral(", ") + value;
  }
  for (auto& fact : facts)
    if (fact.second.size() > kLongestFact) fact.second = fact.second.left(kLongestFact) + QChar(0x2026);
  return facts;
}

/// Takes the block between two lines "---" off the beginning.
[[nodiscard]] QStringList takeFrontMatter(QStringList& lines) {
  if (lines.isEmpty() || lines.first().trimmed() != QLatin1String("---")) return {};
  for (qsizetype i = 1; i < lines.size(); ++i) {
    if (lines[i].trimmed() != QLatin1String("---")) continue;
    const QStringList block = lines.mid(1, i - 1);
    lines = lines.mid(i + 1);
    return block;
  }
  return {};
}

/// Without tags and comments, except in code.
void removeHtml(QStringList& lines) {
  static const QRegularExpression tag(QStringLiteral("</?[A-Za-z][A-Za-z0-9]*(?:\\s[^<>]*)?/?>"));
  bool code = false;
  bool comment = false;
  for (QString& line : lines) {
    if (!comment && isFence(line)) code = !code;
    if (code) continue;
    QString kept;
    qsizetype at = 0;
    while (at < line.size()) {
      const qsizetype next = line.indexOf(comment ? QLatin1String("-->") : QLatin1String("<!--"), at);
      if (!comment) kept += line.mid(at, next < 0 ? -1 : next - at);
      if (next < 0) break;
      at = next + (comment ? 3 : 4);
      comment = !comment;
    }
    kept.remove(tag);
    // What only indented a tag would become code.
    line = kept == line || !kept.trimmed().isEmpty() ? kept : QString();
  }
}

[[nodiscard]] bool isAboutTraining(const QString& heading) {
  static const QRegularExpression words(
      QStringLiteral("training[ -]data|data\\s?sets?\\b|pre-?training|training (?:procedure|details|corpus)|"
                     "^#+\\s*training\\b|training set|\u8bad\u7ec3|\u6570\u636e\u96c6"),
      QRegularExpression::CaseInsensitiveOption);
  return words.match(heading).hasMatch();
}

[[nodiscard]] QString trainingSections(const QStringList& lines) {
  QStringList taken;
  bool code = false;
  int inside = 0;
  for (const QString& line : lines) {
    if (isFence(line)) code = !code;
    const int level = code ? 0 : headingLevel(line);
    if (level > 0 && (inside == 0 || level <= inside)) inside = isAboutTraining(line) ? level : 0;
    if (inside > 0) taken.append(line);
  }
  return taken.join(u'\n').trimmed().left(kLongestTraining);
}

}  // namespace

CardText cardText(const QString& readme, qsizetype limit) {
  CardText card;
  QStringList lines = readme.left(kLongestInput).remove(u'\r').split(u'\n');
  card.facts = frontMatter(takeFrontMatter(lines));
  removeHtml(lines);
  card.training = trainingSections(lines);
  const QString body = lines.join(u'\n').trimmed();
  card.shortened = body.size() > limit || readme.size() > kLongestInput;
  // Cut between lines, so that no mark is cut in two.
  const qsizetype cut = body.size() > limit ? body.lastIndexOf(u'\n', limit) : -1;
  card.body = body.size() > limit ? body.left(cut > limit / 2 ? cut : limit) : body;
  return card;
}
