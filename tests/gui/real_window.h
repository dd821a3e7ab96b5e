// Finding and reading things in the real window.
#pragma once

#include <QAbstractItemModel>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QtTest>
#include <memory>

#include "application.h"

namespace hearth_test {

inline QQuickWindow* mainWindow() {
  for (QWindow* window : QGuiApplication::topLevelWindows())
    if (auto* quick = qobject_cast<QQuickWindow*>(window); quick && quick->objectName() == QLatin1String("mainWindow")) return quick;
  return nullptr;
}

/// The first visible item of that name, in the order of painting.
inline QQuickItem* findItem(QQuickItem* root, const QString& name) {
  if (!root || (root->objectName() == name && root->isVisible())) return root;
  for (QQuickItem* child : root->childItems())
    if (QQuickItem* found = findItem(child, name)) return found;
  return nullptr;
}

inline QQuickItem* item(const char* name, QQuickItem* root = nullptr) {
  if (!root && mainWindow()) root = mainWindow()->contentItem();
  return findItem(root, QString::fromLatin1(name));
}

/// A role of a row of the list of that name, as QML sees it.
inline QVariant rowValue(const char* list, int row, const char* role) {
  QQuickItem* view = item(list);
  auto* model = view ? view->property("model").value<QAbstractItemModel*>() : nullptr;
  if (!model || row < 0 || row >= model->rowCount()) return {};
  return model->data(model->index(row, 0), model->roleNames().key(role, -1));
}

inline int rowCount(const char* list) {
  QQuickItem* view = item(list);
  auto* model = view ? view->property("model").value<QAbstractItemModel*>() : nullptr;
  return model ? model->rowCount() : -1;
}

inline void type(const QString& text) {
  for (const QChar& c : text) QTest::keyClick(mainWindow(), c.toLatin1());
}

inline void click(QQuickItem* target) {
  const QPointF middle = target->mapToScene(QPointF(target->width() / 2, target->height() / 2));
  QTest::mouseClick(mainWindow(), Qt::LeftButton, Qt::NoModifier, middle.toPoint());
}

/// One run of the application over the data folder of the test, in front.
inline std::unique_ptr<Application> startApplication(const QString& home) {
  auto application = std::make_unique<Application>(Application::Options{home});
  if (!application->start({}) || !mainWindow()) return nullptr;
  mainWindow()->requestActivate();
  return QTest::qWaitForWindowActive(mainWindow()) ? std::move(application) : nullptr;
}

}  // namespace hearth_test
