// Colours for the code of a document of the window.
#pragma once

#include <qqmlregistration.h>
#include <QColor>
#include <QHash>
#include <QQmlParserStatus>
#include <QQuickTextDocument>
#include <QSyntaxHighlighter>
#include <QVariantMap>

#include "text/code_highlighter.h"

/// @brief Colours a TextEdit with plain text. The text, what is selected and what is copied stay as they are.
///
/// The document may be a piece of a longer listing: `from` is the state at its beginning, which after() gives for the end of the
/// piece before. A change colours the changed line again, and the lines below it only as far as their state has changed.
class CodeColouring : public QSyntaxHighlighter, public QQmlParserStatus {
  Q_OBJECT
  Q_INTERFACES(QQmlParserStatus)
  QML_ELEMENT
  /// The TextEdit's textDocument.
  Q_PROPERTY(QQuickTextDocument* target READ target WRITE setTarget NOTIFY targetChanged)
  /// Name of the language behind the fence; an unknown one has no colours.
  Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
  /// State at the beginning of the document.
  Q_PROPERTY(QString from READ from WRITE setFrom NOTIFY fromChanged)
  /// Colours by kind: keyword, type, string, number, comment, preprocessor, function, tag, attribute, inserted, removed.
  Q_PROPERTY(QVariantMap colours READ colours WRITE setColours NOTIFY coloursChanged)
  /// The document is seen. It gets its colours when this becomes true for the first time, and keeps them.
  Q_PROPERTY(bool active READ active WRITE setActive NOTIFY activeChanged)
  /// "C++": the language as people call it; as it stands behind the fence if it is unknown.
  Q_PROPERTY(QString title READ title NOTIFY languageChanged)
  /// A name for a file with such code: "code.cpp".
  Q_PROPERTY(QString fileName READ fileName NOTIFY languageChanged)

 public:
  explicit CodeColouring(QObject* parent = nullptr);

  [[nodiscard]] QQuickTextDocument* target() const { return m_target; }
  void setTarget(QQuickTextDocument* target);
  [[nodiscard]] QString language() const { return m_language; }
  void setLanguage(const QString& language);
  [[nodiscard]] QString from() const { return m_from; }
  void setFrom(const QString& from);
  [[nodiscard]] QVariantMap colours() const { return m_colours; }
  void setColours(const QVariantMap& colours);
  [[nodiscard]] bool active() const { return m_active; }
  void setActive(bool active);
  [[nodiscard]] QString title() const;
  [[nodiscard]] QString fileName() const { return m_highlighter.fileName(); }

  /// The state behind `text`, whole lines that begin with `state`.
  Q_INVOKABLE [[nodiscard]] QString after(const QString& text, const QString& state) const { return m_highlighter.after(text, state); }

  void classBegin() override {}
  void componentComplete() override;

 Q_SIGNALS:
  void targetChanged();
  void languageChanged();
  void fromChanged();
  void coloursChanged();
  void activeChanged();

 protected:
  void highlightBlock(const QString& text) override;

 private:
  void begin();
  void again();
  /// A number for the state, as documents keep with their lines.
  [[nodiscard]] int numberOf(const CodeState& state);

  QQuickTextDocument* m_target = nullptr;
  QString m_language;
  CodeHighlighter m_highlighter;
  CodeState m_from;
  QVariantMap m_colours;
  QList<QTextCharFormat> m_formats;  // by kind
  QList<CodeState> m_states;         // by number
  QHash<CodeState, int> m_numbers;
  bool m_active = false;
  bool m_complete = false;
};
