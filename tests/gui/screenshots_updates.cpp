#include "gui/screenshots_updates.h"

#include "app/support/hub_server.h"
#include "app/support/signer.h"
#include "app/support/update_news.h"
#include "gui/screenshot_stage.h"

namespace hearth_test {

namespace {

[[nodiscard]] QByteArray newsOfBoth() {
  QJsonObject release = releaseObject(QStringLiteral("0.3.0"));
  release.insert(QStringLiteral("notes"),
                 QJsonObject{{QStringLiteral("en"),
                              QStringLiteral("Answers come sooner on graphics cards.\n\n"
                                             "- Models of up to 120 billion parameters can be shared between two graphics cards.\n"
                                             "- PDF files can be dropped into a chat.\n"
                                             "- Fixed: a search over many chats stopped at the first damaged one.")},
                             {QStringLiteral("zh_CN"), QStringLiteral("在显卡上回答得更快。\n\n"
                                                                      "- 多达 1200 亿参数的模型可以分布在两块显卡上。\n"
                                                                      "- 可以把 PDF 文件拖入对话。\n"
                                                                      "- 修复：在许多对话中搜索时，遇到第一个损坏的对话就会停止。")}});
  return bytesOf(newsObject({release}));
}

void serve(HubServer& hub, const QByteArray& json, const QByteArray& signature) {
  hub.add({QStringLiteral("hearth/news"),
           {{QStringLiteral("updates.json"), json, false}, {QStringLiteral("updates.json.sig"), signature, false}}});
}

void look(Stage& stage) {
  stage.core().updates().check();
  if (!waitFor([&] { return !stage.core().updates().isChecking(); })) qWarning("no answer");
}

void aboutPictures(Stage& stage, const QString& state) {
  stage.shoot(state, [] { Stage::call("aboutDialog", "show"); });
}

}  // namespace

void updatePictures(const QString& out, const QString& language) {
  HubServer hub;
  const Signer signer;
  const QByteArray json = newsOfBoth();
  Stage stage(out, language, false);
  stage.sizes = {{1440, 900}, {900, 600}, {420, 640}};
  stage.loadEmber();
  aboutPictures(stage, QStringLiteral("70-about-without-updates"));
  QUrl address = hub.url();
  address.setPath(QStringLiteral("/hearth/news/resolve/main/updates.json"));
  stage.core().settings().setValue(SettingKey::UpdateUrl, QStringLiteral("https://hearth.example/updates.json"));
  stage.core().updates().setPublicKey(signer.publicKey);
  aboutPictures(stage, QStringLiteral("71-about"));
  Stage::call("aboutDialog", "close");
  Stage::call("settingsDialog", "open");
  stage.shoot(QStringLiteral("72-settings-updates"), [] { Stage::scrollTo(QStringLiteral("updateSettings")); });
  Stage::call("settingsDialog", "close");

  stage.core().settings().setValue(SettingKey::UpdateUrl, address.toString());
  serve(hub, json, Signer().sign(json));
  look(stage);
  aboutPictures(stage, QStringLiteral("73-update-failed"));
  serve(hub, json, signer.sign(json));
  look(stage);
  aboutPictures(stage, QStringLiteral("74-update-available"));
  Stage::call("aboutDialog", "close");
  stage.core().settings().setValue(SettingKey::UpdateWeekly, true);
  stage.settle(300);
  stage.shoot(QStringLiteral("75-update-notice"));
  stage.core().updates().setSkipped(true);
  aboutPictures(stage, QStringLiteral("76-update-skipped"));
  Stage::call("aboutDialog", "close");
}

}  // namespace hearth_test
