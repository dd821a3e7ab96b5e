#include "start_request.h"

#include <gtest/gtest.h>

#include <QSysInfo>

namespace {

QString file(const char* argument, const char* folder = "/home/anna") {
  return fileOfArgument(QString::fromUtf8(argument), QString::fromUtf8(folder));
}

TEST(StartRequest, NamesAreOfTheFolderOfTheirStart) {
  EXPECT_EQ(file("m.gguf"), QStringLiteral("/home/anna/m.gguf"));
  EXPECT_EQ(file("./a/../m.gguf"), QStringLiteral("/home/anna/m.gguf"));
  EXPECT_EQ(file("../b/m.gguf"), QStringLiteral("/home/b/m.gguf"));
  EXPECT_EQ(file("/m/m.gguf"), QStringLiteral("/m/m.gguf"));
  EXPECT_EQ(file("."), QStringLiteral("/home/anna"));
  EXPECT_EQ(file("models/"), QStringLiteral("/home/anna/models"));
}

TEST(StartRequest, NamesAreNotRead) {
  EXPECT_EQ(file("100%20 sure?.gguf"), QStringLiteral("/home/anna/100%20 sure?.gguf"));
  EXPECT_EQ(file("a#b;$(x) 'y'\n.gguf"), QStringLiteral("/home/anna/a#b;$(x) 'y'\n.gguf"));
  EXPECT_EQ(file("模型 😀.gguf"), QStringLiteral("/home/anna/模型 😀.gguf"));
  EXPECT_EQ(file("C:model.gguf"), QStringLiteral("/home/anna/C:model.gguf"));
  EXPECT_EQ(file("file.gguf"), QStringLiteral("/home/anna/file.gguf"));
  EXPECT_EQ(file("file:name.gguf"), QStringLiteral("/home/anna/file:name.gguf"));
  EXPECT_EQ(file("-x.gguf"), QStringLiteral("/home/anna/-x.gguf"));
}

TEST(StartRequest, FileAddresses) {
  EXPECT_EQ(file("file:///m/a%20b%25.gguf"), QStringLiteral("/m/a b%.gguf"));
  EXPECT_EQ(file("FILE:///m/%E6%A8%A1.gguf"), QStringLiteral("/m/模.gguf"));
  EXPECT_EQ(file("file:///m/模 x.gguf"), QStringLiteral("/m/模 x.gguf"));
  EXPECT_EQ(file("file:/m/a.gguf"), QStringLiteral("/m/a.gguf"));
  EXPECT_EQ(file("file://localhost/m/a.gguf"), QStringLiteral("/m/a.gguf"));
  const QString here = QStringLiteral("file://") + QSysInfo::machineHostName() + QStringLiteral("/m/a.gguf");
  EXPECT_EQ(fileOfArgument(here, {}), QStringLiteral("/m/a.gguf"));
  EXPECT_EQ(file("file:///m/a%23b%3Fc.gguf"), QStringLiteral("/m/a#b?c.gguf"));
  EXPECT_EQ(file("file:///m/a#b?c.gguf"), QStringLiteral("/m/a#b?c.gguf")) << "a file has no fragment";
  EXPECT_EQ(file("file:///m/../n/a.gguf"), QStringLiteral("/n/a.gguf"));
  EXPECT_EQ(file("file:///m/models/"), QStringLiteral("/m/models"));
}

TEST(StartRequest, WhatIsNoFileOfThisComputerStaysAsWritten) {
  for (const char* argument : {"https://example.org/m.gguf", "hf://a/b", "smb://server/m.gguf", "file://server/share/m.gguf", "HTTP://x"})
    EXPECT_EQ(file(argument), QString::fromUtf8(argument));
  EXPECT_EQ(file("file:///m/a%00b.gguf"), QStringLiteral("file:///m/a%00b.gguf")) << "no name has a NUL";
}

TEST(StartRequest, TakesEachFileOnceAndKeepsTheOrder) {
  const StartRequest request = StartRequest::of(
      QStringLiteral("l.gguf"), {QStringLiteral("b"), QString(), QStringLiteral("a"), QStringLiteral("./b")}, QStringLiteral("/w"));
  EXPECT_EQ(request.load, QStringLiteral("/w/l.gguf"));
  EXPECT_EQ(request.open, (QStringList{QStringLiteral("/w/b"), QStringLiteral("/w/a")}));
  EXPECT_EQ(StartRequest::of({}, {}, QStringLiteral("/w")), StartRequest());
}

TEST(StartRequest, GoesToAnotherProcessAndBack) {
  for (const StartRequest& request : {StartRequest(), StartRequest{{}, {QStringLiteral("/a"), QStringLiteral("load")}, {}},
                                      StartRequest{QStringLiteral("/x\ny"), {}, QStringLiteral("token")}})
    EXPECT_EQ(StartRequest::fromMessage(request.toMessage()), request);
  EXPECT_EQ(StartRequest::fromMessage({}), StartRequest());
  EXPECT_EQ(StartRequest::fromMessage({QStringLiteral("/a"), QStringLiteral("/b"), {}, {}, {}}), StartRequest());
}

}  // namespace
