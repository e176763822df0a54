#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <type_traits>

#include "weir/config/option_table.h"

namespace weir::config {
namespace {

constexpr std::string_view kHidden = "********";

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '.' || c == '-') c = '_';
  }
  return text;
}

std::string print_span(Duration span) {
  constexpr std::pair<int64_t, const char*> kUnits[] = {{86'400'000'000, "d"},
                                                        {3'600'000'000, "h"},
                                                        {60'000'000, "m"},
                                                        {1'000'000, "s"},
                                                        {1'000, "ms"}};
  for (const auto& [size, unit] : kUnits) {
    if (span.count() != 0 && span.count() % size == 0)
      return fmt::format("{}{}", span.count() / size, unit);
  }
  return span.count() == 0 ? "0s" : fmt::format("{}us", span.count());
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

struct Printer {
  std::string operator()(const bool* field) const { return *field ? "true" : "false"; }
  std::string operator()(const std::string* field) const { return *field; }
  std::string operator()(const std::vector<std::string>* field) const { return join(*field, ","); }
  template <typename Rep, typename Period>
  std::string operator()(const std::chrono::duration<Rep, Period>* field) const {
    return print_span(*field);
  }
  template <typename Number>
  std::string operator()(const Number* field) const {
    return fmt::format("{}", *field);
  }
};

struct ValueNamer {
  std::string operator()(const bool*) const { return ""; }
  std::string operator()(const std::string*) const { return "TEXT"; }
  std::string operator()(const std::vector<std::string>*) const { return "LIST"; }
  std::string operator()(const double*) const { return "NUMBER"; }
  template <typename Rep, typename Period>
  std::string operator()(const std::chrono::duration<Rep, Period>*) const {
    return "SPAN";
  }
  template <typename Number>
  std::string operator()(const Number*) const {
    return "N";
  }
};

}  // namespace

std::string_view to_string(Source source) {
  switch (source) {
    case Source::by_default:
      return "default";
    case Source::file:
      return "file";
    case Source::environment:
      return "environment";
    case Source::flag:
      return "flag";
  }
  return "default";
}

Option::Option(std::string name, Field field, std::string sentence)
    : name_(std::move(name)),
      field_(field),
      sentence_(std::move(sentence)),
      default_(std::visit(Printer(), field)) {}

Option& Option::value_name(std::string name) {
  value_name_ = std::move(name);
  return *this;
}
Option& Option::letter(char letter) {
  letter_ = letter;
  return *this;
}
Option& Option::bounds(double least, double most) {
  bounds_ = {least, most};
  return *this;
}
Option& Option::one_of(std::vector<std::string> choices) {
  choices_ = std::move(choices);
  return *this;
}
Option& Option::undivided() {
  undivided_ = true;
  return *this;
}
Option& Option::required() {
  required_ = true;
  return *this;
}
Option& Option::secret() {
  secret_ = true;
  return *this;
}
Option& Option::live() {
  live_ = true;
  return *this;
}
Option& Option::flag_only() {
  flag_only_ = true;
  return *this;
}

std::string Option::flag() const {
  std::string flag = name_;
  std::replace_if(
      flag.begin(), flag.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return flag;
}

std::string Option::environment() const { return "WEIR_" + upper(name_); }

std::string Option::value_name() const {
  return value_name_.empty() ? std::visit(ValueNamer(), field_) : value_name_;
}

std::string Option::text() const {
  std::string text = std::visit(Printer(), field_);
  return secret_ && !text.empty() ? std::string(kHidden) : text;
}

std::string Option::range() const {
  if (!choices_.empty()) return "one of " + join(choices_, ", ");
  if (!bounds_) return "";
  if (bounds_->second == std::numeric_limits<double>::infinity())
    return fmt::format("at least {}", bounds_->first);
  return fmt::format("{} to {}", bounds_->first, bounds_->second);
}

Status Option::set(const std::vector<std::string>& texts, Source source) {
  if (source < source_) return {};
  if (Status status = assign(texts); !status) return std::move(status.error()).within(name_);
  source_ = source;
  return {};
}

Status Option::check_bounds(double value) const {
  if (!bounds_ || (value >= bounds_->first && value <= bounds_->second)) return {};
  return Error(ErrorCode::invalid_argument,
               fmt::format("{} is out of range; it takes {}", value, range()));
}

template <typename Number>
Status Option::assign_number(Number* field, const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    return Error(
        ErrorCode::invalid_argument,
        fmt::format("{} is out of range; it takes {} to {}", text,
                    std::numeric_limits<Number>::lowest(), std::numeric_limits<Number>::max()));
  }
  const bool read = error == std::errc() && end == text.data() + text.size() && number == number;
  if (!read) {
    constexpr std::string_view kWhat = std::is_floating_point_v<Number> ? "number" : "whole number";
    return Error(ErrorCode::invalid_argument, fmt::format("'{}' is no {}", text, kWhat));
  }
  WEIR_TRY(check_bounds(static_cast<double>(number)));
  *field = number;
  return {};
}

template <typename Span>
Status Option::assign_span(Span* field, const std::string& text) {
  WEIR_TRY_ASSIGN(const Duration span, parse_duration(text));
  const Span rounded = std::chrono::duration_cast<Span>(span);
  if (rounded != span) {
    return Error(
        ErrorCode::invalid_argument,
        fmt::format("'{}' is too fine; it is kept in steps of {}", text, print_span(Span(1))));
  }
  WEIR_TRY(check_bounds(std::chrono::duration<double>(span).count()));
  *field = rounded;
  return {};
}

Status Option::assign(const std::vector<std::string>& texts) {
  if (auto* list = std::get_if<std::vector<std::string>*>(&field_)) {
    std::vector<std::string> words;
    for (const std::string& text : texts) {
      if (undivided_) {
        words.push_back(text);
        continue;
      }
      for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
      }
    }
    **list = std::move(words);
    return {};
  }
  if (texts.size() != 1) return Error(ErrorCode::invalid_argument, "takes one value");
  const std::string& text = texts[0];
  if (!choices_.empty() && std::find(choices_.begin(), choices_.end(), text) == choices_.end()) {
    return Error(ErrorCode::invalid_argument, fmt::format("'{}' is not {}", text, range()));
  }
  return std::visit(
      [&](auto* field) -> Status {
        using Type = std::remove_pointer_t<decltype(field)>;
        if constexpr (std::is_same_v<Type, bool>) {
          if (text != "true" && text != "false") {
            return Error(ErrorCode::invalid_argument,
                         fmt::format("'{}' is neither true nor false", text));
          }
          *field = text == "true";
          return {};
        } else if constexpr (std::is_same_v<Type, std::string>) {
          *field = text;
          return {};
        } else if constexpr (std::is_arithmetic_v<Type>) {
          return assign_number(field, text);
        } else if constexpr (std::is_same_v<Type, std::vector<std::string>>) {
          return {};  // handled above
        } else {
          return assign_span(field, text);
        }
      },
      field_);
}

}  // namespace weir::config
