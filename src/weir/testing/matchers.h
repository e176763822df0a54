#pragma once

#include <gmock/gmock.h>

#include "weir/base/result.h"

// ASSERT_OK(status), EXPECT_OK(status): fails with the error's text.
#define WEIR_OK_(assertion, expression)                                          \
  assertion([&]() -> ::testing::AssertionResult {                                \
    auto&& weir_result = (expression);                                           \
    if (weir_result) return ::testing::AssertionSuccess();                       \
    return ::testing::AssertionFailure() << weir_result.error().to_string();     \
  }())
#define ASSERT_OK(expression) WEIR_OK_(ASSERT_TRUE, expression)
#define EXPECT_OK(expression) WEIR_OK_(EXPECT_TRUE, expression)

// ASSERT_OK_AND_ASSIGN(auto size, file.size());
#define ASSERT_OK_AND_ASSIGN(target, expression) \
  ASSERT_OK_AND_ASSIGN_(WEIR_CONCAT(weir_result_, __LINE__), target, expression)
#define ASSERT_OK_AND_ASSIGN_(result, target, expression)      \
  auto result = (expression);                                  \
  ASSERT_TRUE(result.has_value()) << result.error().to_string(); \
  target = std::move(*result)

// EXPECT_ERROR(ErrorCode::corrupt, decode(bytes)): fails when it succeeds or has another code.
#define EXPECT_ERROR(expected_code, expression)                                                \
  EXPECT_TRUE([&]() -> ::testing::AssertionResult {                                            \
    auto&& weir_result = (expression);                                                          \
    if (weir_result) return ::testing::AssertionFailure() << "succeeded: " #expression;        \
    if (weir_result.error().code() == (expected_code)) return ::testing::AssertionSuccess();   \
    return ::testing::AssertionFailure() << "another error: " << weir_result.error().to_string(); \
  }())
