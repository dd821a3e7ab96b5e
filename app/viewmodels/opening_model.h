// Files that were opened, and the question what to do with them.
#pragma once

#include <qqmlregistration.h>
#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QVariantList>

#include "services/file_opening.h"

class ModelService;
class ModelsViewModel;

/// @brief What the window asks about files that were dropped onto it, opened from the desktop, or given to a start.
///
/// Files that are opened while the question is shown are added to it.
class OpeningModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.opening")
  /// What can be imported: list of {name, about}; empty: there is no question.
  Q_PROPERTY(QVariantList items READ items NOTIFY questionChanged)
  /// It is one model, which can be used at once.
  Q_PROPERTY(bool isOneModel READ isOneModel NOTIFY questionChanged)
  /// Files are being looked at.
  Q_PROPERTY(bool looking READ looking NOTIFY lookingChanged)

 public:
  /// All must outlive this object.
  OpeningModel(FileOpening* opening, AdapterLibrary* adapters, ModelService* service, ModelsViewModel* models, QObject* parent = nullptr);

  [[nodiscard]] QVariantList items() const;
  [[nodiscard]] bool isOneModel() const;
  [[nodiscard]] bool looking() const { return m_opening->isLooking(); }

  /// Looks at local files and folders. Answers asked(), or by a notice, or by using what is here already.
  Q_INVOKABLE void open(const QList<QUrl>& urls);
  /// Imports all of it. `use`: the one model answers as soon as it is here.
  Q_INVOKABLE void accept(bool copy, bool use);
  /// Nothing is imported.
  Q_INVOKABLE void dismiss();

  /// Texts computed here change with the language.
  void retranslate() { Q_EMIT questionChanged(); }

 Q_SIGNALS:
  /// There is a question; more may have come to it.
  void asked();
  void questionChanged();
  void lookingChanged();
  /// "chat", "models" or "adapters": where what was opened can be seen.
  void pageWanted(const QString& page);
  /// As pageWanted("chat"), if the page of models is shown: what was imported there is used now.
  void importUsed();
  void news(const Problem& problem);

 private:
  void ask(const OpenedFiles& files);
  void useModel(qint64 variantId, bool isNew);
  [[nodiscard]] static QString about(const OpenedItem& item);

  FileOpening* m_opening;
  ModelService* m_service;
  ModelsViewModel* m_models;
  OpenedFiles m_question;
};
