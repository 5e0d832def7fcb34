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

}  // namespace ajar::report
