#include "viewmodels/conversation_finder.h"

#include "text/search_text.h"
#include "viewmodels/conversation_model.h"

namespace {

constexpr int kRecollectMs = 200;

}  // namespace

ConversationFinder::ConversationFinder(const ConversationModel* conversation, QObject* parent)
    : QObject(parent), m_conversation(conversation) {
  m_recollect.setSingleShot(true);
  m_recollect.setInterval(kRecollectMs);
  connect(&m_recollect, &QTimer::timeout, this, &ConversationFinder::collect);
  const auto later = [this] {
    if (!m_query.isEmpty() && !m_recollect.isActive()) m_recollect.start();
  };
  connect(conversation, &ConversationModel::countChanged, this, later);
  connect(conversation, &ConversationModel::dataChanged, this, later);
}

int ConversationFinder::current() const {
  return static_cast<int>(m_matches.indexOf(m_current)) + 1;
}

void ConversationFinder::setQuery(const QString& query) {
  if (query == m_query) return;
  m_query = query;
  m_current = 0;
  Q_EMIT queryChanged();
  collect();
  if (!m_matches.isEmpty()) go(m_matches.size() - 1);
}

void ConversationFinder::collect() {
  m_matches.clear();
  const QString text = m_query.trimmed();
  for (int row = 0; !text.isEmpty() && row < m_conversation->count(); ++row) {
    const QModelIndex index = m_conversation->index(row);
    if (containsWords(m_conversation->data(index, ConversationModel::TextRole).toString(), {text}))
      m_matches.append(m_conversation->data(index, ConversationModel::MessageIdRole).toLongLong());
  }
  Q_EMIT changed();
}

void ConversationFinder::go(qsizetype to) {
  m_current = m_matches[to];
  Q_EMIT changed();
  if (const int row = m_conversation->rowOf(m_current); row >= 0) Q_EMIT moved(row);
}

void ConversationFinder::next() {
  if (!m_matches.isEmpty()) go((m_matches.indexOf(m_current) + 1) % m_matches.size());
}

void ConversationFinder::previous() {
  if (m_matches.isEmpty()) return;
  const qsizetype at = m_matches.indexOf(m_current);
  go(at > 0 ? at - 1 : m_matches.size() - 1);
}
