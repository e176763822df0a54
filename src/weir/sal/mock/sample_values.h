#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "weir/sal/interface.h"
#include "weir/sal/text.h"

namespace weir::sal::mock {

// The values of one topic as smooth functions of time, the same for the same seed: reals and
// integers are slow waves with a little noise, each with its own height and pace (of a usual size
// where the unit tells), neighbours in an array a little apart; booleans, enumerations and texts
// change every few seconds. Confined.
class SampleValues : public TextValues {
 public:
  SampleValues(const Topic& topic, uint64_t seed);

  // Moves to a moment; the values asked for afterwards belong to it.
  void move_to(double seconds);

  int64_t integer(size_t item, size_t element) override;
  double real(size_t item, size_t element) override;
  std::string_view text(size_t item, size_t element) override;

 private:
  struct Field {
    ItemType type;
    size_t longest_text;
    double centre, swing;
    double pace, phase;  // radians per second, radians
    double dwell_s;      // between changes of what is not a wave
    uint64_t salt;
    double sine, cosine;  // of now
    uint64_t step;        // number of changes so far
    std::vector<int64_t> enumerators;
  };
  double wave(const Field& field, size_t element) const;
  static uint64_t pick(const Field& field, size_t element);

  std::vector<Field> fields_;
  uint64_t moment_ = 0;
};

}  // namespace weir::sal::mock
