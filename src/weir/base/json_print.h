#pragma once

#include <string>
#include <string_view>

#include "weir/base/json.h"

namespace weir {

// Writes Json values to a string; the workings of Json::print. Confined.
class JsonPrinter {
 public:
  JsonPrinter(const JsonPrintOptions& options, std::string& out) : options_(options), out_(out) {}

  void print(const Json& value, int depth);

 private:
  void print_number(const std::string& text);
  void print_array(const Json& value, int depth);
  void print_object(const Json& value, int depth);
  void print_member(const Json::Member& member, int depth);
  void print_string(std::string_view text);
  void new_line(int depth);

  const JsonPrintOptions& options_;
  std::string& out_;
};

}  // namespace weir
