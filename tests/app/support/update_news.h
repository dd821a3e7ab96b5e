// News of other versions, as their makers would write them.
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace hearth_test {

[[nodiscard]] inline QString stamp(const QDateTime& time) {
  return time.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ssZ"));
}

/// One version with a package of each kind.
[[nodiscard]] inline QJsonObject releaseObject(const QString& version, const QString& channel = QStringLiteral("stable")) {
  const auto file = [&](const char* kind, const QString& name, qint64 size) {
    return QJsonObject{{QStringLiteral("kind"), QString::fromLatin1(kind)},
                       {QStringLiteral("name"), name},
                       {QStringLiteral("size"), size},
                       {QStringLiteral("sha256"), QString(64, u'a')}};
  };
  return {{QStringLiteral("version"), version},
          {QStringLiteral("channel"), channel},
          {QStringLiteral("date"), QStringLiteral("2026-11-26")},
          {QStringLiteral("notes"), QJsonObject{{QStringLiteral("en"), QString(QStringLiteral("What is new in ") + version)},
                                                {QStringLiteral("zh_CN"), QString(version + QStringLiteral(" 的新内容"))}}},
          {QStringLiteral("page"), QStringLiteral("https://hearth.example/download")},
          {QStringLiteral("files"), QJsonArray{file("deb", QStringLiteral("hearth_1_amd64.deb"), 38'000'000),
                                               file("portable", QStringLiteral("hearth-1-linux-x86_64.tar.zst"), 90'000'000),
                                               file("windows", QStringLiteral("hearth-1-windows-x86_64.exe"), 70'000'000)}}};
}

[[nodiscard]] inline QJsonObject newsObject(const QJsonArray& versions, const QDateTime& issued = QDateTime::currentDateTimeUtc()) {
  return {{QStringLiteral("format"), 1},
          {QStringLiteral("issued"), stamp(issued)},
          {QStringLiteral("expires"), stamp(QDateTime::currentDateTimeUtc().addDays(90))},
          {QStringLiteral("versions"), versions}};
}

[[nodiscard]] inline QByteArray bytesOf(const QJsonObject& object) {
  return QJsonDocument(object).toJson(QJsonDocument::Indented);
}

[[nodiscard]] inline QByteArray news(const QString& version, const QDateTime& issued = QDateTime::currentDateTimeUtc()) {
  return bytesOf(newsObject({releaseObject(version)}, issued));
}

}  // namespace hearth_test
