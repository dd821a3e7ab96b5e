#include "gui/screenshots_library.h"

#include "app/support/hub_server.h"
#include "gui/screenshot_stage.h"
#include "services/library_json.h"
#include "storage/download_store.h"
#include "storage/library_store.h"

namespace hearth_test {

namespace {

struct Entry {
  const char* model;
  const char* publisher;
  const char* licence;
  const char* repository;
  const char* variant;
  const char* file;
  quint64 bytes;
  quint64 parameters, active;
  int context;
  bool isThere, isLinked, isVerified;
};

constexpr Entry kEntries[] = {
    {"DeepSeek-V2-Lite-Chat", "DeepSeek", "DeepSeek Model License", "mradermacher/DeepSeek-V2-Lite-Chat-GGUF", "Q4_K_M",
     "DeepSeek-V2-Lite-Chat.Q4_K_M.gguf", 10'364'416'768, 15'706'357'760, 2'400'000'000, 32768, true, false, true},
    {"DeepSeek-V2-Lite-Chat", "DeepSeek", "DeepSeek Model License", "mradermacher/DeepSeek-V2-Lite-Chat-GGUF", "Q8_0",
     "DeepSeek-V2-Lite-Chat.Q8_0.gguf", 16'700'000'000, 15'706'357'760, 2'400'000'000, 32768, true, true, false},
    {"OLMoE-1B-7B-0125-Instruct", "Ai2", "Apache-2.0", "allenai/OLMoE-1B-7B-0125-Instruct-GGUF", "Q4_K_M", "olmoe-Q4_K_M.gguf",
     4'213'000'000, 6'919'000'000, 1'280'000'000, 4096, true, false, true},
    {"Qwen3-30B-A3B", "Qwen", "Apache-2.0", "", "Q4_K_M", "a folder that was moved/Qwen3-30B-A3B-Q4_K_M.gguf", 18'556'000'000,
     30'532'000'000, 3'300'000'000, 40960, false, true, false},
};

/// Files of that size that take no space.
void makeFile(const QString& path, quint64 bytes) {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || !file.resize(static_cast<qint64>(bytes))) qWarning("no file %s", qPrintable(path));
}

StoredDownload download(qint64 id, const char* title, const char* variant, const char* state, double received, double total) {
  StoredDownload row;
  row.id = id;
  row.position = static_cast<int>(id);
  row.state = QLatin1String(state);
  row.request.repository = QStringLiteral("ann/") + QLatin1String(title);
  row.request.files = {{QLatin1String(variant) + QStringLiteral(".gguf"), static_cast<quint64>(total * 1e9), {}}};
  row.request.title = QLatin1String(title);
  row.request.variant = QLatin1String(variant);
  row.received = static_cast<quint64>(received * 1e9);
  row.total = static_cast<quint64>(total * 1e9);
  row.addedAt = QDateTime::currentDateTimeUtc();
  if (row.state == QLatin1String("failed"))
    row.problem = {ErrorId::NetworkUnreachable, {QStringLiteral("huggingface.co")}, QStringLiteral("Connection timed out")};
  return row;
}

void fillLibrary(const QString& folder) {
  Database database;
  if (!database.open(StorageFolder{folder}.database())) qFatal("no database");
  LibraryStore store(database);
  qint64 id = 0;
  qint64 modelId = 0;
  QString last;
  for (const Entry& entry : kEntries) {
    const QString name = QLatin1String(entry.model);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (name != last)
      static_cast<void>(store.put(StoredModel{++modelId,
                                              name,
                                              QLatin1String(entry.publisher),
                                              QLatin1String(entry.licence),
                                              QLatin1String(entry.repository),
                                              {},
                                              {},
                                              {},
                                              now}));
    last = name;
    ModelFileFacts facts;
    facts.parameters = entry.parameters;
    facts.activeParameters = entry.active;
    facts.contextLength = entry.context;
    facts.weightBytes = entry.bytes;
    facts.expertBytes = entry.bytes * 9 / 10;
    facts.bytesPerToken = entry.bytes / 7;
    facts.kvBytesPerToken = 31'104;
    facts.layers = 27;
    VariantSettings own;
    if (id == 0) own.temperature = 0.3;
    static_cast<void>(store.put(StoredVariant{++id, modelId, QLatin1String(entry.variant), QStringLiteral("deepseek2"),
                                              QStringLiteral("Q4_K"), QStringLiteral("download"), toJson(own), toJson(facts), now, id}));
    const QString path = folder + (entry.isLinked ? QStringLiteral("/elsewhere/") : QStringLiteral("/models/")) + QLatin1String(entry.file);
    if (entry.isThere) makeFile(path, entry.bytes);
    StoredFile file;
    file.path = entry.isLinked ? path : QStringLiteral("models/") + QLatin1String(entry.file);
    file.size = static_cast<decltype(file.size)>(entry.bytes);
    file.modifiedAt = entry.isThere ? QFileInfo(path).lastModified().toMSecsSinceEpoch() : now;
    file.sha256 = QString(64, QLatin1Char('a')).replace(0, 1, QString::number(id));
    file.verifiedAt = entry.isVerified ? now : 0;
    file.linked = entry.isLinked;
    static_cast<void>(store.putFiles(id, {file}));
  }
  DownloadStore downloads(database);
  for (const StoredDownload& row :
       {download(1, "Moonlight-16B-A3B", "Q4_K_M", "paused", 1.2, 9.9), download(2, "gpt-oss-20b", "MXFP4", "failed", 6.7, 12.1),
        download(3, "granite-3.1-3b-a800m", "Q6_K", "done", 2.7, 2.7)})
    static_cast<void>(downloads.put(row));
}

void openPage(Stage& stage, const char* tab) {
  Stage::key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
  if (QObject* page = Stage::object("modelsPage")) page->setProperty("tab", QLatin1String(tab));
  stage.settle(300);
}

void press(const char* name) {
  if (QQuickItem* item = Stage::find(QLatin1String(name)))
    QMetaObject::invokeMethod(item, "clicked");
  else
    qWarning("nothing to press: %s", name);
  Stage::settle();
}

void pagesOf(Stage& stage) {
  openPage(stage, "installed");
  stage.shoot(QStringLiteral("80-models-installed"));
  press("fitLabel");
  stage.shoot(QStringLiteral("81-models-numbers"));
  press("fitLabel");
  press("variantMenuButton");
  stage.settle(200);
  stage.shoot(QStringLiteral("82-models-menu"), [] { press("variantMenuButton"); });
  Stage::key(Qt::Key_Escape);
  openPage(stage, "discover");
  stage.shoot(QStringLiteral("83-models-discover"));
  stage.app().models()->discover()->toggle(QStringLiteral("catalogue:deepseek-v2-lite-chat"));
  stage.settle(300);
  stage.shoot(QStringLiteral("84-models-variants"));
  stage.app().models()->discover()->toggle(QStringLiteral("catalogue:deepseek-v2-lite-chat"));
}

void hubOf(Stage& stage, HubServer& hub) {
  DiscoverModel* discover = stage.app().models()->discover();
  discover->setQuery(QStringLiteral("story"));
  discover->searchHub();
  waitFor([&] { return !discover->searching(); });
  discover->toggle(QStringLiteral("hub:ann/Story-GGUF"));
  stage.settle(500);
  stage.shoot(QStringLiteral("85-models-found"));
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Slow, 400'000}, -1);
  discover->download(QStringLiteral("hub:ann/Story-GGUF"), QStringLiteral("Q8_0"));
  const auto begun = [&stage] {
    const auto& rows = stage.app().models()->downloads()->rows();
    return std::any_of(rows.begin(), rows.end(),
                       [](const DownloadView& row) { return row.fraction > 0.05 && row.status == QLatin1String("running"); });
  };
  waitFor(begun, 8'000);
  openPage(stage, "downloads");
  stage.shoot(QStringLiteral("86-models-downloads"));
  hub.setOnline(false);
  stage.app().models()->downloads()->pauseAll();
  openPage(stage, "discover");
  discover->searchHub();
  waitFor([&] { return !discover->searching(); }, 20'000);
  stage.shoot(QStringLiteral("87-models-offline"));
  hub.setOnline(true);
  discover->setQuery({});
}

void dialogsOf(Stage& stage) {
  openPage(stage, "installed");
  stage.app().models()->showOfferCard(QStringLiteral("catalogue:deepseek-v2-lite-chat"));
  waitFor([&] { return !stage.app().models()->card()->busy(); }, 8'000);
  Stage::call("modelCardDialog", "show");
  stage.settle(300);
  stage.shoot(QStringLiteral("88-model-card"));
  Stage::call("modelCardDialog", "close");
  if (const auto ember = stage.core().library().variantOf(QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf"))) {
    stage.app().models()->smaller()->show(ember->id);
    waitFor([&] { return !stage.app().models()->smaller()->busy(); });
    Stage::call("smallerDialog", "open");
    stage.settle(300);
    stage.shoot(QStringLiteral("89-model-smaller"));
    Stage::call("smallerDialog", "close");
    stage.app().models()->editor()->show(ember->id);
    stage.app().models()->editor()->contextLength()->setOwn(true);
    stage.app().models()->editor()->temperature()->setOwn(true);
    Stage::call("variantSettingsDialog", "open");
    stage.settle(400);
    stage.shoot(QStringLiteral("90-model-settings"));
    stage.app().models()->editor()->chatTemplate()->setOwn(true);
    stage.settle(600);
    stage.shoot(QStringLiteral("91-model-template"), [] { Stage::scrollTo(QStringLiteral("templateText")); });
    stage.app().models()->editor()->reset();
    Stage::call("variantSettingsDialog", "close");
  }
  Stage::call("importDialog", "ask");
  stage.settle(300);
  stage.shoot(QStringLiteral("92-model-import"));
  Stage::call("importDialog", "close");
  QMetaObject::invokeMethod(Stage::object("removeDialog"), "ask", Q_ARG(QVariant, qint64(1)),
                            Q_ARG(QString, QStringLiteral("DeepSeek-V2-Lite-Chat, Q4_K_M")));
  stage.settle(300);
  stage.shoot(QStringLiteral("93-model-remove"));
  Stage::call("removeDialog", "close");
}

OpenedItem opened(OpenedItem::Kind kind, const QString& fileName, const QString& title, double gigabytes) {
  return {kind, fileName, title, static_cast<quint64>(gigabytes * 1e9), u'/' + fileName};
}

/// Files opened from the desktop.
void openedOf(Stage& stage) {
  using Kind = OpenedItem::Kind;
  FileOpening& opening = stage.core().opening();
  const OpenedItem model =
      opened(Kind::Model, QStringLiteral("Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf"), QStringLiteral("Qwen3 30B A3B"), 18.6);
  Stage::key(Qt::Key_Escape);
  Q_EMIT opening.asked({{model.path}, {model}});
  stage.settle(300);
  stage.shoot(QStringLiteral("98-open-model"));
  OpenedFiles many;
  many.items = {opened(Kind::Adapter, QStringLiteral("pirate-lora.gguf"), QStringLiteral("Pirate"), 0.02),
                opened(Kind::ModelFolder, QStringLiteral("OLMoE-1B-7B"), {}, 0),
                opened(Kind::Model, QStringLiteral("a name\nin two lines \u202eand turned ") + QString(150, u'x') + QStringLiteral(".gguf"),
                       QStringLiteral("<b>Bold</b>"), 1.2)};
  for (int i = 1; i < 8; ++i)
    many.items.append(opened(Kind::Model, QStringLiteral("part-%1.gguf").arg(i), QStringLiteral("模型 %1").arg(i), i));
  Q_EMIT opening.asked(many);
  stage.settle(300);
  stage.shoot(QStringLiteral("98-open-many"));
  Stage::call("importDialog", "close");
  stage.settle(300);
  opening.open({QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf")});
  waitFor([&] { return !stage.app().notice().isEmpty(); });
  stage.loadEmber();
  stage.shoot(QStringLiteral("98-open-known"));
  stage.app().dismissNotice();
  opening.open({QStringLiteral(HEARTH_MODELS "/NOTICE"), QStringLiteral("/nowhere/gone.gguf")});
  waitFor([&] { return !stage.app().notice().isEmpty(); });
  stage.shoot(QStringLiteral("98-open-refused"));
  stage.app().dismissNotice();
}

}  // namespace

void libraryPictures(const QString& out, const QString& language) {
  qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
  HubServer hub;
  const QByteArray card =
      "---\nlicense: other\ndatasets:\n- ann/stories\nlanguage: [en, zh]\n---\n<div align=\"center\"><img src=\"x.png\"></div>\n\n# "
      "DeepSeek-V2-Lite\n"
      "A **mixture-of-experts** model with few active parameters. See [the paper](https://arxiv.org/abs/2405.04434).\n\n| Test | Points "
      "|\n|:--|--:|\n"
      "| MMLU | 58.3 |\n| C-Eval | 60.3 |\n\n```python\nfrom hearth import talk\n```\n\n## Training data\n\nIt was trained on 5.7 T tokens "
      "of text.\n";
  hub.add({QStringLiteral("deepseek-ai/DeepSeek-V2-Lite-Chat"), {{QStringLiteral("README.md"), card, false}}});
  hub.add({QStringLiteral("ann/Story-GGUF"),
           {{QStringLiteral("Story-Q4_K_M.gguf"), HubServer::bytes(2'000'000)},
            {QStringLiteral("Story-Q8_0.gguf"), HubServer::bytes(4'000'000, 2)}},
           {QStringLiteral("gguf")},
           QStringLiteral("mit"),
           false,
           120'345});
  hub.add({QStringLiteral("lab/Gated-Story-GGUF"),
           {{QStringLiteral("g-Q8_0.gguf"), HubServer::bytes(100)}},
           {QStringLiteral("gguf")},
           QStringLiteral("llama3"),
           true,
           12});
  Stage stage(out, language, false, fillLibrary);
  stage.core().network().setAddress(Endpoint::Kind::HuggingFace, hub.url());
  stage.core().network().setAddress(Endpoint::Kind::HfMirror, hub.url(HubSite::Mirror));
  stage.loadEmber();
  waitFor([&] { return stage.core().library().variants().size() > std::ssize(kEntries); }, 5'000);
  stage.settle(1500);  // where each would run is computed behind the scenes
  pagesOf(stage);
  hubOf(stage, hub);
  dialogsOf(stage);
  Stage::key(Qt::Key_Escape);
  Stage::call("modelPanel", "open");
  stage.settle(300);
  stage.shoot(QStringLiteral("94-model-panel"));
  Stage::call("modelPanel", "close");
  stage.sizes = {{420, 560}};
  for (const char* tab : {"installed", "discover", "downloads"}) {
    openPage(stage, tab);
    stage.shoot(QStringLiteral("95-narrow-") + QLatin1String(tab));
  }
  stage.sizes = {{900, 600}};
  stage.app().settings()->setFontPercent(160);
  openPage(stage, "discover");
  stage.shoot(QStringLiteral("96-discover-160"));
  stage.app().settings()->setFontPercent(100);
}

void openedPictures(const QString& out, const QString& language) {
  Stage stage(out, language, false, fillLibrary);
  stage.loadEmber();
  waitFor([&] { return stage.core().library().variants().size() > std::ssize(kEntries) && !stage.core().jobs().isWorking(); }, 5'000);
  stage.sizes = {{420, 560}, {900, 600}};
  openedOf(stage);
}

}  // namespace hearth_test
