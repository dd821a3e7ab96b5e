#include "services/hub_service.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "app/support/hub_server.h"
#include "app/support/wait.h"
#include "services/network_settings.h"
#include "services/settings.h"
#include "storage/storage_thread.h"

namespace {

using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::waitFor;
using Kind = HubFault::Kind;

class HubServiceTest : public ::testing::Test {
 protected:
  HubServiceTest() : storage(folder.path()), settings(&storage), network(&settings, nullptr), service(&settings) {
    network.setAddress(Endpoint::Kind::HuggingFace, hub.url());
    network.setAddress(Endpoint::Kind::HfMirror, hub.url(HubSite::Mirror));
    network.setAddress(Endpoint::Kind::ModelScope, hub.url(HubSite::Mirror));
    service.setNetwork(&network);
    QObject::connect(&service, &HubService::found, &service, [this](quint64 question, const QList<HubRepository>& list) {
      answered = question;
      found = list;
    });
    QObject::connect(&service, &HubService::lookedUp, &service, [this](quint64 question, const HubRepository& one) {
      answered = question;
      repository = one;
    });
    QObject::connect(&service, &HubService::failed, &service, [this](quint64 question, const Problem& why) {
      answered = question;
      problem = why;
    });
    hub.add({QStringLiteral("ann/Small-GGUF"),
             {{QStringLiteral("Small-Q8_0.gguf"), HubServer::bytes(9'000)},
              {QStringLiteral("Small-Q4_K_M.gguf"), HubServer::bytes(5'000)},
              {QStringLiteral("mmproj-F16.gguf"), HubServer::bytes(10)},
              {QStringLiteral("README.md"), QByteArray("---\nlicense: mit\n---\n# Small\n"), false}},
             {QStringLiteral("gguf")},
             QStringLiteral("mit"),
             false,
             500});
    hub.add({QStringLiteral("bob/small-lora"),
             {{QStringLiteral("adapter_config.json"), QByteArray("{}"), false},
              {QStringLiteral("adapter_model.safetensors"), HubServer::bytes(100)}},
             {QStringLiteral("peft"), QStringLiteral("lora")}});
    hub.add({QStringLiteral("eve/small-evil"),
             {{QStringLiteral("../../x.gguf"), HubServer::bytes(10)}},
             {QStringLiteral("gguf")},
             {},
             false,
             900});
  }
  ~HubServiceTest() override { storage.close(); }

  /// Waits for the answer.
  bool answer(quint64 question) {
    return waitFor([&] { return answered == question; });
  }

  QTemporaryDir folder;
  HubServer hub;
  StorageThread storage;
  Settings settings;
  NetworkSettings network;
  HubService service;
  quint64 answered = 0;
  QList<HubRepository> found;
  HubRepository repository;
  Problem problem;
};

TEST_F(HubServiceTest, SearchesForModelsAndForAdapters) {
  ASSERT_TRUE(answer(service.search(QStringLiteral("small"))));
  ASSERT_EQ(found.size(), 2);
  EXPECT_EQ(found[0].id, QStringLiteral("eve/small-evil")) << "most downloaded first";
  EXPECT_EQ(found[1].id, QStringLiteral("ann/Small-GGUF"));
  EXPECT_EQ(found[1].publisher, QStringLiteral("ann"));
  EXPECT_EQ(found[1].licence, QStringLiteral("mit"));
  EXPECT_EQ(found[1].downloads, 500);
  EXPECT_TRUE(found[1].updatedAt.isValid());
  ASSERT_TRUE(answer(service.search(QStringLiteral("small"), HubService::What::Adapters)));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].id, QStringLiteral("bob/small-lora"));
  EXPECT_TRUE(found[0].isAdapter);
  ASSERT_TRUE(answer(service.search(QStringLiteral("a&b=c #?%"))));
  EXPECT_TRUE(found.isEmpty());
  EXPECT_EQ(hub.requests().last().query.queryItemValue(QStringLiteral("search"), QUrl::FullyDecoded), QStringLiteral("a&b=c #?%"));
}

TEST_F(HubServiceTest, LooksARepositoryUp) {
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("https://huggingface.co/ann/Small-GGUF/tree/main"))));
  ASSERT_EQ(repository.variants.size(), 2) << qPrintable(problem.cause());
  EXPECT_EQ(repository.variants[0].name, QStringLiteral("Q4_K_M"));
  EXPECT_EQ(repository.variants[0].bytes(), 5'000u);
  EXPECT_EQ(repository.variants[0].files[0].sha256, HubServer::sha256(HubServer::bytes(5'000)));
  EXPECT_EQ(repository.revision, QStringLiteral("main"));
  EXPECT_TRUE(repository.readme.contains(QStringLiteral("# Small")));
  EXPECT_FALSE(repository.isAdapter);
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("bob/small-lora"))));
  EXPECT_TRUE(repository.isAdapter);
  ASSERT_EQ(repository.variants.size(), 1);
  EXPECT_EQ(repository.variants[0].files.size(), 2);
}

TEST_F(HubServiceTest, RefusesWhatIsWrong) {
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("eve/small-evil"))));
  EXPECT_EQ(problem.id, ErrorId::DownloadName);
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("nobody/nothing"))));
  EXPECT_EQ(problem.id, ErrorId::HubNotFound);
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("https://example.org/ann/Small-GGUF"))));
  EXPECT_EQ(problem.id, ErrorId::HubAddress);
  hub.misbehave(HubSite::Hub, {Kind::Garbage}, -1, QStringLiteral("/api/"));
  ASSERT_TRUE(answer(service.search(QStringLiteral("x"))));
  EXPECT_EQ(problem.id, ErrorId::NetworkUnreachable);
  settings.setValue(SettingKey::Endpoints, QStringLiteral("-huggingface"));
  ASSERT_TRUE(answer(service.search(QStringLiteral("x"))));
  EXPECT_EQ(problem.id, ErrorId::HubNoEndpoint);
  settings.setValue(SettingKey::Endpoints, QStringLiteral("modelscope"));
  ASSERT_TRUE(answer(service.search(QStringLiteral("x"))));
  EXPECT_EQ(problem.id, ErrorId::HubNoSearch);
}

