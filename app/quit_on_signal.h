// Ending on SIGTERM and SIGINT as on closing the window.
#pragma once

#include <QObject>

/// While this object lives, the first such signal quits the event loop, so that everything is stored. Only one may live.
class QuitOnSignal : public QObject {
  Q_OBJECT

 public:
  explicit QuitOnSignal(QObject* parent = nullptr);
  ~QuitOnSignal() override;

 private:
  int m_readEnd = -1;
};
