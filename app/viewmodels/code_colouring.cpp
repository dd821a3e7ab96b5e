#include "viewmodels/code_colouring.h"

#include <QTextDocument>

namespace {

// Nobody reads longer lines, and every token that is added to one would look at all of it again.
constexpr qsizetype kLongestLine = 5000;

// In the order of CodeKind.
constexpr const char* kKinds[] = {"keyword",  "type", "string",    "number",   "comment", "preprocessor",
                                  "function", "tag",  "attribute", "inserted", "removed"};

}  // namespace

CodeColouring::CodeColouring(QObject* parent) : QSyntaxHighlighter(parent) {}

void CodeColouring::setTarget(QQuickTextDocument* target) {
  if (target == m_target) return;
  m_target = target;
  if (m_complete) {
    setDocument(nullptr);
    begin();
  }
  Q_EMIT targetChanged();
}

void CodeColouring::setLanguage(const QString& language) {
  if (language == m_language) return;
  m_language = language;
  m_highlighter = CodeHighlighter(language);
  again();
  Q_EMIT languageChanged();
}

void CodeColouring::setFrom(const QString& from) {
  if (from == m_from) return;
  m_from = from;
  again();
  Q_EMIT fromChanged();
}

void CodeColouring::setColours(const QVariantMap& colours) {
  if (colours == m_colours) return;
  m_colours = colours;
  m_formats.clear();
  for (const char* kind : kKinds) {
    QTextCharFormat format;
    if (const auto colour = colours.value(QLatin1String(kind)).value<QColor>(); colour.isValid()) format.setForeground(colour);
    m_formats.append(format);
  }
  again();
  Q_EMIT coloursChanged();
}

void CodeColouring::setActive(bool active) {
  if (active == m_active) return;
  m_active = active;
  begin();
  Q_EMIT activeChanged();
}

QString CodeColouring::title() const {
  return m_highlighter.isKnown() ? m_highlighter.title() : m_language;
}

void CodeColouring::componentComplete() {
  m_complete = true;
  begin();
}

void CodeColouring::begin() {
  if (!m_complete || !m_active || !m_target || document()) return;
  setDocument(m_target->textDocument());
  rehighlight();  // at once: the frame that shows the text first shows its colours, too
}

void CodeColouring::again() {
  if (document()) rehighlight();
}

int CodeColouring::numberOf(const CodeState& state) {
  const auto known = m_numbers.constFind(state);
  if (known != m_numbers.constEnd()) return *known;
  m_states.append(state);
  m_numbers.insert(state, static_cast<int>(m_states.size()) - 1);
  return static_cast<int>(m_states.size()) - 1;
}

void CodeColouring::highlightBlock(const QString& text) {
  if (!m_highlighter.isKnown()) return;
  if (document()->blockCount() == 1) {  // no other line remembers a number
    m_states.clear();
    m_numbers.clear();
  }
  const int before = previousBlockState();
  CodeState state = before >= 0 && before < m_states.size() ? m_states[before] : m_from;
  const QList<CodeSpan> spans = m_highlighter.line(text, state);
  setCurrentBlockState(numberOf(state));
  if (text.size() > kLongestLine) return;
  for (const CodeSpan& span : spans)
    if (const auto kind = static_cast<qsizetype>(span.kind); kind < m_formats.size())
      setFormat(static_cast<int>(span.start), static_cast<int>(span.length), m_formats[kind]);
}
