#include "window_probe.h"

#include <QAccessible>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMetaEnum>
#include <QQuickItem>
#include <QQuickTextDocument>
#include <QQuickWindow>
#include <QSet>
#include <QStyleHints>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include <functional>

namespace {

QString roleName(QAccessible::Role role) {
  return QString::fromLatin1(QMetaEnum::fromType<QAccessible::Role>().valueToKey(role));
}

QString describe(QAccessibleInterface* object) {
  const QObject* source = object->object();
  return QStringLiteral("%1 '%2' (%3 %4)")
      .arg(roleName(object->role()), object->text(QAccessible::Name),
           source ? QString::fromLatin1(source->metaObject()->className()) : QString(), source ? source->objectName() : QString());
}

/// Roles of things that do something: they are of no use without a name.
bool isControl(QAccessible::Role role) {
  switch (role) {
    case QAccessible::Button:
    case QAccessible::ButtonMenu:
    case QAccessible::ButtonDropDown:
    case QAccessible::CheckBox:
    case QAccessible::ComboBox:
    case QAccessible::EditableText:
    case QAccessible::Link:
    case QAccessible::ListItem:
    case QAccessible::MenuItem:
    case QAccessible::PageTab:
    case QAccessible::ProgressBar:
    case QAccessible::RadioButton:
    case QAccessible::Slider:
    case QAccessible::SpinBox:
    case QAccessible::Dialog:
    case QAccessible::List:
      return true;
    default:
      return false;
  }
}

void walk(QAccessibleInterface* object, const std::function<void(QAccessibleInterface*)>& visit) {
  if (!object || object->state().invisible) {
    return;
  }
  visit(object);
  for (int i = 0; i < object->childCount(); ++i) {
    walk(object->child(i), visit);
  }
}

void walkItems(QQuickItem* item, const std::function<void(QQuickItem*)>& visit) {
  if (!item->isVisible()) {
    return;
  }
  visit(item);
  for (QQuickItem* child : item->childItems()) {
    walkItems(child, visit);
  }
}

bool takesFocus(const QQuickItem* item) {
  const QVariant policy = item->property("focusPolicy");
  return item->activeFocusOnTab() || (policy.isValid() && policy.toInt() != Qt::NoFocus);
}

QString describe(const QQuickItem* item) {
  QString path;
  for (const QQuickItem* i = item; i && path.size() < 200; i = i->parentItem()) {
    path += QString::fromLatin1(i->metaObject()->className()).section(QLatin1String("_QML"), 0, 0) + QLatin1Char('#') + i->objectName() +
            QLatin1Char(' ');
  }
  return path;
}

}  // namespace

QStringList WindowProbe::accessibleObjects(QQuickWindow* window) {
  QStringList found;
  walk(QAccessible::queryAccessibleInterface(window), [&](QAccessibleInterface* object) { found << describe(object); });
  return found;
}

QStringList WindowProbe::accessibilityProblems(QQuickWindow* window) {
  QStringList problems;
  walk(QAccessible::queryAccessibleInterface(window), [&](QAccessibleInterface* object) {
    const QAccessible::Role role = object->role();
    const bool nothing = role == QAccessible::NoRole || role == QAccessible::Client;
    const bool nameless = object->text(QAccessible::Name).trimmed().isEmpty();
    if ((object->state().focusable && nothing) || ((object->state().focusable || isControl(role)) && nameless)) {
      problems << describe(object);
    }
  });
  walkItems(window->contentItem(), [&](QQuickItem* item) {
    if (!takesFocus(item) || !item->isEnabled()) {
      return;
    }
    QAccessibleInterface* object = QAccessible::queryAccessibleInterface(item);
    if (!object || object->text(QAccessible::Name).trimmed().isEmpty() || object->role() == QAccessible::NoRole ||
        object->role() == QAccessible::Client) {
      problems << QStringLiteral("takes the focus: ") + describe(item);
    }
  });
  return problems;
}

QStringList WindowProbe::runningAnimations(QQuickWindow* window) {
  QSet<const QObject*> found;
  // Items of a list are not children of the window as objects, only as items.
  const auto search = [&found](const QObject* parent) {
    for (const QObject* object : parent->findChildren<QObject*>()) {
      if (object->inherits("QQuickAbstractAnimation") && object->property("running").toBool()) {
        found.insert(object);
      }
    }
  };
  search(window);
  walkItems(window->contentItem(), search);
  QStringList running;
  for (const QObject* object : std::as_const(found)) {
    const QObject* parent = object->parent();
    running << QString::fromLatin1(object->metaObject()->className()) + QLatin1String(" of ") +
                   (parent ? QString::fromLatin1(parent->metaObject()->className()) : QString());
  }
  return running;
}

int WindowProbe::framesDrawn(QQuickWindow* window, int ms) {
  int frames = 0;
  const QMetaObject::Connection counter = connect(window, &QQuickWindow::frameSwapped, window, [&frames] { ++frames; });
  QTest::qWait(ms);
  disconnect(counter);
  return frames;
}

void WindowProbe::stopCursor() {
  QGuiApplication::styleHints()->setCursorFlashTime(0);
}

QStringList WindowProbe::clippedTexts(QQuickWindow* window) {
  QStringList clipped;
  walkItems(window->contentItem(), [&](QQuickItem* item) {
    if (!item->inherits("QQuickText") || item->property("text").toString().isEmpty()) {
      return;
    }
    constexpr double kSlack = 1.5;  // rounding of font metrics
    const bool elides = item->property("elide").toInt() != Qt::ElideNone;
    if (!elides && (item->property("contentWidth").toDouble() > item->width() + kSlack ||
                    item->property("contentHeight").toDouble() > item->height() + kSlack)) {
      clipped << QStringLiteral("'%1', %2 x %3 in %4 x %5 of %6")
                     .arg(item->property("text").toString())
                     .arg(item->property("contentWidth").toDouble())
                     .arg(item->property("contentHeight").toDouble())
                     .arg(item->width())
                     .arg(item->height())
                     .arg(describe(item));
    }
  });
  return clipped;
}

QStringList WindowProbe::overflows(QQuickItem* view) {
  QStringList found;
  walkItems(view, [&](QQuickItem* item) {
    const bool shown = item->inherits("QQuickText") || item->inherits("QQuickAbstractButton") || item->inherits("QQuickTextField");
    if (!shown || item->width() <= 0 || item->height() <= 0) {
      return;
    }
    constexpr double kSlack = 1.5;  // rounding
    const double left = item->mapToItem(view, QPointF()).x();
    if (left < -kSlack || left + item->width() > view->width() + kSlack) {
      found << QStringLiteral("%1..%2 of %3: '%4' %5")
                   .arg(left)
                   .arg(left + item->width())
                   .arg(view->width())
                   .arg(item->property("text").toString(), describe(item));
    }
  });
  return found;
}

QVariantList WindowProbe::colouredParts(QQuickItem* edit) {
  QVariantList parts;
  const auto* document = edit->property("textDocument").value<QQuickTextDocument*>();
  if (!document) return parts;
  for (QTextBlock line = document->textDocument()->begin(); line.isValid(); line = line.next())
    for (const QTextLayout::FormatRange& range : line.layout()->formats())
      parts.append(QVariant(QVariantList{line.text().mid(range.start, range.length), range.format.foreground().color().name()}));
  return parts;
}
