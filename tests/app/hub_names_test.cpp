// Names of files and repositories that a hub gives.
#include <gtest/gtest.h>

#include <QSet>

#include "net/download_worker.h"
#include "net/endpoints.h"
#include "net/hub_api.h"
#include "net/hub_files.h"
#include "net/hub_paths.h"

namespace {

[[nodiscard]] QString text(const char* utf8) {
  return QString::fromUtf8(utf8);
}

TEST(HubPaths, HostilePathsAreRefused) {
  for (const char* bad : {"",
                          "/etc/passwd",
                          "../a.gguf",
                          "a/../b.gguf",
                          "a/..",
                          "./a.gguf",
                          "a//b.gguf",
                          "a/",
                          "..\\a.gguf",
                          "C:\\a.gguf",
                          "C:a.gguf",
                          "a\nb.gguf",
                          "a\tb",
                          "\x7f",
                          "nul",
                          "NUL.gguf",
                          "com1.gguf",
                          "x/Aux",
                          "lpt9.tar.gz",
                          "a/ /b",
                          "con ",
                          "\xE2\x80\xAE"
                          "fugg.exe",
                          "a:stream",
                          "-00001-of-00002\\..\\x.gguf"})
    EXPECT_FALSE(isSafePath(text(bad))) << bad;
  EXPECT_FALSE(isSafePath(QString(256, u'a')));
  EXPECT_FALSE(isSafePath(QString(128, QChar(0x4e2d)))) << "384 bytes";
  EXPECT_FALSE(isSafePath(QStringLiteral("a") + QChar(0)));
  EXPECT_FALSE(isSafePath(QStringLiteral("a") + QChar(0xD83D))) << "half a character";
  for (const char* good : {"a.gguf", "folder/a b.gguf", "模型/量化 😀.gguf", "👩‍🔬.gguf", "..a.gguf", "a...gguf", "connection.gguf",
                           "null.gguf", "a'b\"c.gguf", "~x", "%2e%2e", "a;b&c?d#e"})
    EXPECT_TRUE(isSafePath(text(good))) << good;
  EXPECT_TRUE(isSafePath(QString(250, u'a') + QStringLiteral(".gguf")));
}

TEST(HubPaths, LocalNamesAreFlatAndNeverShared) {
  EXPECT_EQ(localName(text("a b.gguf")), text("a b.gguf"));
  EXPECT_EQ(localName(text("UD-Q4/模型-00001-of-00002.gguf")), text("UD-Q4~模型-00001-of-00002.gguf"));
  EXPECT_EQ(localName(text("a?b*.gguf")), text("a_b_.gguf"));
  QSet<QString> names;
  for (const char* path : {"a/b.gguf", "a~b.gguf", "a/b/c.gguf", "a~b/c.gguf", "a?/b.gguf", "a_/b.gguf", "x/a/b.gguf"}) {
    if (QByteArray(path) == "a~b.gguf") continue;  // told apart by targets(), see below
    EXPECT_FALSE(names.contains(localName(text(path)))) << path;
    names.insert(localName(text(path)));
  }
  EXPECT_EQ(localName(text("medical/v1/adapter_config.json")), text("medical~v1/adapter_config.json"));
  // 255 bytes below a folder: the parts of a split file still belong together.
  const QString one = localName(text("q/") + QString(236, u'n') + text("-00001-of-00002.gguf"));
  const QString two = localName(text("q/") + QString(236, u'n') + text("-00002-of-00002.gguf"));
  EXPECT_LE(one.toUtf8().size(), 255);
  EXPECT_EQ(one.left(one.size() - 20), two.left(two.size() - 20));
  EXPECT_TRUE(two.endsWith(text("-00002-of-00002.gguf")));
  for (const QString& name : {QString(255, u'a'), QString(85, QChar(0x4e2d)), text("a.gguf")}) {
    EXPECT_LE((unfinishedName(name) + text(".part.json.new")).toUtf8().size(), 255);
    EXPECT_EQ(unfinishedName(name), unfinishedName(name));
  }
  EXPECT_NE(unfinishedName(QString(255, u'a')), unfinishedName(QString(254, u'a') + u'b'));
}

TEST(HubPaths, TargetsStayBelowTheDataFolder) {
  DownloadRequest request;
  request.repository = text("owner/name");
  request.files = {{text("x/a.gguf"), 0, {}}};
  EXPECT_EQ(DownloadWorker::targets(request, text("/data")), QStringList{text("/data/models/owner/name/x~a.gguf")});
  request.kind = DownloadRequest::Kind::Adapter;
  request.revision = text("../../..");
  const QString path = DownloadWorker::targets(request, text("/data")).value(0);
  EXPECT_TRUE(path.startsWith(text("/data/adapters/owner/name@"))) << qPrintable(path);
  EXPECT_FALSE(path.contains(text("..")));
  QString unsafe;
  request.files.append({text("../b.gguf"), 0, {}});
  EXPECT_TRUE(DownloadWorker::targets(request, text("/data"), &unsafe).isEmpty());
  EXPECT_EQ(unsafe, text("../b.gguf"));
  request.files = {{text("a/b.gguf"), 0, {}}, {text("a~b.gguf"), 0, {}}};
  EXPECT_TRUE(DownloadWorker::targets(request, text("/data")).isEmpty()) << "two files with one name";
  for (const char* repository : {"../x", "a/../b", "/a", "a", "a/b/c", "a/..", "a/con"}) {
    request.repository = text(repository);
    request.files = {{text("a.gguf"), 0, {}}};
    EXPECT_TRUE(DownloadWorker::targets(request, text("/data")).isEmpty()) << repository;
  }
}

TEST(HubFiles, TypesInNames) {
  const QList<QPair<const char*, const char*>> names{{"Qwen3-30B-A3B-Q4_K_M.gguf", "Q4_K_M"},
                                                     {"model.IQ4_XS.gguf", "IQ4_XS"},
                                                     {"x-UD-Q4_K_XL-00001-of-00002.gguf", "UD-Q4_K_XL"},
                                                     {"gpt-oss-20b-mxfp4.gguf", "MXFP4"},
                                                     {"gpt-oss-20b-MXFP4_MOE.gguf", "MXFP4_MOE"},
                                                     {"a-fp16.gguf", "F16"},
                                                     {"a.BF16.gguf", "BF16"},
                                                     {"ggml-model-q4_0.gguf", "Q4_0"},
                                                     {"m-Q4_0_4_8.gguf", "Q4_0_4_8"},
                                                     {"m.i1-IQ2_XXS.gguf", "IQ2_XXS"},
                                                     {"m-TQ1_0.gguf", "TQ1_0"},
                                                     {"m-Q3_K.gguf", "Q3_K"},
                                                     {"F16-to-Q8_0.gguf", "Q8_0"},
                                                     {"QwQ-32B.gguf", ""},
                                                     {"Phi-Q4x.gguf", ""},
                                                     {"mistral-7b-instruct.gguf", ""}};
  for (const auto& [name, type] : names) EXPECT_EQ(quantisationInName(text(name)), text(type)) << name;
}

TEST(HubFiles, VariantsOfAModel) {
  const HubContents contents = sortHubFiles({{text("README.md"), 10, {}},
                                             {text("m-Q8_0.gguf"), 900, {}},
                                             {text("m-Q4_K_M.gguf"), 500, {}},
                                             {text("BF16/m-BF16-00002-of-00002.gguf"), 1000, {}},
                                             {text("BF16/m-BF16-00001-of-00002.gguf"), 1000, {}},
                                             {text("m-Q6_K-00001-of-00003.gguf"), 1, {}},
                                             {text("m-Q6_K-00003-of-00003.gguf"), 1, {}},
                                             {text("m-Q5_K-00000-of-00001.gguf"), 1, {}},
                                             {text("m-Q2_K-00007-of-00002.gguf"), 1, {}},
                                             {text("mmproj-m-F16.gguf"), 90, {}},
                                             {text("m.imatrix.gguf"), 9, {}},
                                             {text("m.imatrix-Q3_K_S.gguf"), 400, {}},
                                             {text("pytorch_model.bin"), 5000, {}},
                                             {text("../m-Q4_0.gguf"), 1, {}},
                                             {text("m-special.gguf"), 700, {}}},
                                            {text("gguf"), text("license:mit")});
  QStringList names;
  for (const HubVariant& variant : contents.variants) names.append(variant.name);
  EXPECT_EQ(names, (QStringList{text("Q3_K_S"), text("Q4_K_M"), text("m-special"), text("Q8_0"), text("BF16")}));
  EXPECT_EQ(contents.variants.last().files.size(), 2);
  EXPECT_TRUE(contents.variants.last().files.first().path.endsWith(text("00001-of-00002.gguf")));
  EXPECT_FALSE(contents.isAdapter);
  EXPECT_EQ(contents.incomplete.size(), 3);
  EXPECT_EQ(contents.unsafe, QStringList{text("../m-Q4_0.gguf")});
}

TEST(HubFiles, VariantsWithOneNameAreToldApart) {
  const HubContents contents =
      sortHubFiles({{text("small-Q4_0.gguf"), 1, {}}, {text("large-Q4_0.gguf"), 2, {}}, {text("Q5_1/x.gguf"), 3, {}}}, {});
  ASSERT_EQ(contents.variants.size(), 3);
  EXPECT_EQ(contents.variants[0].name, text("small-Q4_0"));
  EXPECT_EQ(contents.variants[1].name, text("large-Q4_0"));
  EXPECT_EQ(contents.variants[2].name, text("Q5_1")) << "the folder says it";
}

TEST(HubFiles, Adapters) {
  const QList<DownloadFile> peft{{text("adapter_model.safetensors"), 90, {}}, {text("adapter_config.json"), 1, {}},
                                 {text("law/adapter_config.json"), 1, {}},    {text("law/adapter_model.safetensors"), 80, {}},
                                 {text("pickle/adapter_config.json"), 1, {}}, {text("pickle/adapter_model.bin"), 80, {}}};
  const HubContents folders = sortHubFiles(peft, {});
  EXPECT_TRUE(folders.isAdapter);
  ASSERT_EQ(folders.variants.size(), 2);
  EXPECT_EQ(folders.variants[0].name, text("law"));
  EXPECT_EQ(folders.variants[1].files[0].path, text("adapter_config.json"));
  const HubContents gguf = sortHubFiles({{text("m-lora-F16.gguf"), 90, {}}}, {});
  EXPECT_TRUE(gguf.isAdapter);
  EXPECT_EQ(gguf.variants.size(), 1);
  EXPECT_TRUE(sortHubFiles({{text("style-f16.gguf"), 90, {}}}, {text("lora"), text("gguf")}).isAdapter);
  EXPECT_FALSE(sortHubFiles({{text("explorator-f16.gguf"), 90, {}}}, {}).isAdapter);
  EXPECT_FALSE(sortHubFiles({{text("merged-q4_0.gguf"), 5'000'000'000, {}}}, {text("lora")}).isAdapter) << "too large for one";
  EXPECT_TRUE(sortHubFiles({{text("adapter_config.json"), 1, {}}, {text("adapter_model.bin"), 80, {}}}, {}).variants.isEmpty());
}

TEST(HubApi, AnswersAreNotBelieved) {
  const Endpoint hub{Endpoint::Kind::HuggingFace, QUrl(text("https://huggingface.co"))};
  for (const char* bad : {"", "x", "[]", "{}", "{\"siblings\": 3}", "null"})
    EXPECT_FALSE(parseRepository(QByteArray(bad), hub, text("a/b"))) << bad;
  for (const char* bad : {"", "{", "{}", "7"}) EXPECT_FALSE(parseSearch(QByteArray(bad))) << bad;
  const auto list =
      parseSearch("[{\"id\": \"a/b\", \"downloads\": -5, \"tags\": [1, \"license:mit\"], \"gated\": \"auto\"}, {\"id\": \"../x\"}, 5, {}]");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 1);
  EXPECT_EQ(list->first().downloads, 0);
  EXPECT_TRUE(list->first().gated);
  EXPECT_EQ(list->first().licence, text("mit"));
  const auto listing = parseRepository(
      "{\"id\": \"other/name\", \"siblings\": [{\"rfilename\": \"a\", \"size\": 1e300, \"lfs\": {\"sha256\": \"zz\", \"size\": -3}}, "
      "{\"size\": 5}]}",
      hub, text("a/b"));
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->repository.id, text("a/b"));
  ASSERT_EQ(listing->files.size(), 2);
  EXPECT_EQ(listing->files[0].size, 0u);
  EXPECT_EQ(listing->files[0].sha256, QString());
}

TEST(Endpoints, Addresses) {
  const Endpoint own{Endpoint::Kind::Own, serverAddress(text("http://box.local:8080/hub/"))};
  EXPECT_EQ(own.file(text("a/b"), text("main"), text("x y/z?#%.gguf")).toEncoded(),
            QByteArray("http://box.local:8080/hub/a/b/resolve/main/x%20y/z%3F%23%25.gguf"));
  EXPECT_EQ(own.host(), text("box.local:8080"));
  const Endpoint scope{Endpoint::Kind::ModelScope, standardAddress(Endpoint::Kind::ModelScope)};
  EXPECT_EQ(scope.file(text("a/b"), {}, text("c.gguf")).toString(), text("https://www.modelscope.cn/models/a/b/resolve/master/c.gguf"));
  for (const char* bad : {"", " ", "ftp://a", "https://", "https://user:secret@host", "https://a?b", "file:///x", "a b"})
    EXPECT_FALSE(serverAddress(text(bad)).isValid()) << bad;
  EXPECT_EQ(serverAddress(text("models.example.org")).toString(), text("https://models.example.org"));
}

TEST(Endpoints, ChoicesKeepTheirOrder) {
  EXPECT_EQ(endpointText(endpointChoices({})), text("-huggingface,-hf-mirror,-modelscope,-own"));
  EXPECT_EQ(endpointText(endpointChoices(text("own,nonsense,-own,huggingface"))), text("own,huggingface,-hf-mirror,-modelscope"));
}

}  // namespace
