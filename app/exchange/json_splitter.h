// Cutting a large JSON file into its elements without holding it in memory.
#pragma once

#include <QByteArray>
#include <functional>

/// Takes a file piece by piece. Elements of a list at the top, or of the list "chats" of an object at the top, are handed on one by one;
/// everything else of such an object is kept and can be read at the end. Only brackets, strings and commas are looked at, without
/// recursion: what an element holds is for its reader to judge.
class JsonSplitter {
 public:
  enum class Root { Unknown, List, Object };
  enum class Failure { None, NotJson, TooLarge, Stopped };

  /// `largest`: bytes that one element, or the rest of an object, may have. `take` returns false to stop.
  JsonSplitter(qsizetype largest, std::function<bool(const QByteArray&)> take) : m_largest(largest), m_take(std::move(take)) {}

  /// False: see failure(); nothing more should be added.
  bool add(QByteArrayView bytes);
  /// The value at the top has ended; otherwise the file is cut off.
  [[nodiscard]] bool isComplete() const { return m_ended; }
  [[nodiscard]] Root root() const { return m_root; }
  [[nodiscard]] Failure failure() const { return m_failure; }
  /// There was a list "chats" whose elements were handed on.
  [[nodiscard]] bool hasChats() const { return m_hasChats; }
  /// The object at the top, with an empty list in the place of "chats".
  [[nodiscard]] const QByteArray& rest() const { return m_rest; }

 private:
  bool fail(Failure failure);
  bool addByte(char c);
  bool begin(char c);
  bool keep(char c);
  bool finishElement();
  bool open(char c);
  bool close();

  qsizetype m_largest;
  std::function<bool(const QByteArray&)> m_take;
  Root m_root = Root::Unknown;
  Failure m_failure = Failure::None;
  qint64 m_depth = 0;      // of brackets
  qint64 m_listDepth = 0;  // inside the list whose elements are handed on; 0: not in it
  bool m_inString = false;
  bool m_escaped = false;
  bool m_ended = false;
  bool m_hasChats = false;
  int m_markBytes = 0;  // of a byte order mark at the beginning
  QByteArray m_key;     // the last string of the object at the top
  QByteArray m_element;
  QByteArray m_rest;
};
