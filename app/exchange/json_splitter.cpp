#include "exchange/json_splitter.h"

namespace {

constexpr char kMark[] = "\xef\xbb\xbf";
constexpr qsizetype kLongestKey = 16;  // longer than "chats"

[[nodiscard]] bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

bool JsonSplitter::fail(Failure failure) {
  m_failure = failure;
  return false;
}

bool JsonSplitter::add(QByteArrayView bytes) {
  if (m_failure != Failure::None) return false;
  for (const char c : bytes) {
    if (!addByte(c)) return false;
  }
  return true;
}

bool JsonSplitter::begin(char c) {
  if (m_markBytes < 3 && c == kMark[m_markBytes]) {
    ++m_markBytes;
    return true;
  }
  if (isSpace(c)) return true;
  if (c != '[' && c != '{') return fail(Failure::NotJson);
  m_root = c == '[' ? Root::List : Root::Object;
  m_depth = 1;
  if (m_root == Root::List)
    m_listDepth = 1;
  else
    m_rest += c;
  return true;
}

bool JsonSplitter::keep(char c) {
  QByteArray& target = m_listDepth > 0 ? m_element : m_rest;
  if (target.size() >= m_largest) return fail(Failure::TooLarge);
  target += c;
  return true;
}

bool JsonSplitter::finishElement() {
  const QByteArray element = std::exchange(m_element, {});
  return m_take(element) || fail(Failure::Stopped);
}

bool JsonSplitter::open(char c) {
  const bool isChats = c == '[' && m_root == Root::Object && m_depth == 1 && m_listDepth == 0 && m_key == "chats" && !m_hasChats;
  if (!keep(c)) return false;
  ++m_depth;
  if (isChats) {
    m_listDepth = m_depth;
    m_hasChats = true;
  }
  return true;
}

bool JsonSplitter::close() {
  if (m_listDepth > 0 && m_depth == m_listDepth) {
    if (!m_element.isEmpty() && !finishElement()) return false;
    m_listDepth = 0;
  }
  --m_depth;
  return true;
}

bool JsonSplitter::addByte(char c) {
  if (m_root == Root::Unknown) return begin(c);
  if (m_ended) return isSpace(c) || fail(Failure::NotJson);
  if (m_inString) {
    if (m_escaped)
      m_escaped = false;
    else if (c == '\\')
      m_escaped = true;
    else if (c == '"')
      m_inString = false;
    if (m_inString && m_depth == 1 && m_listDepth == 0 && m_key.size() < kLongestKey) m_key += c;
    return keep(c);
  }
  switch (c) {
    case '"':
      m_inString = true;
      if (m_depth == 1 && m_listDepth == 0) m_key.clear();
      return keep(c);
    case '[':
    case '{':
      return open(c);
    case ']':
    case '}':
      if (!close()) return false;
      m_ended = m_depth == 0;
      return m_ended && m_root == Root::List ? true : keep(c);
    case ',':
      if (m_listDepth > 0 && m_depth == m_listDepth) return finishElement();
      return keep(c);
    default:
      if (isSpace(c) && m_listDepth > 0 && m_depth == m_listDepth) return true;
      return keep(c);
  }
}
