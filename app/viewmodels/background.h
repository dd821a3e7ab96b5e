// Work for a view-model that takes too long for the GUI thread.
#pragma once

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>
#include <utility>

/// Runs `work` in a thread of its own, one after the other, and hands each result to `done` in the thread of `receiver`. Only the answer to
/// the last question counts: earlier ones are dropped. A member of `receiver`, declared last, so that it ends first.
class Background {
 public:
  explicit Background(QObject* receiver) : m_receiver(receiver) { m_pool.setMaxThreadCount(1); }
  ~Background() {
    m_pool.clear();
    m_pool.waitForDone();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  template <class Work, class Done>
  void run(Work work, Done done) {
    m_pool.clear();
    const quint64 question = ++m_question;
    m_pool.start([this, question, work = std::move(work), done = std::move(done)]() mutable {
      auto result = work();
      const auto deliver = [this, question, done = std::move(done), result = std::move(result)]() mutable {
        if (question == m_question) done(std::move(result));
      };
      QMetaObject::invokeMethod(m_receiver, deliver, Qt::QueuedConnection);
    });
  }
  /// No answer is wanted any more.
  void forget() {
    ++m_question;
    m_pool.clear();
  }

 private:
  QObject* m_receiver;
  quint64 m_question = 0;
  QThreadPool m_pool;
};
