#include "viewmodels/readable.h"

#include <gtest/gtest.h>

#include <QVariantMap>

#include "viewmodels/fit_text.h"

namespace {

class ReadableTest : public ::testing::Test {
 protected:
  void SetUp() override { QLocale::setDefault(QLocale(QStringLiteral("en"))); }
  void TearDown() override { QLocale::setDefault(QLocale::system()); }
};

TEST_F(ReadableTest, Sizes) {
  EXPECT_EQ(Readable::size(0), QString());
  EXPECT_EQ(Readable::size(1), QStringLiteral("1 B"));
  EXPECT_EQ(Readable::size(6'288'512), QStringLiteral("6 MB"));
  EXPECT_EQ(Readable::size(999'800'000), QStringLiteral("1.0 GB")) << "not 1,000 MB";
  EXPECT_EQ(Readable::size(10'364'416'768), QStringLiteral("10.4 GB"));
  EXPECT_EQ(Readable::size(1'200'000'000'000), QStringLiteral("1.2 TB"));
  EXPECT_EQ(Readable::sizeOf(800'000'000, 6'400'000'000), QStringLiteral("0.8 of 6.4 GB"));
  EXPECT_EQ(Readable::sizeOf(5'000'000, 0), QStringLiteral("5 MB"));
  EXPECT_EQ(Readable::speed(12'400'000), QStringLiteral("12 MB/s"));
  EXPECT_EQ(Readable::speed(0.2), QString());
}

TEST_F(ReadableTest, Counts) {
  EXPECT_EQ(Readable::parameters(15'706'357'760, 2'400'000'000), QStringLiteral("15.7 B, 2.4 B active"));
  EXPECT_EQ(Readable::parameters(7'000'000'000, 7'000'000'000), QStringLiteral("7.0 B"));
  EXPECT_EQ(Readable::parameters(671'000'000'000), QStringLiteral("671 B"));
  EXPECT_EQ(Readable::parameters(5'200'000), QStringLiteral("5.2 M"));
  EXPECT_EQ(Readable::parameters(0), QString());
  EXPECT_EQ(Readable::context(163'840), QStringLiteral("160k tokens"));
  EXPECT_EQ(Readable::context(512), QStringLiteral("512 tokens"));
  EXPECT_EQ(Readable::context(-1), QString());
}

TEST_F(ReadableTest, SpeedsHaveNoMoreDigitsThanAnEstimate) {
  EXPECT_EQ(Readable::tokensPerSecond(873.4), QStringLiteral("about 870 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(10'140), QStringLiteral("more than 1,000 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(43.1), QStringLiteral("about 45 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(12.3), QStringLiteral("about 12 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(2.6), QStringLiteral("about 2.5 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(0.01), QStringLiteral("about 0.5 tokens/s"));
  EXPECT_EQ(Readable::tokensPerSecond(0), QString());
  EXPECT_EQ(Readable::tokensPerSecond(std::numeric_limits<double>::infinity()), QString());
}

TEST_F(ReadableTest, TimeLeft) {
  EXPECT_EQ(Readable::timeLeft(-1), QString());
  EXPECT_TRUE(Readable::timeLeft(0).startsWith(QStringLiteral("1 s")));
  EXPECT_TRUE(Readable::timeLeft(59).startsWith(QStringLiteral("59 s")));
  EXPECT_TRUE(Readable::timeLeft(200).startsWith(QStringLiteral("3 min")));
  EXPECT_TRUE(Readable::timeLeft(7'000).startsWith(QStringLiteral("2 h")));
  EXPECT_TRUE(Readable::timeLeft(300'000).contains(QStringLiteral("days")));
}

TEST_F(ReadableTest, LabelsOfFits) {
  ModelFit fit;
  EXPECT_EQ(FitText::label(fit), QString());
  EXPECT_TRUE(FitText::numbers(fit).isEmpty());
  fit.label = FitLabel::DeviceAndMemory;
  fit.tokensPerSecond = 12;
  fit.weights = 1'000'000'000;
  fit.experts = 9'000'000'000;
  fit.cache = 200'000'000;
  fit.contextLength = 8192;
  fit.deviceName = QStringLiteral("Small GPU");
  fit.deviceTotal = 4'000'000'000;
  fit.deviceFree = 3'000'000'000;
  fit.memoryTotal = 32'000'000'000;
  fit.memoryFree = 20'000'000'000;
  EXPECT_EQ(FitText::label(fit), QStringLiteral("GPU and memory, about 12 tokens/s"));
  EXPECT_EQ(FitText::tone(fit), QStringLiteral("fair"));
  QStringList lines;
  for (const QVariant& line : FitText::numbers(fit))
    lines += line.toMap()[QStringLiteral("label")].toString() + QStringLiteral("=") + line.toMap()[QStringLiteral("value")].toString();
  EXPECT_TRUE(lines.contains(QStringLiteral("Weights without experts=1.0 GB")));
  EXPECT_TRUE(lines.contains(QStringLiteral("Together=10.2 GB")));
  EXPECT_TRUE(lines.contains(QStringLiteral("Memory of a chat (8k tokens)=200 MB")));
  EXPECT_TRUE(lines.contains(QStringLiteral("Used there by programs now=1.0 GB")));
  EXPECT_TRUE(lines.contains(QStringLiteral("Free memory now=20.0 of 32.0 GB")));
  fit.tokensPerSecond = 2;
  EXPECT_EQ(FitText::tone(fit), QStringLiteral("slow"));
  fit.label = FitLabel::TooLarge;
  EXPECT_EQ(FitText::label(fit), QStringLiteral("Too large for this computer")) << "no speed of what does not run";
  EXPECT_EQ(FitText::tone(fit), QStringLiteral("bad"));
}

}  // namespace
