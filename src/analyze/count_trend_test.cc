#include "analyze/count_trend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <vector>

#include "analyze/seeded_runs.h"

namespace ajar::analyze {
namespace {

using report::Trend;

// What differs from series to series.
struct Case {
  std::mt19937_64 random;
  std::size_t samples = 0;
  double level = 0;  // where it begins
  double noise = 0;  // standard deviation

  explicit Case(std::uint64_t seed) : random(seed) {
    constexpr std::size_t kSamples[] = {8, 11, 20, 40, 100, 400, 1500};
    samples = kSamples[random() % std::size(kSamples)];
    level = 50 + static_cast<double>(random() % 3000);
    noise = static_cast<double>(random() % 40) / 2;
  }

  double gauss() { return std::normal_distribution<double>()(random); }
  double uniform(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random); }
};

// `shape` gives a value for a place in the series, from 0 to 1.
std::vector<Point> series(Case& c, const std::function<double(double)>& shape) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < c.samples; ++i) {
    const double place = static_cast<double>(i) / static_cast<double>(c.samples - 1);
    points.push_back({.at = static_cast<double>(i) * 60,
                      .value = std::round(std::max(0.0, c.level + shape(place) + c.noise * c.gauss()))});
  }
  return points;
}

using Make = std::function<std::vector<Point>(Case&)>;

double share(const Make& make, Trend wanted, std::uint64_t runs = 2000) {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Case c(seed);
    if (trend_of(make(c)).trend == wanted) ++found;
  }
  return static_cast<double>(found) / static_cast<double>(runs);
}

void expect_hardly_ever_growing(const Make& make) {
  EXPECT_LT(share(make, Trend::growing), 0.01);
}

TEST(CountTrend, NoiseIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) { return series(c, [](double) { return 0.0; }); });
}

TEST(CountTrend, NoiseThatHasAMemoryIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double memory = c.uniform(0.3, 0.97);
    double now = 0;
    return series(c, [&](double) { return now = memory * now + c.noise * c.gauss(); });
  });
}

// It does rise or fall, and for as long as one looks: nothing but more samples can tell it from growth.
TEST(CountTrend, ARandomWalkIsSeldomGrowing) {
  const auto walk = [](Case& c) {
    double now = 0;
    const double step = c.uniform(0.5, 10);
    c.noise = 0;
    return series(c, [&](double) { return now += step * c.gauss(); });
  };
  EXPECT_LT(share(walk, Trend::growing), 0.02);
}

TEST(CountTrend, AStepIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double at = c.uniform(0.05, 0.95);
    const double height = c.uniform(10, 2000);
    return series(c, [&](double place) { return place < at ? 0 : height; });
  });
}

TEST(CountTrend, TwoStepsAreNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double first = c.uniform(0.05, 0.5);
    const double second = c.uniform(0.5, 0.95);
    const double height = c.uniform(50, 2000);
    return series(c,
                  [&](double place) { return (place < first ? 0 : height) + (place < second ? 0 : height); });
  });
}

TEST(CountTrend, AWarmUpIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double takes = c.uniform(0.02, 0.33);
    const double height = c.uniform(20, 3000);
    return series(c, [&](double place) { return height * (1 - std::exp(-place / takes)); });
  });
}

TEST(CountTrend, ASawToothIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double teeth = c.uniform(1.2, static_cast<double>(c.samples) / 4);  // else none is seen
    const double height = c.uniform(20, 3000);
    return series(c, [&](double place) { return height * (teeth * place - std::floor(teeth * place)); });
  });
}

TEST(CountTrend, ADaysRhythmIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double days = c.uniform(1, 10);
    const double begin = c.uniform(0, 6.28);
    const double height = c.uniform(20, 1000);
    return series(c, [&](double place) { return height * (1 + std::sin(begin + 6.2832 * days * place)); });
  });
}

