// What the beginning of a line decides: here-documents, keys, sections, targets, directives.
#include <algorithm>

#include "text/code_scanner_p.h"

void CodeScan::beginLine() {
  const OpenThings::Thing top = m_open.top();
  m_lineStart = skipSpaces(m_line, 0);
  if (top.kind == kHere) return hereLine(top);
  if (top.kind == kBlock && blockLine(top.number)) return;
  if (!m_open.isEmpty()) return;
  if (has(kShebang) && m_line.startsWith(u"#!")) return take(m_line.size(), CodeKind::Comment);
  if (has(kRubyComments) && m_line.startsWith(u"=begin")) {
    m_open.push(kHere, kIsComment | kEndOnly, u"=end");
    return take(m_line.size(), CodeKind::Comment);
  }
  m_at = m_lineStart;
  if (has(kDirectives) && at(m_at) == u'#') directive();
  if (has(kYaml)) yamlKey();
  if (has(kSections)) sectionOrKey();
  if (has(kTargets)) target();
}

/// A line of a here-document, or its end, behind which code goes on.
void CodeScan::hereLine(const OpenThings::Thing& here) {
  const CodeKind kind = (here.number & kIsComment) != 0 ? CodeKind::Comment : CodeKind::String;
  const qsizetype from = (here.number & kIndented) != 0 ? m_lineStart : 0;
  const bool begins = hasAt(m_line, from, here.word);
  const qsizetype end = from + here.word.size();
  const bool ends = begins && ((here.number & kEndOnly) != 0 ? !isWordPart(at(end)) : skipSpaces(m_line, end) == m_line.size());
  if (!ends) return take(m_line.size(), kind);
  m_open.pop();
  m_at = from;
  take(kind == CodeKind::Comment ? m_line.size() : end, kind);
}

bool CodeScan::blockLine(int indent) {
  if (m_lineStart < m_line.size() && m_lineStart <= indent) {
    m_open.pop();
    return false;
  }
  m_at = m_lineStart;
  take(m_line.size(), CodeKind::String);
  return true;
}

/// "key: value" and "- key: value". Keys in quotes are found by kKeyStrings.
void CodeScan::yamlKey() {
  while (at(m_at) == u'-' && (at(m_at + 1).isSpace() || m_at + 1 == m_line.size())) m_at = skipSpaces(m_line, m_at + 1);
  if (m_at == 0 && (m_line.startsWith(u"---") || m_line.startsWith(u"..."))) return take(3, CodeKind::Preprocessor);
  if (QStringView(u"\"'#&*!{[|>%@`").contains(at(m_at)) || m_at >= m_line.size()) return;
  for (qsizetype end = m_at; end < m_line.size(); ++end) {
    if (m_line[end] == u'#' && m_line[end - 1].isSpace()) return;
    if (m_line[end] != u':' || (end + 1 < m_line.size() && !m_line[end + 1].isSpace())) continue;
    const qsizetype indent = m_at;
    take(end, CodeKind::Attribute);
    const qsizetype value = skipSpaces(m_line, end + 1);
    // The value is a block of text: everything below that is indented by more.
    if ((at(value) == u'|' || at(value) == u'>') && m_line.size() - value <= 3) {
      m_open.push(kBlock, static_cast<int>(std::min<qsizetype>(indent, 1000)));
      m_at = value;
      take(m_line.size(), CodeKind::Preprocessor);
    }
    return;
  }
}

/// "[section]", "name = value".
void CodeScan::sectionOrKey() {
  if (at(m_at) == u'[') {
    const qsizetype end = m_line.lastIndexOf(u']');
    const qsizetype rest = end < 0 ? 0 : skipSpaces(m_line, end + 1);
    if (end > m_at && (rest == m_line.size() || m_line[rest] == u'#' || m_line[rest] == u';')) take(end + 1, CodeKind::Tag);
    return;
  }
  const qsizetype end = m_line.indexOf(u'=', m_at);
  if (end < 0 || !isWordPart(at(m_at))) return;
  qsizetype last = end;
  while (last > m_at && m_line[last - 1].isSpace()) --last;
  take(last, CodeKind::Attribute);
}

/// "name: needs" and "NAME = value" of a Makefile; a line that begins with a tab is a recipe.
void CodeScan::target() {
  if (m_line.startsWith(u'\t')) return;
  const qsizetype end = skipWord(m_line, m_at, u".-/%$(){} ");
  if (end == m_at || end >= m_line.size()) return;
  qsizetype last = end;
  while (last > m_at && m_line[last - 1].isSpace()) --last;
  if (isKeyword(m_line.mid(m_at, skipWord(m_line, m_at) - m_at))) return;
  const qsizetype sign = m_line.mid(end).startsWith(u"::") ? end + 2 : end + 1;
  const bool assigned = m_line[end] == u'=' || (QStringView(u":?+!").contains(m_line[end]) && at(sign) == u'=');
  if (assigned)
    take(last, CodeKind::Attribute);
  else if (m_line[end] == u':')
    take(last, CodeKind::Function);
}

/// "#include <x>", "#define NAME".
void CodeScan::directive() {
  qsizetype end = skipSpaces(m_line, m_at + 1);
  const qsizetype name = end;
  end = skipWord(m_line, end);
  if (end == name && name < m_line.size()) return;
  const QStringView word = m_line.mid(name, end - name);
  take(end, CodeKind::Preprocessor);
  if (word != u"include" && word != u"import") return;
  const qsizetype open = skipSpaces(m_line, m_at);
  if (at(open) != u'<') return;
  const qsizetype close = m_line.indexOf(u'>', open);
  m_at = open;
  take(close < 0 ? m_line.size() : close + 1, CodeKind::String);
}
