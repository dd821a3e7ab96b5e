// Names and places, what scanning finds, and copying, without a library.
#include <gtest/gtest.h>

#include <sys/mount.h>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "app/support/library_fixture.h"
#include "net/hub_files.h"
#include "services/file_copy.h"
#include "services/library_json.h"
#include "services/library_paths.h"
#include "services/model_scan.h"

namespace {

using hearth_test::writeFile;

class LibraryScanTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
  [[nodiscard]] QString model(const QString& name) const { return writeFile(path(name), "GGUF"); }
  [[nodiscard]] ScanResult scan(const QStringList& paths) const { return scanForModels(paths, m_control); }

  QTemporaryDir m_folder;
  WorkControl m_control;
};

QString blob(char c) {
  return QString(64, QLatin1Char(c));
}

QByteArray manifest(const QString& digest, const char* type = "application/vnd.ollama.image.model") {
  return QStringLiteral(R"({"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:%3"},)"
                        R"({"mediaType":"%1","digest":"%2","size":4}]})")
      .arg(QLatin1String(type), digest, blob('f'))
      .toUtf8();
}

TEST_F(LibraryScanTest, PathsBelowTheDataFolderAreRelative) {
  const LibraryPaths paths(QStringLiteral("/home/me/data/"));
  EXPECT_EQ(paths.stored(QStringLiteral("/home/me/data/models/a/b.gguf")), QStringLiteral("models/a/b.gguf"));
  EXPECT_EQ(paths.absolute(QStringLiteral("models/a/b.gguf")), QStringLiteral("/home/me/data/models/a/b.gguf"));
  EXPECT_EQ(paths.stored(QStringLiteral("/home/me/data2/x.gguf")), QStringLiteral("/home/me/data2/x.gguf"));
  EXPECT_EQ(paths.absolute(QStringLiteral("/elsewhere/x.gguf")), QStringLiteral("/elsewhere/x.gguf"));
  EXPECT_EQ(paths.absolute(QStringLiteral("../../etc/passwd")), QString());
  EXPECT_TRUE(paths.isOurs(QStringLiteral("/home/me/data/models/x.gguf")));
  EXPECT_TRUE(paths.isOurs(QStringLiteral("/home/me/data/adapters/a/x.gguf")));
  EXPECT_FALSE(paths.isOurs(QStringLiteral("/home/me/data/hearth.db")));
  EXPECT_FALSE(paths.isOurs(QStringLiteral("/home/me/data/models/../hearth.db")));
  EXPECT_FALSE(paths.isOurs(QStringLiteral("/home/me/data/modelsX/x")));
}

TEST_F(LibraryScanTest, NamesFitAndHideNothing) {
  EXPECT_EQ(fileNameOf(QStringLiteral("../../etc/passwd")), QStringLiteral("-..-etc-passwd"));
  EXPECT_EQ(fileNameOf(QStringLiteral("a:b*c\n")), QStringLiteral("a-b-c-"));
  EXPECT_EQ(fileNameOf(QStringLiteral("...")), QStringLiteral("model"));
  EXPECT_EQ(fileNameOf(QString()), QStringLiteral("model"));
  const QString longName = fileNameOf(QStringLiteral("模型🔥").repeated(80));
  EXPECT_LE(QFile::encodeName(longName).size(), 200);
  EXPECT_FALSE(longName.contains(QChar::ReplacementCharacter));
  EXPECT_FALSE(longName.back().isHighSurrogate());
  const QString first = unusedPath(m_folder.path(), QStringLiteral("语").repeated(200), QStringLiteral(".gguf"));
  EXPECT_LE(QFile::encodeName(QFileInfo(first).fileName()).size(), 255);
  writeFile(first, "x");
  const QString second = unusedPath(m_folder.path(), QStringLiteral("语").repeated(200), QStringLiteral(".gguf"));
  EXPECT_NE(first, second);
  EXPECT_LE(QFile::encodeName(QFileInfo(second).fileName()).size(), 255);
  EXPECT_TRUE(second.endsWith(QStringLiteral(" (2).gguf")));
}