TEST(CountTrend, APeakIsNotGrowing) {
  expect_hardly_ever_growing([](Case& c) {
    const double at = c.uniform(0.1, 0.95);
    const double height = c.uniform(100, 5000);
    return series(c, [&](double place) { return std::abs(place - at) < 0.05 ? height : 0; });
  });
}

TEST(CountTrend, AFastLeakIsGrowing) {
  const auto leak = [](Case& c) {
    const double growth = c.uniform(2'000, 70'000);
    return series(c, [&](double place) { return growth * place; });
  };
  EXPECT_GT(share(leak, Trend::growing), 0.99);
}

TEST(CountTrend, ASlowLeakIsGrowing) {
  const auto leak = [](Case& c) {
    c.samples = std::max<std::size_t>(c.samples, 40);
    const double growth = std::max(10.0, c.noise * c.uniform(7, 15));
    return series(c, [&](double place) { return growth * place; });
  };
  EXPECT_GT(share(leak, Trend::growing), 0.95);
}

TEST(CountTrend, ALeakThatComesInManyBurstsIsGrowing) {
  const auto leak = [](Case& c) {
    c.samples = std::max<std::size_t>(c.samples, 40);
    const double bursts = c.uniform(6, 30);
    const double height = c.uniform(30, 500) + c.noise * 2;
    return series(c, [&](double place) { return height * std::floor(bursts * place); });
  };
  EXPECT_GT(share(leak, Trend::growing), 0.95);
}

TEST(CountTrend, TheRateIsThatOfTheLeak) {
  Case c(7);
  c.samples = 100;
  c.noise = 5;
  const report::CountTrend trend = trend_of(series(c, [&](double place) { return 6'000 * place; }));
  EXPECT_EQ(trend.trend, Trend::growing);
  EXPECT_NEAR(trend.rate_per_second, 6'000 / (99.0 * 60), 0.01);
  EXPECT_EQ(trend.samples, 100U);
  EXPECT_GT(trend.rising_share, 0.99);
}

TEST(CountTrend, SaysNothingBeforeThereIsEvidence) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < kSamplesToJudge; ++i) {
    EXPECT_EQ(trend_of(points).trend, Trend::too_short) << i;
    points.push_back({.at = static_cast<double>(i), .value = static_cast<double>(i) * 100});
  }
  EXPECT_EQ(trend_of(points).trend, Trend::growing);
}

TEST(CountTrend, OfManySamplesTakesAsLittleTimeAsOfFew) {
  std::vector<Point> points(300'000);
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i] = {.at = static_cast<double>(i), .value = static_cast<double>(i) / 10};
  const report::CountTrend trend = trend_of(points);
  EXPECT_EQ(trend.trend, Trend::growing);
  EXPECT_NEAR(trend.rate_per_second, 0.1, 0.001);
}

TEST(CountTrend, SamplesOfOneMomentAreNoTrend) {
  std::vector<Point> points(20);
  for (std::size_t i = 0; i < points.size(); ++i) points[i].value = static_cast<double>(i) * 100;
  EXPECT_NE(trend_of(points).trend, Trend::growing);
}

std::vector<Point> ramps(std::size_t each, std::size_t count) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < each * count; ++i)
    points.push_back({.at = static_cast<double>(i), .value = 100 + 50.0 * static_cast<double>(i % each)});
  return points;
}

TEST(CountTrend, AnInstanceThatFellToAFractionIsJudgedFromThereOn) {
  const report::CountTrend trend = trend_of_instance(ramps(20, 2));
  EXPECT_EQ(trend.trend, Trend::growing);
  EXPECT_EQ(trend.samples, 20U);
  EXPECT_EQ(trend.first, 100U);
  EXPECT_TRUE(trend.reason.starts_with("since it fell from 1,050 to 100 at once: ")) << trend.reason;
  EXPECT_NE(trend_of(ramps(20, 2)).trend, Trend::growing) << "one process gave them back";
}

TEST(CountTrend, AnInstanceThatFellAgainAndAgainIsNotGrowing) {
  const report::CountTrend trend = trend_of_instance(ramps(20, 3));
  EXPECT_EQ(trend.trend, Trend::steady);
  EXPECT_EQ(trend.samples, 60U);
}

