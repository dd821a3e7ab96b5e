#include "services/catalogue_file.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <cmath>

namespace {

constexpr int kFormat = 1;
constexpr int kMostModels = 500;
constexpr int kMostVariants = 40;
constexpr int kMostFiles = 200;
constexpr int kMostTags = 12;
constexpr int kShortText = 96;
constexpr int kLongText = 400;
constexpr double kMostNumber = 9e15;  // exact in a double

/// A text of one line without characters that show nothing or turn others around; empty when it is none or too long.
[[nodiscard]] QString lineOf(const QJsonValue& value, int longest) {
  const QString text = value.toString();
  if (text.size() > longest) return {};
  const bool plain = std::all_of(text.cbegin(), text.cend(), [](QChar c) {
    return c.category() != QChar::Other_Control && c.category() != QChar::Other_Format && c.category() != QChar::Separator_Line &&
           c.category() != QChar::Separator_Paragraph;
  });
  return plain ? text.trimmed() : QString();
}

/// A whole number from 0 to `most`; nothing otherwise. Absent is 0.
[[nodiscard]] std::optional<quint64> numberOf(const QJsonObject& object, const char* key, double most = kMostNumber) {
  const QJsonValue value = object.value(QLatin1String(key));
  if (value.isUndefined()) return 0;
  const double number = value.toDouble(-1);
  if (number < 0 || number > most || number != std::floor(number)) return std::nullopt;
  return static_cast<quint64>(number);
}

/// Takes a number into `target`; false when there is none that fits.
template <class T>
[[nodiscard]] bool take(T& target, const QJsonObject& object, const char* key, double most = kMostNumber) {
  const std::optional<quint64> number = numberOf(object, key, most);
  if (number) target = static_cast<T>(*number);
  return number.has_value();
}

[[nodiscard]] bool isRepository(const QString& text) {
  static const QRegularExpression form(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}\\z"));
  return form.match(text).hasMatch();
}

/// A path inside a repository: no step up, nothing absolute, a GGUF file.
[[nodiscard]] bool isFilePath(const QString& text) {
  static const QRegularExpression form(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\\.gguf\\z"));
  return text.size() <= 2 * kShortText && form.match(text).hasMatch();
}

[[nodiscard]] bool isSha256(const QString& text) {
  static const QRegularExpression form(QStringLiteral("\\A[0-9a-f]{64}\\z"));
  return form.match(text).hasMatch();
}

[[nodiscard]] bool isId(const QString& text) {
  static const QRegularExpression form(QStringLiteral("\\A[a-z0-9][a-z0-9.-]{0,63}\\z"));
  return form.match(text).hasMatch();
}

[[nodiscard]] std::optional<DownloadFile> fileOf(const QJsonObject& object) {
  DownloadFile file;
  file.path = object.value(QLatin1String("path")).toString();
  file.sha256 = object.value(QLatin1String("sha256")).toString();
  if (!take(file.size, object, "size")) return std::nullopt;
  if (!isFilePath(file.path) || (!file.sha256.isEmpty() && !isSha256(file.sha256))) return std::nullopt;
  return file;
}

[[nodiscard]] std::optional<CatalogueVariant> variantOf(const QJsonObject& object) {
  CatalogueVariant variant;
  variant.quantisation = lineOf(object.value(QLatin1String("quantisation")), kShortText);
  variant.repository = object.value(QLatin1String("repository")).toString();
  variant.recommended = object.value(QLatin1String("recommended")).toBool();
  if (variant.quantisation.isEmpty() || !isRepository(variant.repository)) return std::nullopt;
  if (!take(variant.approximateBytes, object, "approx") || !take(variant.expertBytes, object, "expert_bytes")) return std::nullopt;
  const QJsonArray files = object.value(QLatin1String("files")).toArray();
  if (files.size() > kMostFiles) return std::nullopt;
  bool hasSizes = !files.isEmpty();
  for (const QJsonValue& value : files) {
    const std::optional<DownloadFile> file = fileOf(value.toObject());
    if (!file) return std::nullopt;
    hasSizes = hasSizes && file->size > 0;
    variant.files.append(*file);
  }
  if (hasSizes == (variant.approximateBytes > 0)) return std::nullopt;  // one of them, not both
  if (variant.expertBytes > variant.bytes()) return std::nullopt;
  return variant;
}

[[nodiscard]] bool takeShape(ModelShape& shape, const QJsonObject& object) {
  if (!take(shape.weightBytes, object, "weights") || !take(shape.expertBytes, object, "experts") ||
      !take(shape.bytesPerToken, object, "per_token") || !take(shape.kvBytesPerToken, object, "kv", 1e9))
    return false;
  return shape.weightBytes > 0 && shape.expertBytes <= shape.weightBytes && shape.bytesPerToken <= shape.weightBytes;
}

[[nodiscard]] bool takeNumbers(CatalogueModel& model, const QJsonObject& object) {
  constexpr double kMostCount = 1e6, kMostContext = 1e9;
  if (!take(model.parameters, object, "parameters") || !take(model.activeParameters, object, "active_parameters") ||
      !take(model.contextLength, object, "context", kMostContext) || !take(model.experts, object, "experts", kMostCount) ||
      !take(model.expertsUsed, object, "experts_used", kMostCount) || !take(model.shape.layers, object, "layers", kMostCount))
    return false;
  model.shape.contextLength = model.contextLength;
  return model.parameters > 0 && model.activeParameters <= model.parameters && model.expertsUsed <= model.experts;
}

[[nodiscard]] std::optional<CatalogueModel> modelOf(const QJsonObject& object) {
  CatalogueModel model;
  model.id = object.value(QLatin1String("id")).toString();
  model.name = lineOf(object.value(QLatin1String("name")), kShortText);
  model.publisher = lineOf(object.value(QLatin1String("publisher")), kShortText);
  model.licence = lineOf(object.value(QLatin1String("licence")), kShortText);
  model.repository = object.value(QLatin1String("repository")).toString();
  if (!isId(model.id) || model.name.isEmpty() || model.licence.isEmpty() || !isRepository(model.repository)) return std::nullopt;
  if (!takeNumbers(model, object) || !takeShape(model.shape, object.value(QLatin1String("shape")).toObject())) return std::nullopt;
  const QJsonArray tags = object.value(QLatin1String("tags")).toArray();
  const QJsonArray variants = object.value(QLatin1String("variants")).toArray();
  if (tags.size() > kMostTags || variants.size() > kMostVariants) return std::nullopt;
  for (const QJsonValue& tag : tags)
    if (const QString text = lineOf(tag, kShortText); !text.isEmpty()) model.tags.append(text);
  for (const QJsonValue& value : variants)
    if (const auto variant = variantOf(value.toObject())) model.variants.append(*variant);
  if (model.variants.isEmpty()) return std::nullopt;
  std::stable_sort(model.variants.begin(), model.variants.end(),
                   [](const CatalogueVariant& a, const CatalogueVariant& b) { return a.bytes() < b.bytes(); });
  return model;
}

[[nodiscard]] QHash<QString, QString> textsOf(const QJsonObject& object) {
  QHash<QString, QString> texts;
  for (const QString& language : {QStringLiteral("en"), QStringLiteral("zh_CN")})
    if (const QString text = lineOf(object.value(language), kLongText); !text.isEmpty()) texts.insert(language, text);
  return texts;
}

}  // namespace

std::optional<CatalogueFile> parseCatalogue(const QByteArray& json) {
  if (json.size() > kCatalogueMostBytes) return std::nullopt;
  const QJsonObject root = QJsonDocument::fromJson(json).object();
  if (root.value(QLatin1String("format")).toInt() != kFormat) return std::nullopt;
  CatalogueFile file;
  if (!take(file.version, root, "version") || file.version == 0) return std::nullopt;
  file.date = QDate::fromString(root.value(QLatin1String("date")).toString(), Qt::ISODate);
  if (!file.date.isValid()) return std::nullopt;
  const QJsonArray models = root.value(QLatin1String("models")).toArray();
  if (models.size() > kMostModels) return std::nullopt;
  QSet<QString> ids;
  for (const QJsonValue& value : models) {
    const QJsonObject object = value.toObject();
    const std::optional<CatalogueModel> model = modelOf(object);
    if (!model || ids.contains(model->id)) continue;
    ids.insert(model->id);
    file.models.append(*model);
    file.goodAtOfModel.insert(model->id, textsOf(object.value(QLatin1String("good_at")).toObject()));
  }
  if (file.models.isEmpty()) return std::nullopt;
  return file;
}
