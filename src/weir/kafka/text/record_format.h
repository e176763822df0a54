#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/record.h"

namespace weir::kafka::text {

// The text with \n, \r, \t, \0, \\ and \xHH as the bytes they stand for; `invalid_argument` for
// other escapes.
Result<std::string> unescape(std::string_view text);

// How a record is written as text, with the tokens of kcat's -f:
//   %s %S %R  value, its length (-1 for null), its length as 4 bytes, big endian
//   %k %K     key, its length (-1 for null)
//   %T %h     timestamp in milliseconds since 1970 (-1 without one), headers as a=b,c=d
//   %t %p %o  topic, partition, offset
//   %%        a percent sign
// and the escapes of `unescape`. Immutable.
class RecordFormat {
 public:
  // `nulls` stands for a null key, value or header value where its bytes would be.
  static Result<RecordFormat> parse(std::string_view text, std::string nulls = "");

  void append(std::string& out, const client::IncomingRecord& record) const;

 private:
  struct Part {
    char token;           // 0: literal
    std::string literal;  // as it is printed
  };
  std::vector<Part> parts_;
  std::string nulls_;
};

}  // namespace weir::kafka::text
