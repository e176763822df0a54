#include <algorithm>
#include <nlohmann/json.hpp>

#include "weir/base/json.h"

namespace weir {
namespace {

// Reads characters for the parser and counts them, so that our own errors know their place.
class CountingIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = char;
  using pointer = const char*;
  using reference = const char&;
  using iterator_category = std::input_iterator_tag;

  CountingIterator(const char* at, const char** progress) : at_(at), progress_(progress) {}
  const char& operator*() const { return *at_; }
  CountingIterator& operator++() {
    *progress_ = ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** progress_;
};

// "3:14: reason": lines and columns count from 1, columns in bytes.
Error error_at(std::string_view text, size_t offset, std::string_view reason) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  return Error(ErrorCode::invalid_argument, std::to_string(lines + 1) + ":" +
                                                std::to_string(before.size() - line_start + 1) +
                                                ": " + std::string(reason));
}

// "[json.exception.parse_error.101] parse error at line 1, column 2: reason" without its front.
std::string reason_of(const std::string& what) {
  size_t at = what.find("] ");
  at = at == std::string::npos ? 0 : at + 2;
  if (what.compare(at, 11, "parse error") == 0) {
    const size_t colon = what.find(": ", at);
    if (colon != std::string::npos) at = colon + 2;
  }
  return what.substr(at);
}

}  // namespace

// Puts the parser's events together. The stack holds the open arrays and objects.
class JsonBuilder {
 public:
  JsonBuilder(std::string_view text, const JsonParseOptions& options)
      : text_(text), options_(options), progress_(text.data()) {}

  Result<Json> run() {
    const char* end = text_.data() + text_.size();
    try {
      const bool done = nlohmann::json::sax_parse(CountingIterator(text_.data(), &progress_),
                                                  CountingIterator(end, &progress_), this);
      if (done && !error_) return std::move(root_);
    } catch (const nlohmann::json::exception& failure) {
      fail(reason_of(failure.what()));
    }
    return error_ ? std::move(*error_) : Error(ErrorCode::internal, "JSON parser gave no reason");
  }

  // The events, by the names that the parser calls.
  using binary_t = nlohmann::json::binary_t;
  bool null() { return add(Json()); }
  bool boolean(bool value) { return add(Json(value)); }
  // The only integer whose value does not give back its text is "-0", and it is the only zero that
  // comes as a signed one.
  bool number_integer(int64_t value) {
    return add(number(value == 0 ? "-0" : std::to_string(value)));
  }
  bool number_unsigned(uint64_t value) { return add(Json(value)); }
  bool number_float(double, const std::string& text) { return add(number(text)); }
  bool string(std::string& value) { return add(Json(std::move(value))); }
  bool binary(binary_t&) { return fail("binary value"); }
  bool start_array(size_t) { return open(Json::array()); }
  bool end_array() { return close(); }
  bool start_object(size_t) { return open(Json::object()); }
  bool end_object() { return check_keys() && close(); }
  bool key(std::string& value) {
    Frame& frame = stack_.back();
    members(frame).push_back({std::move(value), Json()});
    frame.key_at.push_back(offset());
    return true;
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception& failure) {
    error_ = error_at(text_, position == 0 ? offset() : position - 1, reason_of(failure.what()));
    return false;
  }

 private:
  struct Frame {
    Json value;
    std::vector<size_t> key_at;
  };

  static Json number(std::string text) { return Json(Json::Data(Json::Number{std::move(text)})); }
  static std::vector<Json::Member>& members(Frame& frame) {
    return std::get<std::vector<Json::Member>>(frame.value.data_);
  }

  size_t offset() const {
    const auto read = static_cast<size_t>(progress_ - text_.data());
    return read == 0 ? 0 : read - 1;
  }

  bool fail(std::string_view reason) {
    error_ = error_at(text_, offset(), reason);
    return false;
  }

  bool add(Json value) {
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (stack_.back().value.is_array()) {
      stack_.back().value.push_back(std::move(value));
    } else {
      members(stack_.back()).back().value = std::move(value);
    }
    return true;
  }

  bool open(Json container) {
    if (stack_.size() >= options_.max_depth) {
      return fail("nested deeper than " + std::to_string(options_.max_depth) + " levels");
    }
    stack_.push_back({std::move(container), {}});
    return true;
  }

  bool close() {
    Json value = std::move(stack_.back().value);
    stack_.pop_back();
    return add(std::move(value));
  }

  // Sorting keeps hostile objects with very many keys from costing the square of their number.
  bool check_keys() {
    Frame& frame = stack_.back();
    const std::vector<Json::Member>& all = members(frame);
    std::vector<size_t> order(all.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](size_t one, size_t other) {
      const int compared = all[one].key.compare(all[other].key);
      return compared != 0 ? compared < 0 : one < other;
    });
    for (size_t i = 1; i < order.size(); ++i) {
      if (all[order[i - 1]].key != all[order[i]].key) continue;
      error_ =
          error_at(text_, frame.key_at[order[i]], "duplicate key \"" + all[order[i]].key + "\"");
      return false;
    }
    return true;
  }

  std::string_view text_;
  JsonParseOptions options_;
  const char* progress_;
  std::vector<Frame> stack_;
  Json root_;
  std::optional<Error> error_;
};

Result<Json> Json::parse(std::string_view text, const JsonParseOptions& options) {
  return JsonBuilder(text, options).run();
}

}  // namespace weir
