// Marks on words of a document of the window that rules of the person look for.
#pragma once

#include <qqmlregistration.h>
#include <QColor>
#include <QQmlParserStatus>
#include <QQuickTextDocument>
#include <QSyntaxHighlighter>
#include <QVariantList>
#include <memory>

#include "text/policy_rules.h"

/// @brief Colours what rules find in a TextEdit. The text, what is selected and what is copied stay as they are.
///
/// A paragraph is looked at when it changes, so that words are found in whatever pieces they arrive. Without rules it costs nothing.
class PolicyColouring : public QSyntaxHighlighter, public QQmlParserStatus {
  Q_OBJECT
  Q_INTERFACES(QQmlParserStatus)
  QML_ELEMENT
  /// The TextEdit's textDocument.
  Q_PROPERTY(QQuickTextDocument* target READ target WRITE setTarget NOTIFY targetChanged)
  /// As PolicyModel.marks.
  Q_PROPERTY(QVariantList rules READ rules WRITE setRules NOTIFY rulesChanged)
  /// "input" or "output": whose rules are used.
  Q_PROPERTY(QString place READ place WRITE setPlace NOTIFY rulesChanged)
  /// Of the letters, and behind them.
  Q_PROPERTY(QColor ink READ ink WRITE setInk NOTIFY coloursChanged)
  Q_PROPERTY(QColor paper READ paper WRITE setPaper NOTIFY coloursChanged)
  /// Something is marked.
  Q_PROPERTY(bool marked READ marked NOTIFY markedChanged)

 public:
  explicit PolicyColouring(QObject* parent = nullptr);

  [[nodiscard]] QQuickTextDocument* target() const { return m_target; }
  void setTarget(QQuickTextDocument* target);
  [[nodiscard]] QVariantList rules() const { return m_rules; }
  void setRules(const QVariantList& rules);
  [[nodiscard]] QString place() const { return m_place; }
  void setPlace(const QString& place);
  [[nodiscard]] QColor ink() const { return m_ink; }
  void setInk(const QColor& ink);
  [[nodiscard]] QColor paper() const { return m_paper; }
  void setPaper(const QColor& paper);
  [[nodiscard]] bool marked() const { return m_marked; }

  void classBegin() override {}
  void componentComplete() override;

 Q_SIGNALS:
  void targetChanged();
  void rulesChanged();
  void coloursChanged();
  void markedChanged();

 protected:
  void highlightBlock(const QString& text) override;

 private:
  void begin();
  void again();
  void noteMarked(bool marked);

  QQuickTextDocument* m_target = nullptr;
  QVariantList m_rules;
  QString m_place = QStringLiteral("output");
  QColor m_ink;
  QColor m_paper;
  std::shared_ptr<PolicyMatcher> m_matcher;  // shared by all documents with the same rules
  bool m_marked = false;
  bool m_complete = false;
};
