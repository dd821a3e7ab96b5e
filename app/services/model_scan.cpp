#include "services/model_scan.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

#include "net/hub_files.h"
#include "services/library_paths.h"

namespace {

constexpr int kDeepest = 12;
constexpr int kMostEntries = 200'000;  // looked at, folders included
constexpr int kMostModels = 2000;
constexpr qint64 kLargestManifest = 1 << 20;
constexpr qint64 kLargestCard = 1 << 20;

[[nodiscard]] QByteArray smallFile(const QString& path, qint64 most) {
  QFile file(path);
  if (!QFileInfo(path).isFile() || file.size() > most || !file.open(QIODevice::ReadOnly)) return {};
  return file.read(most);
}

/// Parts of a model that see images, and statistics for quantising, are beside models but none.
[[nodiscard]] bool isModelName(const QString& fileName) {
  return fileName.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive) &&
         !fileName.startsWith(QLatin1String("mmproj"), Qt::CaseInsensitive) &&
         !fileName.contains(QLatin1String("imatrix"), Qt::CaseInsensitive);
}

/// Parts of the set that a file belongs to, or the file alone.
[[nodiscard]] ModelCandidate candidateOf(const QString& path) {
  const QFileInfo file(path);
  const QString folder = file.path();
  ModelCandidate candidate;
  candidate.modelName = stemOf(file.fileName());
  candidate.variantName = quantisationInName(file.fileName());
  if (const SplitName split = splitNameOf(file.fileName())) {
    for (int n = 1; n <= split.count; ++n) {
      const QString part = folder + u'/' + split.part(n);
      candidate.parts += part;
      if (!QFileInfo(part).isFile()) candidate.missing += split.part(n);
    }
  } else {
    candidate.parts += path;
  }
  return candidate;
}

[[nodiscard]] QString ollamaRoot() {
  const QString named = qEnvironmentVariable("OLLAMA_MODELS");
  return named.isEmpty() ? QDir::homePath() + QLatin1String("/.ollama/models") : named;
}

/// A name that is only a name: no folder in it and no way out of one.
[[nodiscard]] bool isPlainName(const QString& name) {
  return !name.isEmpty() && name != QLatin1String(".") && name != QLatin1String("..") && !name.contains(u'/') && !name.contains(u'\\');
}

class Scan {
 public:
  explicit Scan(const WorkControl& control) : m_control(control) {}

  void add(const QString& path) {
    const QFileInfo info(path);
    if (!info.exists()) {
      m_result.gone += path;
    } else if (info.isDir()) {
      const QString root = ollamaFolder(path);
      root.isEmpty() ? walk(path, 0) : addOllama(root);
    } else if (info.isFile()) {
      addNamedFile(info);
    }
  }

  void walkOwn(const QString& folder) {
    m_onlyGguf = true;
    walk(folder, 0);
  }

  [[nodiscard]] ScanResult result() {
    std::sort(m_result.models.begin(), m_result.models.end(),
              [](const ModelCandidate& a, const ModelCandidate& b) { return a.parts.first() < b.parts.first(); });
    return m_result;
  }

 private:
  [[nodiscard]] bool mayGoOn() {
    if (!m_control.cancel && m_entries < kMostEntries && m_result.models.size() < kMostModels) return true;
    m_result.complete = false;
    return false;
  }

  /// A file that the user pointed at: whatever its name, its contents decide. A file of a model or adapter folder stands for the folder.
  void addNamedFile(const QFileInfo& info) {
    const QDir folder = info.dir();
    const QString suffix = info.suffix().toLower();
    if (suffix == QLatin1String("safetensors") || suffix == QLatin1String("json") || suffix == QLatin1String("bin")) {
      if (folder.exists(QStringLiteral("adapter_config.json")))
        addUnique(m_result.adapters, folder.path());
      else if (folder.exists(QStringLiteral("config.json")))
        addUnique(m_result.modelFolders, folder.path());
      else
        addModel(candidateOf(info.filePath()));
      return;
    }
    addModel(candidateOf(info.absoluteFilePath()));
  }