TEST_F(LibraryScanTest, FileNamesTellTypeAndModel) {
  const QList<std::array<const char*, 3>> names{{"DeepSeek-V2-Lite-Chat.Q4_K_M.gguf", "Q4_K_M", "DeepSeek-V2-Lite-Chat"},
                                                {"model-q8_0.gguf", "Q8_0", "model"},
                                                {"Qwen3-30B-A3B-UD-Q4_K_XL-00001-of-00002.gguf", "UD-Q4_K_XL", "Qwen3-30B-A3B"},
                                                {"gpt-oss-20b-mxfp4.gguf", "MXFP4", "gpt-oss-20b"},
                                                {"x-IQ2_XXS.gguf", "IQ2_XXS", "x"},
                                                {"x-BF16.GGUF", "BF16", "x"},
                                                {"x.fp16.gguf", "F16", "x"},
                                                {"plain.gguf", "", "plain"},
                                                {"Q4_K_M.gguf", "Q4_K_M", "Q4_K_M"},
                                                {"a-q4_0-instruct.gguf", "Q4_0", "a-q4_0-instruct"},
                                                {"my Q6_K model.gguf", "Q6_K", "my Q6_K model"}};
  for (const auto& [file, type, stem] : names) {
    EXPECT_EQ(quantisationInName(QString::fromUtf8(file)), QString::fromUtf8(type)) << file;
    EXPECT_EQ(stemOf(QString::fromUtf8(file)), QString::fromUtf8(stem)) << file;
  }
  EXPECT_TRUE(splitNameOf(QStringLiteral("a-00002-of-00003.gguf")));
  EXPECT_EQ(splitNameOf(QStringLiteral("a-00002-of-00003.gguf")).part(1), QStringLiteral("a-00001-of-00003.gguf"));
  for (const char* wrong :
       {"a-00004-of-00003.gguf", "a-00000-of-00003.gguf", "a-1-of-3.gguf", "a-00001-of-99999.gguf", "a-00001-of-00003.bin"})
    EXPECT_FALSE(splitNameOf(QString::fromUtf8(wrong))) << wrong;
}

TEST_F(LibraryScanTest, SettingsAndFactsSurviveAsJson) {
  VariantSettings settings;
  EXPECT_EQ(settingsFromJson(toJson(settings)), settings);
  settings.contextLength = 0;
  settings.device = QStringLiteral("vulkan:0");
  settings.temperature = 0.25;
  settings.topK = 0;
  settings.systemPrompt = QString(QLatin1String(""));
  settings.chatTemplate = QStringLiteral("{{ x }}");
  EXPECT_EQ(settingsFromJson(toJson(settings)), settings);
  EXPECT_EQ(settingsFromJson(QStringLiteral("{\"context\":\"many\",\"temperature\":[],\"device\":5")), VariantSettings());
  ModelFileFacts facts;
  facts.name = QStringLiteral("名字 🔥");
  facts.weightBytes = 123'456'789'012;
  facts.experts = 64;
  facts.metadata = {{QStringLiteral("a.b"), QStringLiteral("[5 × string]")}, {QStringLiteral("a.b"), QString(QLatin1String(""))}};
  const ModelFileFacts back = factsFromJson(toJson(facts));
  EXPECT_EQ(back.name, facts.name);
  EXPECT_EQ(back.weightBytes, facts.weightBytes);
  EXPECT_EQ(back.experts, 64);
  EXPECT_EQ(back.metadata, facts.metadata);
}

