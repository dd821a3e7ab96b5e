#include "services/chat_pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPdfWriter>
#include <QTextDocument>

#include "exchange/chat_html.h"

namespace {

constexpr int kResolution = 1200;  // dots per inch: fine enough for glyphs
constexpr double kMarginMm = 18;
constexpr double kFooterMm = 10;  // of the text, below it
constexpr double kMmPerInch = 25.4;
constexpr int kFooterPoints = 8;

/// Nothing is fetched, whatever the html names.
class ClosedDocument : public QTextDocument {
 public:
  using QTextDocument::QTextDocument;

 protected:
  QVariant loadResource(int, const QUrl&) override { return {}; }
};

[[nodiscard]] QPageSize pageSize() {
  return QPageSize(QLocale::system().measurementSystem() == QLocale::ImperialUSSystem ? QPageSize::Letter : QPageSize::A4);
}

void drawFooter(QPainter& painter, const QRectF& line, const QString& title, int page, int pages) {
  QFont font(QStringLiteral("Noto Sans"));
  font.setPointSize(kFooterPoints);
  painter.setFont(font);
  painter.setPen(QColor(0x6a, 0x63, 0x5a));
  const QString number = QStringLiteral("%1 / %2").arg(page).arg(pages);
  const QFontMetricsF metrics(font, painter.device());
  const double room = line.width() - metrics.horizontalAdvance(number) * 1.5;
  painter.drawText(line, Qt::AlignLeft | Qt::AlignBottom, metrics.elidedText(title, Qt::ElideRight, room));
  painter.drawText(line, Qt::AlignRight | Qt::AlignBottom, number);
}

}  // namespace

bool writeChatPdf(QIODevice& device, const ConversationTree& tree, const DocumentOptions& options, const QString& creator,
                  const std::function<bool()>& goOn) {
  QPdfWriter writer(&device);
  writer.setResolution(kResolution);
  writer.setPageSize(pageSize());
  writer.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
  const QString title = documentTitle(tree);
  writer.setTitle(title);
  writer.setCreator(creator);

  const double footer = kFooterMm / kMmPerInch * kResolution;
  const QRectF paint = QRectF(QPointF(), QSizeF(writer.pageLayout().paintRectPixels(kResolution).size()));
  const QSizeF body(paint.width(), paint.height() - footer);
  ClosedDocument document;
  document.setUndoRedoEnabled(false);
  document.setDocumentMargin(0);
  document.documentLayout()->setPaintDevice(&writer);
  document.setHtml(chatPrintHtml(tree, options));
  if (!goOn()) return false;
  document.setPageSize(body);
  const int pages = document.pageCount();

  QPainter painter(&writer);
  for (int page = 0; page < pages; ++page) {
    if (!goOn()) return false;
    if (page > 0) writer.newPage();
    const QRectF shown(0, page * body.height(), body.width(), body.height());
    painter.save();
    painter.translate(0, -shown.top());
    QAbstractTextDocumentLayout::PaintContext context;
    context.clip = shown;
    context.palette.setColor(QPalette::Text, Qt::black);
    painter.setClipRect(shown);
    document.documentLayout()->draw(&painter, context);
    painter.restore();
    drawFooter(painter, QRectF(0, body.height(), paint.width(), footer), title, page + 1, pages);
  }
  return painter.end();
}
