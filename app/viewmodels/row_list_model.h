// A list model over value rows that is told what the rows are now, and tells views only what has changed.
#pragma once

#include <QAbstractListModel>
#include <QList>
#include <algorithm>

/// `Row` has a member `key` that names it and compares by value. Delegates of rows that stay are kept, so focus and scrolling stay too.
template <class Row>
class RowListModel : public QAbstractListModel {
 public:
  using QAbstractListModel::QAbstractListModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
  [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
  [[nodiscard]] const QList<Row>& rows() const { return m_rows; }

 protected:
  void setRows(const QList<Row>& next) {
    const qsizetype before = m_rows.size();
    removeOthers(next);
    for (qsizetype i = 0; i < next.size(); ++i) {
      const qsizetype at = find(next[i].key, i);
      if (at < 0)
        insertAt(i, next[i]);
      else
        takeTo(at, i, next[i]);
    }
    if (before != m_rows.size()) countHasChanged();
  }

  /// The row with this key, from `from` on; -1: none.
  template <class Key>
  [[nodiscard]] qsizetype find(const Key& key, qsizetype from = 0) const {
    for (qsizetype i = from; i < m_rows.size(); ++i)
      if (m_rows[i].key == key) return i;
    return -1;
  }

  /// Emits the derived class's signal.
  virtual void countHasChanged() = 0;

 private:
  void removeOthers(const QList<Row>& next) {
    for (qsizetype i = m_rows.size() - 1; i >= 0; --i) {
      const auto same = [&](const Row& row) { return row.key == m_rows[i].key; };
      if (std::any_of(next.cbegin(), next.cend(), same)) continue;
      beginRemoveRows({}, static_cast<int>(i), static_cast<int>(i));
      m_rows.removeAt(i);
      endRemoveRows();
    }
  }

  void insertAt(qsizetype to, const Row& row) {
    beginInsertRows({}, static_cast<int>(to), static_cast<int>(to));
    m_rows.insert(to, row);
    endInsertRows();
  }

  void takeTo(qsizetype from, qsizetype to, const Row& row) {
    if (from != to) {
      beginMoveRows({}, static_cast<int>(from), static_cast<int>(from), {}, static_cast<int>(to));
      m_rows.move(from, to);
      endMoveRows();
    }
    if (m_rows[to] == row) return;
    m_rows[to] = row;
    const QModelIndex changed = index(static_cast<int>(to));
    Q_EMIT dataChanged(changed, changed);
  }

  QList<Row> m_rows;
};