TEST_F(LibraryScanTest, FoldersAreSearchedAndSetsAreOne) {
  const QStringList all{model(QStringLiteral("top/a.gguf")), model(QStringLiteral("top/x/B.GGUF")),
                        model(QStringLiteral("top/x/s-00001-of-00002.gguf")), model(QStringLiteral("top/x/s-00002-of-00002.gguf"))};
  writeFile(path(QStringLiteral("top/x/readme.txt")), "x");
  writeFile(path(QStringLiteral("top/x/c.gguf.part")), "x");
  writeFile(path(QStringLiteral("top/x/mmproj-F16.gguf")), "x");
  const ScanResult found = scan({path(QStringLiteral("top"))});
  ASSERT_EQ(found.models.size(), 3);
  EXPECT_EQ(found.models[2].parts, all.mid(2));
  EXPECT_TRUE(found.models[2].missing.isEmpty());
  EXPECT_EQ(scan({all[3]}).models.first().parts, all.mid(2));  // any part stands for the set
  EXPECT_EQ(scan({all[0], all[0], path(QStringLiteral("top"))}).models.size(), 3);
  QFile::remove(all[2]);
  const ScanResult incomplete = scan({all[3]});
  ASSERT_EQ(incomplete.models.size(), 1);
  EXPECT_EQ(incomplete.models.first().missing, QStringList{QStringLiteral("s-00001-of-00002.gguf")});
  EXPECT_EQ(scan({path(QStringLiteral("nowhere"))}).gone.size(), 1);
}

TEST_F(LibraryScanTest, LinksInCirclesEnd) {
  const QString file = model(QStringLiteral("loop/deep/a.gguf"));
  ASSERT_TRUE(QFile::link(path(QStringLiteral("loop")), path(QStringLiteral("loop/deep/again"))));
  ASSERT_TRUE(QFile::link(QStringLiteral("."), path(QStringLiteral("loop/self"))));
  ASSERT_TRUE(QFile::link(file, path(QStringLiteral("loop/other-name.gguf"))));
  ASSERT_TRUE(QFile::link(path(QStringLiteral("loop/nothing")), path(QStringLiteral("loop/dangling.gguf"))));
  ASSERT_TRUE(QFile::link(QStringLiteral("round.gguf"), path(QStringLiteral("loop/round.gguf"))));
  const ScanResult found = scan({path(QStringLiteral("loop"))});
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.models.size(), 1);
}

TEST_F(LibraryScanTest, DeepTreesAndCancelStop) {
  QString folder = QStringLiteral("d");
  for (int i = 0; i < 30; ++i) folder += QStringLiteral("/d");
  static_cast<void>(model(folder + QStringLiteral("/deep.gguf")));
  static_cast<void>(model(QStringLiteral("d/near.gguf")));
  EXPECT_EQ(scan({path(QStringLiteral("d"))}).models.size(), 1);
  m_control.cancel = true;
  EXPECT_FALSE(scan({path(QStringLiteral("d"))}).complete);
}

