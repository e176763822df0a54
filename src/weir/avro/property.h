#pragma once

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <optional>
#include <sstream>
#include <utility>

namespace weir::avro {

// Runs a property, which says RC_ASSERT, over so many cases: others each time, unless there is a
// seed. Fails with the smallest case found, and with what to set RC_PARAMS to, to have it again.
// For tests only.
template <typename Property>
::testing::AssertionResult holds_for(int cases, Property property,
                                     std::optional<uint64_t> seed = std::nullopt) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = cases;
  if (seed) params.seed = *seed;
  const rc::detail::TestResult result =
      rc::detail::checkTestable(std::move(property), rc::detail::TestMetadata(), params);
  if (result.is<rc::detail::SuccessResult>()) return ::testing::AssertionSuccess();
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  return ::testing::AssertionFailure()
         << message.str() << "\nRC_PARAMS=\"seed=" << params.seed << "\"";
}

}  // namespace weir::avro