TEST_F(HubServiceTest, TheNextEndpointAnswersForOneThatDoesNot) {
  settings.setValue(SettingKey::Endpoints, QStringLiteral("huggingface,hf-mirror"));
  hub.misbehave(HubSite::Hub, {Kind::Status, 0, 503}, -1, QStringLiteral("/api/"));
  ASSERT_TRUE(answer(service.search(QStringLiteral("small"))));
  EXPECT_EQ(found.size(), 2);
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("ann/Small-GGUF"))));
  EXPECT_EQ(repository.variants.size(), 2);
}

TEST_F(HubServiceTest, ModelScopeHasListsOfItsOwn) {
  settings.setValue(SettingKey::Endpoints, QStringLiteral("modelscope"));
  ASSERT_TRUE(answer(service.lookUp(QStringLiteral("https://www.modelscope.cn/models/ann/Small-GGUF/files"))));
  ASSERT_EQ(repository.variants.size(), 2) << qPrintable(problem.cause());
  EXPECT_EQ(repository.variants[1].files[0].sha256, HubServer::sha256(HubServer::bytes(9'000)));
  EXPECT_TRUE(repository.readme.contains(QStringLiteral("# Small")));
}

TEST_F(HubServiceTest, ALaterQuestionReplacesAnEarlierOneAndCancelEndsAll) {
  hub.misbehave(HubSite::Hub, {Kind::Stall, 10}, 1, QStringLiteral("/api/models"));
  const quint64 first = service.search(QStringLiteral("small"));
  ASSERT_TRUE(waitFor([&] { return hub.requestCount(HubSite::Hub) == 1; }));
  const quint64 second = service.search(QStringLiteral("lora"));
  const quint64 third = service.lookUp(QStringLiteral("ann/Small-GGUF"));
  bool sawFirst = false;
  ASSERT_TRUE(waitFor([&] {
    sawFirst |= answered == first;
    return repository.id == QStringLiteral("ann/Small-GGUF") && (answered == second || answered == third);
  }));
  EXPECT_FALSE(sawFirst);
  answered = 0;
  service.search(QStringLiteral("small"));
  service.cancel();
  EXPECT_FALSE(waitFor([&] { return answered != 0; }, 300));
}

TEST(HubService, AddressesAndNames) {
  const auto id = [](const char* text) { return HubService::repositoryOf(QString::fromUtf8(text)); };
  const QString expected = QStringLiteral("owner/Name-1.5_x");
  for (const char* good :
       {"owner/Name-1.5_x", "  owner/Name-1.5_x\n", "https://huggingface.co/owner/Name-1.5_x", "http://huggingface.co/owner/Name-1.5_x/",
        "huggingface.co/owner/Name-1.5_x", "www.huggingface.co/owner/Name-1.5_x", "hf.co/owner/Name-1.5_x:Q4_K_M",
        "https://huggingface.co/owner/Name-1.5_x/tree/main", "https://huggingface.co/owner/Name-1.5_x/blob/main/a.gguf?download=true#x",
        "https://hf-mirror.com/owner/Name-1.5_x", "https://modelscope.cn/models/owner/Name-1.5_x",
        "https://www.modelscope.cn/models/owner/Name-1.5_x/summary"})
    EXPECT_EQ(id(good), expected) << good;
  for (const char* bad :
       {"", "name", "a/b/c", "../x", "owner/..", "owner/.hidden", "owner/a b", "https://example.org/owner/name", "ftp://huggingface.co/a/b",
        "https://huggingface.co/datasets/owner/name", "https://huggingface.co/spaces/owner/name", "https://huggingface.co/owner",
        "huggingface.co/models", "https://huggingface.co.evil.org/owner/name", "https://huggingface.co@evil.org/owner/name",
        "file:///etc/passwd", "owner/nul", "https://modelscope.cn/owner/name", "https://huggingface.co/api/models"})
    EXPECT_EQ(id(bad), QString()) << bad;
}

}  // namespace
