// Reads the answer to a request for a range: what it says about the file, and whether it is what was asked for.
#pragma once

#include <QByteArray>
#include <QString>

class HttpExchange;

struct PartResponse {
  bool isPart = false;        // 206; else the whole file
  qint64 from = 0;            // of a part
  qint64 end = 0;             // behind the last byte
  qint64 total = -1;          // size of the file; -1: not said
  qint64 linkedSize = -1;     // what the hub itself says, -1: nothing
  QString linkedSha256;       // the same
  QByteArray etag;            // strong; empty: none
  bool isWellFormed = false;  // false: not the answer of a server that knows ranges

  /// Of a response whose headers are there.
  [[nodiscard]] static PartResponse of(const HttpExchange& exchange);
  /// Of the header alone: "bytes 0-99/1000".
  [[nodiscard]] static bool parseRange(const QByteArray& header, PartResponse& response);
};
