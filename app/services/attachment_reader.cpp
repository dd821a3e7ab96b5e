#include "services/attachment_reader.h"

#include <QFile>
#include <QFileInfo>
#include <QStringConverter>
#include <optional>

#ifdef HEARTH_PDF
#include <QPdfDocument>
#include <QPdfSelection>
#endif

namespace {

/// Nothing when the bytes are no text of this encoding.
[[nodiscard]] std::optional<QString> decoded(QStringDecoder decoder, QByteArrayView bytes) {
  if (!decoder.isValid()) return std::nullopt;
  QString text = decoder.decode(bytes);
  if (decoder.hasError()) return std::nullopt;
  return text;
}

[[nodiscard]] std::optional<QStringConverter::Encoding> markOf(const QByteArray& bytes) {
  const auto encoding = QStringConverter::encodingForData(bytes);
  const bool hasMark = bytes.startsWith("\xEF\xBB\xBF") || bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF");
  return hasMark ? encoding : std::nullopt;
}

/// Texts have no zeros, and hardly any of the other characters that control devices.
[[nodiscard]] bool looksBinary(const QByteArray& bytes) {
  if (bytes.contains('\0')) return true;
  qsizetype strange = 0;
  for (const char c : bytes) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 && code != '\n' && code != '\r' && code != '\t' && code != '\f' && code != 0x1B) ++strange;
  }
  return strange * 100 > bytes.size();
}

[[nodiscard]] AttachmentFile taken(QString text) {
  text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\r', u'\n').remove(QChar::ByteOrderMark);
  AttachmentFile file;
  file.result = text.trimmed().isEmpty() ? AttachmentFile::Result::Empty : AttachmentFile::Result::Read;
  if (file.result == AttachmentFile::Result::Read) file.text = text;
  return file;
}

[[nodiscard]] AttachmentFile readPdf(const QString& path) {
#ifdef HEARTH_PDF
  QPdfDocument document;
  if (document.load(path) != QPdfDocument::Error::None) return {AttachmentFile::Result::NotReadable, {}, {}, 0};
  QString text;
  for (int page = 0; page < document.pageCount(); ++page) text += document.getAllText(page).text() + u'\n';
  AttachmentFile file = taken(text.remove(QChar::Null));
  if (file.result == AttachmentFile::Result::Empty) file.result = AttachmentFile::Result::NoText;
  return file;
#else
  Q_UNUSED(path)
  return {AttachmentFile::Result::NoPdf, {}, {}, 0};
#endif
}

}  // namespace

AttachmentFile decodeAttachment(const QByteArray& bytes) {
  if (bytes.trimmed().isEmpty()) return {AttachmentFile::Result::Empty, {}, {}, 0};
  std::optional<QString> text;
  if (const auto mark = markOf(bytes)) {
    text = decoded(QStringDecoder(*mark), bytes);
    if (text && text->contains(QChar::Null)) return {AttachmentFile::Result::Binary, {}, {}, 0};
  } else {
    if (looksBinary(bytes)) return {AttachmentFile::Result::Binary, {}, {}, 0};
    text = decoded(QStringDecoder(QStringDecoder::Utf8), bytes);
    if (!text) text = decoded(QStringDecoder("GB18030"), bytes);
    // Where the decoder of the system replaces instead of saying so.
    if (text && text->contains(QChar::ReplacementCharacter) && !bytes.contains("\xEF\xBF\xBD")) text.reset();
  }
  if (!text) return {AttachmentFile::Result::Encoding, {}, {}, 0};
  return taken(*text);
}

AttachmentFile readAttachment(const QString& path) {
  const QFileInfo info(path);
  AttachmentFile file;
  QFile source(path);
  if (!info.isFile() || !source.open(QIODevice::ReadOnly)) {
    file.result = AttachmentFile::Result::NotReadable;
  } else if (info.size() > AttachmentFile::kMostBytes) {
    file.result = AttachmentFile::Result::TooLarge;
  } else {
    const QByteArray bytes = source.read(AttachmentFile::kMostBytes + 1);
    file = bytes.startsWith("%PDF-") ? readPdf(path) : decodeAttachment(bytes);
  }
  file.name = info.fileName();
  file.bytes = info.size();
  return file;
}