// Whether it was said to grow in any of the looks at what came until then, from that sample on.
bool ever_grows(std::span<const Point> points, std::size_t from = kSamplesToJudge) {
  for (std::size_t count = from; count <= points.size(); count += 1 + count / 4) {
    if (trend_by_now(points.first(count)).trend == Trend::growing) return true;
  }
  return false;
}

double share_that_ever_grows(const Make& make, double begin = 0, std::uint64_t runs = kSeededRuns) {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Case c(seed);
    c.samples = std::min<std::size_t>(c.samples, 400);
    const std::vector<Point> points = make(c);
    const auto from = static_cast<std::size_t>(begin * static_cast<double>(points.size()));
    if (ever_grows(points, std::max(from, kSamplesToJudge))) ++found;
  }
  return static_cast<double>(found) / static_cast<double>(runs);
}

TEST(CountTrendByNow, ALeakThatBeginsLateGrowsSoonAfter) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Case c(seed);
    const double step = std::max(2.0, c.noise) * c.uniform(1, 10);
    std::vector<Point> points;
    for (std::size_t i = 0; i < 300 + 24; ++i) {
      const double leaked = i < 300 ? 0 : step * static_cast<double>(i - 300);
      points.push_back(
          {.at = static_cast<double>(i), .value = std::round(c.level + c.noise * c.gauss() + leaked)});
    }
    EXPECT_NE(trend_by_now(std::span(points).first(300)).trend, Trend::growing) << seed;
    const report::CountTrend late = trend_by_now(points);
    EXPECT_EQ(late.trend, Trend::growing) << seed << ": " << late.reason;
    EXPECT_NEAR(late.rate_per_second, step, step / 2) << seed;
  }
}

TEST(CountTrendByNow, NoiseIsHardlyEverSaidToGrow) {
  EXPECT_LT(share_that_ever_grows([](Case& c) { return series(c, [](double) { return 0.0; }); }), 0.01);
}

TEST(CountTrendByNow, AStepIsHardlyEverSaidToGrow) {
  EXPECT_LT(share_that_ever_grows([](Case& c) {
              const double at = c.uniform(0.05, 0.95);
              const double height = c.uniform(10, 2000);
              return series(c, [&](double place) { return place < at ? 0 : height; });
            }),
            0.01);
}

// The first tooth does rise, for all that one knows by then.
TEST(CountTrendByNow, ASawToothIsHardlyEverSaidToGrowOnceItHasFallen) {
  EXPECT_LT(share_that_ever_grows(
                [](Case& c) {
                  c.samples = std::max<std::size_t>(c.samples, 40);
                  const double teeth = c.uniform(4, static_cast<double>(c.samples) / 6);
                  const double height = c.uniform(20, 3000);
                  return series(
                      c, [&](double place) { return height * (teeth * place - std::floor(teeth * place)); });
                },
                0.5),
            0.01);
}

TEST(CountTrendByNow, ADaysRhythmIsHardlyEverSaidToGrowAfterItsFirstDay) {
  EXPECT_LT(share_that_ever_grows(
                [](Case& c) {
                  c.samples = std::max<std::size_t>(c.samples, 40);
                  const double begin = c.uniform(0, 6.28);
                  const double height = c.uniform(20, 1000);
                  return series(
                      c, [&](double place) { return height * (1 + std::sin(begin + 6.2832 * 4 * place)); });
                },
                0.5),
            0.01);
}

TEST(CountTrendByNow, AWarmUpIsHardlyEverSaidToGrowOnceItIsOver) {
  EXPECT_LT(share_that_ever_grows(
                [](Case& c) {
                  const double takes = c.uniform(0.02, 0.1);
                  const double height = c.uniform(20, 3000);
                  return series(c, [&](double place) { return height * (1 - std::exp(-place / takes)); });
                },
                0.6),
            0.01);
}

}  // namespace
}  // namespace ajar::analyze
