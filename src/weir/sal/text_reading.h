#pragma once

#include <optional>
#include <vector>

#include "weir/sal/text.h"

namespace weir::sal {

// One try to read one line. Values are read in runs: from after a closing quote up to the next
// opening quote or the end of the line. Which quote closes a text is the caller's choice. Confined.
class TextReading {
 public:
  // Blanks around commas: as a person may write them, or only as the instrument's writer does.
  enum class Blanks { any, exact };

  TextReading(const TextParser& parser, std::string_view content, Bytes& out);

  // Appends the values after `kafka_timestamp`. On an error `out` holds rubbish behind its old end.
  Status read();

 private:
  enum class Stop { text, end, failed };
  enum class Flaw {
    too_few_values,
    too_many_values,
    no_comma,
    no_quote,
    no_closing_quote,
    bad_number,
    out_of_range,
    bad_boolean,
    bad_enumerator,
    not_utf8
  };
  // The next value to read.
  struct Spot {
    size_t field = 0;
    size_t element = 0;
  };
  struct Failure {
    Flaw flaw;
    Spot spot;
    const char* at;
  };

  // Every quote of the line opens or closes a text: there is one way to read it.
  Status read_plain();
  // More quotes than that: counts the readings that fit and takes the only one. Nullopt when none
  // fits.
  std::optional<Status> read_quoted(Blanks blanks);
  void collect_quotes();
  std::vector<Spot> spots_after_texts() const;
  bool append_reading(const std::vector<uint8_t>& readings, const std::vector<Spot>& after);

  // Reads from `spot` up to the next text, standing behind its opening quote, or the end.
  Stop run(Spot& spot, const char*& at, Blanks blanks);
  bool separator(const Spot& spot, const char*& at, Blanks blanks);
  bool field_values(const TextParser::Field& field, Spot& spot, const char*& at, Blanks blanks);
  bool value(const TextParser::Field& field, const Spot& spot, const char*& at);
  bool append_text(Spot& spot, std::string_view text);

  bool integer(int64_t low, int64_t high, const Spot& spot, const char*& at, int64_t& value);
  bool boolean(const Spot& spot, const char*& at);
  bool enumerator(const TextParser::Field& field, const Spot& spot, const char*& at);
  bool stamp(const Spot& spot, const char*& at);
  template <typename T>
  bool real(const Spot& spot, const char*& at, T& value);

  bool fail(Flaw flaw, const Spot& spot, const char* at);
  Error error() const;
  std::string_view token(const char* at) const;

  const TextParser& parser_;
  const std::string_view content_;
  const char* const end_;
  ByteWriter out_;
  Failure failure_{};
  std::vector<const char*> quotes_;
};

}  // namespace weir::sal
