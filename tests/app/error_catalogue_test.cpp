#include "errors/error_catalogue.h"

#include <gtest/gtest.h>

#include <QSet>

#include "storage/store_result.h"

namespace {

TEST(ErrorCatalogue, EveryEntryHasACauseAndANextStep) {
  QSet<QString> names;
  for (const ErrorId id : allErrors()) {
    const ErrorText text = errorText(id, {QStringLiteral("one"), QStringLiteral("two")});
    EXPECT_FALSE(text.cause.isEmpty()) << qPrintable(errorName(id));
    EXPECT_TRUE(!text.nextStep.isEmpty() || isInformation(id) || id == ErrorId::EngineCancelled) << qPrintable(errorName(id));
    EXPECT_FALSE(text.cause.contains(u'%') || text.nextStep.contains(u'%')) << qPrintable(errorName(id));
    EXPECT_EQ(errorIdFromName(errorName(id)), id);
    EXPECT_FALSE(names.contains(errorName(id)));
    names.insert(errorName(id));
  }
  EXPECT_GE(names.size(), 25);
}

TEST(ErrorCatalogue, ArgumentsAreNotRead) {
  const ErrorText text = errorText(ErrorId::StorageRestored, {QStringLiteral("%2 %1"), QStringLiteral("<b>5</b>")});
  EXPECT_TRUE(text.cause.contains(QStringLiteral("of %2 %1;")));
  EXPECT_TRUE(text.cause.contains(QStringLiteral("<b>5</b>")));
}

TEST(ErrorCatalogue, UnknownNamesAndNoProblem) {
  EXPECT_EQ(errorIdFromName(QStringLiteral("from-the-future")), ErrorId::None);
  EXPECT_TRUE(errorText(ErrorId::None).cause.isEmpty());
  EXPECT_FALSE(Problem());
}

TEST(ErrorCatalogue, EveryStorageErrorIsInIt) {
  using Kind = StorageError::Kind;
  for (const Kind kind : {Kind::ReadOnly, Kind::Full, Kind::Corrupt, Kind::NotRepaired, Kind::Newer, Kind::Busy, Kind::Io, Kind::Other})
    EXPECT_TRUE((StorageError{kind, {}}.problem())) << static_cast<int>(kind);
  EXPECT_FALSE(StorageError{}.problem());
}

}  // namespace
