#pragma once

#include <array>
#include <deque>
#include <optional>

#include "weir/avro/schema.h"

namespace weir::avro {

// A JSON value on one line, cut (between characters) after about `limit` bytes.
std::string excerpt(const Json& value, size_t limit = 80);
// The same of text, between quotes.
std::string quoted(std::string_view text);

// Where a schema is being read, and what was found there: an error that ends the reading or a
// warning that stays with the schema. Places are a chain, so that text is made of them only when
// there is something to say. Confined.
class SchemaReport {
 public:
  struct Place {
    const Place* outer = nullptr;
    std::string_view part;  // ".fields"; a literal
    std::optional<size_t> index = std::nullopt;
  };

  // Goes one step in while it lives.
  class Step {
   public:
    Step(SchemaReport& report, std::string_view part, std::optional<size_t> index = std::nullopt)
        : report_(report), outer_(report.here_) {
      report.here_ = &report.places_.emplace_back(Place{outer_, part, index});
    }
    ~Step() { report_.here_ = outer_; }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    SchemaReport& report_;
    const Place* outer_;
  };

  explicit SchemaReport(SchemaOptions::Mode mode) : mode_(mode) {}

  // Stays good as long as the report.
  const Place* here() const { return here_; }

  Error error(std::string_view reason) const;
  // A breach is an error when strict; anything else, and everything when lenient, a warning.
  Status found(SchemaRule rule, std::string reason) {
    return found(rule, here_, "", std::move(reason));
  }
  // At another place, and further in by `inside` (".x[1]").
  Status found(SchemaRule rule, const Place* place, std::string_view inside, std::string reason);

  std::vector<SchemaWarning> take_warnings();

 private:
  static constexpr size_t kRules = static_cast<size_t>(SchemaRule::ignored_attribute) + 1;
  static constexpr size_t kKeptOfEachRule = 100;

  SchemaOptions::Mode mode_;
  std::deque<Place> places_;
  Place root_;
  const Place* here_ = &root_;
  std::vector<SchemaWarning> warnings_;
  std::array<size_t, kRules> counts_{};
};

}  // namespace weir::avro