  static void addUnique(QStringList& list, const QString& path) {
    if (!list.contains(path)) list += path;
  }

  void addModel(const ModelCandidate& candidate) {
    const QString key = canonical(candidate.parts.first());
    if (m_seenFiles.contains(key)) return;
    m_seenFiles.insert(key);
    m_result.models.append(candidate);
  }

  void walk(const QString& folder, int depth) {
    const QString real = canonical(folder);
    if (depth > kDeepest || m_seenFolders.contains(real)) return;  // also where links lead in circles
    m_seenFolders.insert(real);
    const QDir directory(folder);
    if (!m_onlyGguf && addSpecial(directory)) return;
    const auto entries = directory.entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name);
    for (const QFileInfo& entry : entries) {
      ++m_entries;
      if (!mayGoOn()) return;
      if (entry.isDir()) {
        if (entry.fileName() != QLatin1String(".incoming")) walk(entry.filePath(), depth + 1);
      } else if (isModelName(entry.fileName())) {
        addFound(entry, depth);
      }
    }
  }

  void addFound(const QFileInfo& file, int depth) {
    static const QRegularExpression hubFolder(QStringLiteral("/models--([^/]+?)--([^/]+)/snapshots/"));
    ModelCandidate candidate = candidateOf(file.absoluteFilePath());
    const QString path = file.absoluteFilePath();
    const bool published = m_onlyGguf || path.contains(QLatin1String("lmstudio")) || path.contains(QLatin1String("lm-studio"));
    if (const auto hub = hubFolder.match(path); hub.hasMatch()) {
      candidate.publisher = hub.captured(1);
      candidate.repository = hub.captured(1) + u'/' + hub.captured(2);
    } else if (QDir publisher = file.dir(); published && depth == 2 && publisher.cdUp()) {
      candidate.publisher = publisher.dirName();  // PUBLISHER/MODEL/FILE
      candidate.repository = publisher.dirName() + u'/' + file.dir().dirName();
    }
    addModel(candidate);
  }

  /// Folders that are something as a whole.
  bool addSpecial(const QDir& folder) {
    if (folder.exists(QStringLiteral("adapter_config.json"))) {
      addUnique(m_result.adapters, folder.path());
      return true;
    }
    const bool isModel =
        folder.exists(QStringLiteral("config.json")) && !folder.entryList({QStringLiteral("*.safetensors")}, QDir::Files).isEmpty();
    if (isModel) addUnique(m_result.modelFolders, folder.path());
    return isModel;
  }

  // --- Ollama: manifests/HOST/NAMESPACE/MODEL/TAG name files blobs/sha256-...

  [[nodiscard]] static QString ollamaFolder(const QString& path) {
    for (const QString& root : {path, path + QLatin1String("/models")}) {
      if (QFileInfo(root + QLatin1String("/manifests")).isDir() && QFileInfo(root + QLatin1String("/blobs")).isDir()) return root;
    }
    return {};
  }

  void addOllama(const QString& root) { walkManifests(root, root + QLatin1String("/manifests"), 0); }

  void walkManifests(const QString& root, const QString& folder, int depth) {
    const QString real = canonical(folder);
    if (depth > 5 || m_seenFolders.contains(real)) return;
    m_seenFolders.insert(real);
    const auto entries = QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo& entry : entries) {
      ++m_entries;
      if (!mayGoOn()) return;
      if (entry.isDir())
        walkManifests(root, entry.filePath(), depth + 1);
      else
        addManifest(root, entry);
    }
  }

  void addManifest(const QString& root, const QFileInfo& manifest) {
    static const QRegularExpression digest(QStringLiteral("^sha256:([0-9a-f]{64})$"));
    const QJsonObject json = QJsonDocument::fromJson(smallFile(manifest.filePath(), kLargestManifest)).object();
    for (const QJsonValue& layer : json[QLatin1String("layers")].toArray()) {
      const QJsonObject object = layer.toObject();
      const QString type = object[QLatin1String("mediaType")].toString();
      const bool adapter = type == QLatin1String("application/vnd.ollama.image.adapter");
      if (!adapter && type != QLatin1String("application/vnd.ollama.image.model")) continue;
      const auto match = digest.match(object[QLatin1String("digest")].toString());
      if (!match.hasMatch()) continue;  // anything else could lead out of the folder
      const QString blob = root + QLatin1String("/blobs/sha256-") + match.captured(1);
      ModelCandidate candidate;
      candidate.parts = QStringList{QFileInfo(blob).absoluteFilePath()};
      candidate.sha256 = match.captured(1);
      const QString tag = manifest.fileName();
      const QString model = manifest.dir().dirName();
      QDir space = manifest.dir();
      if (space.cdUp() && space.dirName() != QLatin1String("library") && isPlainName(space.dirName()))
        candidate.publisher = space.dirName();
      candidate.modelName = tag == QLatin1String("latest") ? model : model + u' ' + tag;
      candidate.variantName = quantisationInName(tag);
      if (!QFileInfo(blob).isFile()) candidate.missing += QFileInfo(blob).fileName();
      addModel(candidate);
    }
  }

  const WorkControl& m_control;
  ScanResult m_result;
  QSet<QString> m_seenFolders;
  QSet<QString> m_seenFiles;
  int m_entries = 0;
  bool m_onlyGguf = false;
};

}  // namespace