TEST_F(LibraryScanTest, OllamaManifestsNameTheBlobs) {
  const QString root = path(QStringLiteral(".ollama/models"));
  writeFile(root + QStringLiteral("/blobs/sha256-") + blob('a'), "GGUF");
  writeFile(root + QStringLiteral("/blobs/sha256-") + blob('b'), "GGUF");
  writeFile(root + QStringLiteral("/blobs/sha256-") + blob('f'), "licence");
  writeFile(path(QStringLiteral(".ollama/secret")), "GGUF");
  const QString library = root + QStringLiteral("/manifests/registry.ollama.ai/library/");
  writeFile(library + QStringLiteral("deepseek-r1/7b-q4_K_M"), manifest(QStringLiteral("sha256:") + blob('a')));
  writeFile(library + QStringLiteral("llama3/latest"), manifest(QStringLiteral("sha256:") + blob('a')));  // the same file
  writeFile(root + QStringLiteral("/manifests/hf.co/some one/模型/latest"), manifest(QStringLiteral("sha256:") + blob('b')));
  writeFile(library + QStringLiteral("gone/latest"), manifest(QStringLiteral("sha256:") + blob('c')));
  for (const char* bad : {"sha256:../../secret", "sha256:", "../secret", "sha256:AAAA", "md5:aaaa"})
    writeFile(library + QStringLiteral("bad/") + QString::fromLatin1(bad).replace(u'/', u'_'), manifest(QString::fromLatin1(bad)));
  writeFile(library + QStringLiteral("broken/latest"), "{ not json");
  writeFile(library + QStringLiteral("huge/latest"), QByteArray(3 << 20, '['));
  for (const QString& given : {root, path(QStringLiteral(".ollama"))}) {
    const ScanResult found = scan({given});
    ASSERT_EQ(found.models.size(), 3);
    EXPECT_EQ(found.models[0].parts, QStringList{root + QStringLiteral("/blobs/sha256-") + blob('a')});
    EXPECT_EQ(found.models[0].modelName, QStringLiteral("deepseek-r1 7b-q4_K_M"));
    EXPECT_EQ(found.models[0].variantName, QStringLiteral("Q4_K_M"));
    EXPECT_EQ(found.models[0].sha256, blob('a'));
    EXPECT_EQ(found.models[1].modelName, QStringLiteral("模型"));
    EXPECT_EQ(found.models[1].publisher, QStringLiteral("some one"));
    EXPECT_EQ(found.models[2].missing.size(), 1);
  }
}

TEST_F(LibraryScanTest, TreesOfOtherProgramsNameThePublisher) {
  static_cast<void>(model(QStringLiteral(".lmstudio/models/bartowski/Qwen3-GGUF/Qwen3-Q4_K_M.gguf")));
  static_cast<void>(model(QStringLiteral("hub/models--unsloth--gpt-oss-GGUF/snapshots/abc/gpt-oss-F16.gguf")));
  static_cast<void>(model(QStringLiteral("else/a/b/c.gguf")));
  const ScanResult studio = scan({path(QStringLiteral(".lmstudio/models"))});
  ASSERT_EQ(studio.models.size(), 1);
  EXPECT_EQ(studio.models[0].repository, QStringLiteral("bartowski/Qwen3-GGUF"));
  EXPECT_EQ(studio.models[0].publisher, QStringLiteral("bartowski"));
  EXPECT_EQ(studio.models[0].variantName, QStringLiteral("Q4_K_M"));
  EXPECT_EQ(scan({path(QStringLiteral("hub"))}).models.value(0).repository, QStringLiteral("unsloth/gpt-oss-GGUF"));
  EXPECT_EQ(scan({path(QStringLiteral("else"))}).models.value(0).repository, QString());
}

TEST_F(LibraryScanTest, ModelAndAdapterFoldersAreOneThing) {
  writeFile(path(QStringLiteral("hf/config.json")), "{}");
  writeFile(path(QStringLiteral("hf/model-00001-of-00002.safetensors")), "x");
  writeFile(path(QStringLiteral("peft/adapter_config.json")), "{}");
  writeFile(path(QStringLiteral("peft/adapter_model.safetensors")), "x");
  const ScanResult all = scan({m_folder.path()});
  EXPECT_EQ(all.modelFolders, QStringList{path(QStringLiteral("hf"))});
  EXPECT_EQ(all.adapters, QStringList{path(QStringLiteral("peft"))});
  EXPECT_TRUE(all.models.isEmpty());
  for (const char* file : {"peft/adapter_config.json", "peft/adapter_model.safetensors"})
    EXPECT_EQ(scan({path(QString::fromLatin1(file))}).adapters, all.adapters) << file;
  EXPECT_EQ(scan({path(QStringLiteral("hf/config.json"))}).modelFolders, all.modelFolders);
}

