// Questions to hubs: searches and the contents of repositories. Lives in a thread of its own; every function is called there.
#pragma once

#include <QList>
#include <QObject>
#include <memory>

#include "errors/error_catalogue.h"
#include "net/download_worker.h"
#include "net/hub_repository.h"

Q_DECLARE_METATYPE(HubRepository)
Q_DECLARE_METATYPE(QList<HubRepository>)

class HubClient : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// A later question replaces an earlier one.
  void search(quint64 question, const QString& text, bool adapters, const NetworkSetup& setup);
  /// `preferred`: asked first, if it is on.
  void lookUp(quint64 question, const QString& id, const QString& revision, std::optional<Endpoint::Kind> preferred,
              const NetworkSetup& setup);
  void cancel();

 Q_SIGNALS:
  void found(quint64 question, const QList<HubRepository>& repositories);
  void lookedUp(quint64 question, const HubRepository& repository);
  void failed(quint64 question, const Problem& problem);

 private:
  struct Search;
  struct LookUp;
  void start(const NetworkSetup& setup);
  void searchNext(const std::shared_ptr<Search>& search);
  void lookUpNext(const std::shared_ptr<LookUp>& lookUp);
  void readCard(const std::shared_ptr<LookUp>& lookUp);
  void finish(const std::shared_ptr<LookUp>& lookUp);

  std::unique_ptr<HttpSession> m_session;
  std::unique_ptr<QObject> m_question;  // context of what is being asked
  QList<Endpoint> m_endpoints;
};
