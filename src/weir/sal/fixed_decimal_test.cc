#include "weir/sal/fixed_decimal.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

namespace weir::sal {
namespace {

std::string printed(double value) {
  char text[400];
  std::snprintf(text, sizeof(text), "%f", value);
  return text;
}

std::string fixed(double value) {
  Bytes out = "x";
  append_fixed_decimal(value, out);
  return out.substr(1);
}

TEST(FixedDecimal, EqualsPrintfWhereRoundingIsHard) {
  const double kValues[] = {0,
                            -0.0,
                            5e-7,
                            1.5e-6,
                            2.5e-6,
                            0.5e-6,
                            0.000001,
                            4.9999e-7,
                            1e-300,
                            5e-324,
                            0.1,
                            1.0 / 3,
                            9.9999995,
                            99.999999499999,
                            0.0000005,
                            0.00000050000001,
                            0x1p-20,
                            3 * 0x1p-21,
                            0x1p-7,
                            0x1p42,
                            0x1p43,
                            0x1p43 - 0.001,
                            1e15,
                            1e22,
                            1e300,
                            123456789.123456789,
                            std::numeric_limits<double>::max(),
                            std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()};
  for (const double value : kValues) {
    EXPECT_EQ(fixed(value), printed(value));
    EXPECT_EQ(fixed(-value), printed(-value));
  }
}

TEST(FixedDecimal, EqualsPrintfForTies) {
  // Odd multiples of 2^-7 and so on up to 2^-26 end exactly between two sixth decimals.
  for (int power = 7; power <= 26; ++power) {
    for (int odd = 1; odd < 2000; odd += 2) {
      const double value = std::ldexp(odd, -power);
      ASSERT_EQ(fixed(value), printed(value));
    }
  }
}

TEST(FixedDecimal, EqualsPrintfForRandomBitsAndRandomMagnitudes) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 50'000; ++i) {
    const auto bits = std::bit_cast<double>(random());
    ASSERT_EQ(fixed(bits), printed(bits));
    const double usual =
        std::ldexp(static_cast<double>(random() >> 11), -static_cast<int>(random() % 90));
    ASSERT_EQ(fixed(usual), printed(usual));
  }
}

}  // namespace
}  // namespace weir::sal