ScanResult scanForModels(const QStringList& paths, const WorkControl& control) {
  Scan scan(control);
  for (const QString& path : paths) scan.add(QDir::cleanPath(QFileInfo(path).absoluteFilePath()));
  return scan.result();
}

ScanResult scanOwnFolder(const QString& folder, const WorkControl& control) {
  Scan scan(control);
  if (QFileInfo(folder).isDir()) scan.walkOwn(folder);
  return scan.result();
}

QList<QPair<QString, QString>> foldersOfOthers() {
  const QString home = QDir::homePath();
  QString hub = qEnvironmentVariable("HF_HUB_CACHE");
  if (hub.isEmpty() && qEnvironmentVariableIsSet("HF_HOME")) hub = qEnvironmentVariable("HF_HOME") + QLatin1String("/hub");
  if (hub.isEmpty()) hub = home + QLatin1String("/.cache/huggingface/hub");
  QList<QPair<QString, QString>> found;
  for (const auto& [name, path] : {std::pair(QStringLiteral("Ollama"), ollamaRoot()),
                                   std::pair(QStringLiteral("Ollama"), QStringLiteral("/usr/share/ollama/.ollama/models")),
                                   std::pair(QStringLiteral("LM Studio"), home + QLatin1String("/.lmstudio/models")),
                                   std::pair(QStringLiteral("LM Studio"), home + QLatin1String("/.cache/lm-studio/models")),
                                   std::pair(QStringLiteral("Hugging Face"), hub)}) {
    if (QFileInfo(path).isDir() && QFileInfo(path).isReadable()) found.append({name, path});
  }
  return found;
}

QString cardBeside(const QString& modelFile) {
  const QString text = QString::fromUtf8(smallFile(QFileInfo(modelFile).path() + QLatin1String("/README.md"), kLargestCard));
  // Cards of models begin with a block of facts; other texts of that name belong to the folder.
  return text.startsWith(QLatin1String("---")) ? text : QString();
}

QString cardValue(const QString& card, const QString& key) {
  if (!card.startsWith(QLatin1String("---"))) return {};
  const qsizetype end = card.indexOf(QLatin1String("\n---"), 3);
  const QStringList lines = card.mid(3, end < 0 ? 0 : end - 3).split(u'\n');
  for (const QString& line : lines) {
    if (!line.startsWith(key + u':')) continue;
    QString value = line.mid(key.size() + 1).trimmed();
    if (value.size() > 1 && (value.startsWith(u'"') || value.startsWith(u'\''))) value = value.mid(1, value.size() - 2);
    return value.left(200);
  }
  return {};
}
