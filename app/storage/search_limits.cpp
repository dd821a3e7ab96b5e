#include "storage/search_limits.h"

#include <QHash>
#include <algorithm>

#include "storage/rows.h"

namespace {

[[nodiscard]] bool namesAdapter(const QString& json, const QString& name) {
  const QList<AnswerAdapter> adapters = adaptersFromJson(json);
  return std::any_of(adapters.begin(), adapters.end(),
                     [&name](const AnswerAdapter& adapter) { return adapter.name.contains(name, Qt::CaseInsensitive); });
}

/// Chats with a message of which `fits` says yes to what stands in the column; asked once for each value.
template <class Fits>
[[nodiscard]] StoreResult<QSet<qint64>> chatsWhere(Database& database, const char* column, Fits fits) {
  // As the partial indexes of the schema, so that they are what is read.
  auto query = database.run(
      QStringLiteral("SELECT DISTINCT %1, chat_id FROM message WHERE %1 <> '' AND deleted_at IS NULL").arg(QLatin1String(column)));
  if (!query) return query.error();
  QHash<QString, bool> known;
  QSet<qint64> chats;
  while (query->next()) {
    const QString value = query->value(0).toString();
    auto answer = known.find(value);
    if (answer == known.end()) answer = known.insert(value, fits(value));
    if (*answer) chats.insert(query->value(1).toLongLong());
  }
  return chats;
}

}  // namespace

void SearchLimits::keepOnly(const QSet<qint64>& others) {
  if (chats)
    chats->intersect(others);
  else
    chats = others;
}

StoreResult<QSet<qint64>> chatsAnsweredBy(Database& database, const QString& model, const QString& adapter) {
  SearchLimits limits;
  if (!model.isEmpty()) {
    const auto chats =
        chatsWhere(database, "model_name", [&model](const QString& name) { return name.contains(model, Qt::CaseInsensitive); });
    if (!chats) return chats.error();
    limits.keepOnly(*chats);
  }
  if (!adapter.isEmpty()) {
    const auto chats = chatsWhere(database, "adapters", [&adapter](const QString& json) { return namesAdapter(json, adapter); });
    if (!chats) return chats.error();
    limits.keepOnly(*chats);
  }
  return limits.chats.value_or(QSet<qint64>());
}
