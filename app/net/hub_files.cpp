#include "net/hub_files.h"

#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

#include "net/hub_paths.h"

namespace {

constexpr int kMostParts = 9999;
constexpr quint64 kMostAdapterBytes = 4ULL << 30;  // a GGUF file above it is no adapter, whatever the tags say

struct SplitName {
  QString stem;  // without the number and the ending
  int part = 0, parts = 0;
};

[[nodiscard]] SplitName splitName(const QString& path) {
  static const QRegularExpression split(QStringLiteral("^(.*)-(\\d{5})-of-(\\d{5})\\.gguf$"), QRegularExpression::CaseInsensitiveOption);
  const auto match = split.match(path);
  if (!match.hasMatch()) return {path.left(path.size() - 5), 1, 1};
  return {match.captured(1), match.captured(2).toInt(), match.captured(3).toInt()};
}

[[nodiscard]] QString fileName(const QString& path) {
  return path.section(u'/', -1);
}

[[nodiscard]] bool isGguf(const QString& path) {
  return path.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
}

/// Files beside a model that are none.
[[nodiscard]] bool isCompanion(const QString& path) {
  const QString name = fileName(path).toLower();
  if (name.contains(QLatin1String("mmproj")) || name.startsWith(QLatin1String("ggml-vocab"))) return true;
  return name.contains(QLatin1String("imatrix")) && quantisationInName(name).isEmpty();
}

[[nodiscard]] bool saysAdapter(const QString& name, const QStringList& tags, quint64 bytes) {
  static const QRegularExpression word(QStringLiteral("(^|[-_. ])(lora|qlora|adapter)([-_. ]|$)"),
                                       QRegularExpression::CaseInsensitiveOption);
  if (bytes > kMostAdapterBytes) return false;
  if (word.match(fileName(name)).hasMatch()) return true;
  return std::any_of(tags.begin(), tags.end(), [](const QString& tag) {
    return tag == QLatin1String("lora") || tag == QLatin1String("adapter") || tag == QLatin1String("peft") ||
           tag.startsWith(QLatin1String("base_model:adapter:"));
  });
}

/// Parts of one file, by number.
struct Group {
  QMap<int, DownloadFile> files;
  int parts = 1;
  bool isBroken = false;  // a number twice, or none that can be
};

[[nodiscard]] QHash<QString, Group> grouped(const QList<DownloadFile>& files) {
  QHash<QString, Group> groups;
  for (const DownloadFile& file : files) {
    const SplitName name = splitName(file.path);
    Group& group = groups[name.stem + u'\n' + QString::number(name.parts)];
    group.parts = name.parts;
    group.isBroken |= name.part < 1 || name.part > name.parts || name.parts > kMostParts || group.files.contains(name.part);
    group.files.insert(name.part, file);
  }
  return groups;
}

[[nodiscard]] QString variantName(const QString& stem) {
  QString name = quantisationInName(fileName(stem));
  if (name.isEmpty() && stem.contains(u'/')) name = quantisationInName(stem.section(u'/', -2, -2));
  return name.isEmpty() ? fileName(stem) : name;
}

/// Variants that would look alike are called by their files.
void makeNamesDiffer(QList<HubVariant>& variants) {
  QHash<QString, int> count;
  for (const HubVariant& variant : variants) ++count[variant.name];
  for (HubVariant& variant : variants) {
    if (count[variant.name] > 1) variant.name = splitName(variant.files.first().path).stem;
  }
}

[[nodiscard]] QList<HubVariant> peftVariants(const QList<DownloadFile>& files) {
  QHash<QString, QList<DownloadFile>> folders;
  for (const DownloadFile& file : files) {
    const QString name = fileName(file.path);
    if (name == QLatin1String("adapter_config.json") || name == QLatin1String("adapter_model.safetensors"))
      folders[file.path.left(file.path.size() - name.size())].append(file);
  }
  QList<HubVariant> variants;
  for (auto it = folders.begin(); it != folders.end(); ++it) {
    if (it->size() != 2) continue;
    std::sort(it->begin(), it->end(), [](const DownloadFile& a, const DownloadFile& b) { return a.path < b.path; });
    QString name = it.key();
    name.chop(1);
    variants.append({name.isEmpty() ? QStringLiteral("PEFT") : name, *it});
  }
  return variants;
}

}  // namespace

quint64 HubVariant::bytes() const {
  quint64 sum = 0;
  for (const DownloadFile& file : files) sum += file.size;
  return sum;
}

QString quantisationInName(const QString& fileName) {
  // The names that llama.cpp gives its types, those of publishers' mixes ("UD-", "_XL"), and plain floats.
  static const QRegularExpression type(
      QStringLiteral(
          "(?<![A-Za-z0-9])((?:UD-)?(?:IQ[1-4]_(?:XXS|XS|NL|S|M|XL)(?:_XL)?|Q[1-8]_(?:K(?:_(?:XXS|XS|S|M|L|XL|XXL|P))?|[01](?:_[0-9]{1,2}"
          "_[0-9]{1,2})?(?:_(?:XL|L))?)|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4|BF16|FP16|F16|FP32|F32))(?![A-Za-z0-9])"),
      QRegularExpression::CaseInsensitiveOption);
  QString found;
  for (auto it = type.globalMatch(fileName); it.hasNext();) found = it.next().captured(1).toUpper();
  if (found == QLatin1String("FP16")) return QStringLiteral("F16");
  return found == QLatin1String("FP32") ? QStringLiteral("F32") : found;
}

HubContents sortHubFiles(const QList<DownloadFile>& files, const QStringList& tags) {
  HubContents contents;
  QList<DownloadFile> safe, models, adapters;
  for (const DownloadFile& file : files) {
    if (isSafePath(file.path))
      safe.append(file);
    else
      contents.unsafe.append(file.path);
  }
  for (const DownloadFile& file : safe) {
    if (!isGguf(file.path) || isCompanion(file.path)) continue;
    (saysAdapter(file.path, tags, file.size) ? adapters : models).append(file);
  }
  QList<HubVariant> peft = peftVariants(safe);
  contents.isAdapter = models.isEmpty() && !(adapters.isEmpty() && peft.isEmpty());
  if (contents.isAdapter) contents.variants = peft;
  const QHash<QString, Group> groups = grouped(contents.isAdapter ? adapters : models);
  for (auto it = groups.begin(); it != groups.end(); ++it) {
    if (it->isBroken || it->files.size() != it->parts)
      contents.incomplete.append(it->files.first().path);
    else
      contents.variants.append({variantName(it.key().section(u'\n', 0, 0)), it->files.values()});
  }
  makeNamesDiffer(contents.variants);
  std::sort(contents.variants.begin(), contents.variants.end(),
            [](const HubVariant& a, const HubVariant& b) { return a.bytes() != b.bytes() ? a.bytes() < b.bytes() : a.name < b.name; });
  contents.incomplete.sort();
  return contents;
}
