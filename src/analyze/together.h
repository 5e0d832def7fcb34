#pragma once

#include <optional>
#include <span>

#include "analyze/robust_line.h"

// Whether two processes that grow do so together.
namespace ajar::analyze {

// What a look at the tables of two processes, both at one moment, told: how many handles each had, and how
// many of these lead to the other.
struct PairLook {
  double at = 0;  // seconds
  double open = 0, shared = 0;
  double other_open = 0, other_shared = 0;
};

struct Togetherness {
  double shared_per_second = 0;  // of growth
  double share_of_growth = 0;    // of the one's: 0 to 1
};

// Two grow hand in hand where what they share grew along with both: over at least three looks by at least
// five handles, by half at least of what one of them grew by, and a tenth of what the other did (a server
// grows by all its clients). What they have shared all the time counts for nothing. In the order of time.
std::optional<Togetherness> hand_in_hand(std::span<const PairLook> looks);

// How alike two numbers rise: Pearson's r of their increments, where it is so high that chance hardly makes
// it. None where it is not; and where increments hardly vary, of which nothing can be told: two steady leaks'
// levels always go alike.
//
// Of increments between samples that both have, at the same times. What changes slowly is taken away before,
// so that no load of the day makes anything alike; nor does what comes by the clock, since two clocks always
// agree; and the few increments that go together the most must not be all there is.
std::optional<double> resemblance(std::span<const Point> one, std::span<const Point> other);

}  // namespace ajar::analyze
