#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace weir {

// What the caller can do about an error; the edges (Kafka, HTTP, exit codes) switch over it.
enum class ErrorCode {
  invalid_argument,  // the caller's input is wrong; the same input fails again
  not_found,         // the named thing does not exist
  already_exists,    // the thing to be made is there, or is in use by another
  refused,           // understood, and against a rule (incompatible schema, wrong version)
  unavailable,       // a resource is away or full for now; trying again may help
  timeout,           // no answer within the deadline; trying again may help
  corrupt,           // stored or received bytes contradict their own format
  unsupported,       // valid, but not something this version does
  internal,          // our mistake
};

std::string_view to_string(ErrorCode code);

// A failure as a value: a code to act on and a sentence to read. The sentence says what, where and,
// where it can, what to do. Immutable but for `within`.
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // True where the same call may succeed later without anybody changing the input.
  bool retriable() const { return code_ == ErrorCode::unavailable || code_ == ErrorCode::timeout; }

  // Puts the place in front: Error("no such file").within("topics.xml") reads "topics.xml: no such file".
  Error within(std::string_view where) && {
    message_.insert(0, std::string(where) + ": ");
    return std::move(*this);
  }

  // "corrupt: message", for logs and terminals.
  std::string to_string() const;

 private:
  ErrorCode code_;
  std::string message_;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
};

using Status = Result<void>;


}  // namespace weir

#define WEIR_CONCAT_(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_(a, b)

// Returns the error of a Status (or drops the value of a Result) from the enclosing function.
#define WEIR_TRY(expression)                                            \
  do {                                                                  \
    if (auto weir_try_result = (expression); !weir_try_result) {        \
      return ::weir::Error(std::move(weir_try_result).error());         \
    }                                                                   \
  } while (false)

// WEIR_TRY_ASSIGN(auto size, file.size()); returns the error or assigns the value.
#define WEIR_TRY_ASSIGN(target, expression) \
  WEIR_TRY_ASSIGN_(WEIR_CONCAT(weir_result_, __LINE__), target, expression)
#define WEIR_TRY_ASSIGN_(result, target, expression)                \
  auto result = (expression);                                       \
  if (!result) return ::weir::Error(std::move(result).error());     \
  target = std::move(*result)
