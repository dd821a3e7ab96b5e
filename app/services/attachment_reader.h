// Reading a file to put it beside a message.
#pragma once

#include <QByteArray>
#include <QString>

/// What became of it. Everything but Read leaves `text` empty.
struct AttachmentFile {
  enum class Result {
    Read,
    NotReadable,  // missing, a folder, or not allowed
    TooLarge,     // more than kMostBytes
    Empty,        // or nothing but space
    Binary,
    Encoding,  // neither UTF-8, UTF-16 with a mark, nor GB18030
    NoPdf,     // this build reads no PDF
    NoText,    // a PDF of pictures
  };
  /// More than any context holds.
  static constexpr qint64 kMostBytes = 4 * 1024 * 1024;

  Result result = Result::NotReadable;
  QString name;
  QString text;
  qint64 bytes = 0;
};

/// Reads a text file, or the text of a PDF. Blocks for as long as the disk takes; runs in any thread.
[[nodiscard]] AttachmentFile readAttachment(const QString& path);

/// The text in `bytes`: UTF-8 with or without a mark, UTF-16 with one, else GB18030. Line breaks become "\n". `result`: Read, Empty, Binary
/// or Encoding.
[[nodiscard]] AttachmentFile decodeAttachment(const QByteArray& bytes);