TEST_F(LibraryScanTest, CardsBelongToTheModelAndAreBounded) {
  const QString file = model(QStringLiteral("m/a.gguf"));
  EXPECT_EQ(cardBeside(file), QString());
  writeFile(path(QStringLiteral("m/README.md")), "My notes");
  EXPECT_EQ(cardBeside(file), QString());
  writeFile(path(QStringLiteral("m/README.md")), "---\nlicense: \"mit\"\nbase: x\n---\n# Model\nlicense: no");
  EXPECT_TRUE(cardBeside(file).contains(QStringLiteral("# Model")));
  EXPECT_EQ(cardValue(cardBeside(file), QStringLiteral("license")), QStringLiteral("mit"));
  EXPECT_EQ(cardValue(cardBeside(file), QStringLiteral("author")), QString());
  EXPECT_EQ(cardValue(QStringLiteral("---\nlicense: mit"), QStringLiteral("license")), QString());  // no end
  writeFile(path(QStringLiteral("m/README.md")), "---\n" + QByteArray(2 << 20, 'x'));
  EXPECT_EQ(cardBeside(file), QString());
}

TEST_F(LibraryScanTest, HashesAndCopiesWithProgressAndCancel) {
  QByteArray text;
  for (int i = 0; i < 9 << 20; ++i) text += static_cast<char>(i * 7 + i / 251);
  const QString from = writeFile(path(QStringLiteral("from")), text);
  const QString expected = QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
  double last = 0;
  m_control.progress = [&last](double fraction, const QString& what) {
    EXPECT_GE(fraction, last);
    EXPECT_EQ(what, QStringLiteral("from"));
    last = fraction;
  };
  const FileProgress progress{&m_control, 0, static_cast<quint64>(text.size())};
  EXPECT_EQ(hashFile(from, progress).value, expected);
  EXPECT_DOUBLE_EQ(last, 1);
  last = 0;
  const QString to = path(QStringLiteral("to"));
  EXPECT_EQ(copyFile(from, to, progress).value, expected);
  EXPECT_EQ(QFileInfo(to).size(), text.size());
  EXPECT_FALSE(copyFile(from, to, progress));  // never over a file
  EXPECT_EQ(QFileInfo(to).size(), text.size());
  last = 0;
  m_control.progress = [this](double fraction, const QString&) { m_control.cancel = fraction > 0.4; };
  const auto cancelled = copyFile(from, path(QStringLiteral("half")), progress);
  EXPECT_EQ(cancelled.problem.id, ErrorId::EngineCancelled);
  EXPECT_FALSE(QFileInfo::exists(path(QStringLiteral("half"))));
  EXPECT_EQ(hashFile(path(QStringLiteral("none")), {}).problem.id, ErrorId::LibraryFileGone);
}

TEST_F(LibraryScanTest, AFullDiskIsSaidWithNumbersAndLeavesNothing) {
  const QString disk = path(QStringLiteral("disk"));
  QDir().mkpath(disk);
  const QByteArray mounted = disk.toLocal8Bit();
  if (mount("tmpfs", mounted.constData(), "tmpfs", 0, "size=3m") != 0) GTEST_SKIP() << "mounting a small file system is not allowed here";
  const QString from = writeFile(path(QStringLiteral("from")), QByteArray(5 << 20, 'x'));
  const Problem early = checkSpace(disk + QStringLiteral("/models"), 5 << 20);
  EXPECT_EQ(early.id, ErrorId::LibraryNoSpace);
  EXPECT_FALSE(early.arguments.value(0).isEmpty());
  EXPECT_FALSE(early.arguments.value(1).isEmpty());
  const auto copied = copyFile(from, disk + QStringLiteral("/to.part"), {});
  EXPECT_EQ(copied.problem.id, ErrorId::LibraryNoSpace);
  EXPECT_FALSE(QFileInfo::exists(disk + QStringLiteral("/to.part")));
  EXPECT_GT(bytesFreeAt(disk + QStringLiteral("/not/there/yet")), quint64(1 << 20));
  umount(mounted.constData());
}

}  // namespace
