#include "report/count_trends.h"

namespace ajar::report {

std::string_view trend_word(Trend trend) {
  switch (trend) {
    case Trend::too_short:
      return "too short";
    case Trend::steady:
      return "steady";
    case Trend::rose:
      return "rose";
    case Trend::growing:
      return "growing";
  }
  return "";
}

std::string_view basis_word(FallAtEnd::Basis basis) {
  switch (basis) {
    case FallAtEnd::Basis::shared:
      return "shared";
    case FallAtEnd::Basis::alike:
      return "alike";
    case FallAtEnd::Basis::several:
      return "several";
    case FallAtEnd::Basis::coincidence:
      return "coincidence";
  }
  return "";
}

std::string_view known_word(TokenQuestion::Known known) {
  switch (known) {
    case TokenQuestion::Known::counts:
      return "counts";
    case TokenQuestion::Known::tokens:
      return "tokens";
    case TokenQuestion::Known::pool_out:
      return "pool out";
  }
  return "";
}

std::optional<double> CountTrend::full_in_s() const {
  if (rate_per_second <= 0 || !soft_limit || ended) return std::nullopt;
  return *soft_limit <= last ? 0 : static_cast<double>(*soft_limit - last) / rate_per_second;
}

}  // namespace ajar::report
