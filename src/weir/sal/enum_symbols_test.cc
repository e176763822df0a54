#include "weir/sal/enum_symbols.h"

#include <gmock/gmock.h>

#include <set>

#include "weir/sal/avro_name.h"

namespace weir::sal {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> symbols_of(const std::vector<std::string>& written) {
  std::vector<Enumerator> enumerators;
  for (const std::string& symbol : written) enumerators.push_back({symbol, std::nullopt});
  return avro_symbols(enumerators);
}

TEST(AvroSymbols, KeepsWhatIsAName) {
  EXPECT_THAT(symbols_of({"Red", "_blue", "g2"}), ElementsAre("Red", "_blue", "g2"));
}

TEST(AvroSymbols, ReplacesWhatANameCannotHold) {
  EXPECT_THAT(symbols_of({"a-b", "4k", "\xC2\xB5m", "\xFF"}), ElementsAre("a_b", "_4k", "_m", "_"));
}

TEST(AvroSymbols, NoSymbolTakesTheNameOfAnother) {
  EXPECT_THAT(symbols_of({"a b", "a-b", "a_b", "a_b_2", "a_b"}),
              ElementsAre("a_b_3", "a_b_4", "a_b", "a_b_2", "a_b_5"));
}

TEST(AvroSymbols, ManyEqualOnesTakeNoLongerThanTheirNumber) {
  const std::vector<std::string> symbols = symbols_of(std::vector<std::string>(50'000, "a"));
  const std::set<std::string> distinct(symbols.begin(), symbols.end());
  EXPECT_EQ(distinct.size(), symbols.size());
  for (const std::string& symbol : symbols) ASSERT_TRUE(is_avro_name(symbol)) << symbol;
}

}  // namespace
}  // namespace weir::sal
