#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/sal/interface.h"

// The text in which an instrument writes a sample (docs/internals/sal-text.md):
//   ATDome_telemetry ATDome_position:( '3.8' , 1548000000.125000 , 1548000000.126000 , 7 , 1 , 2
//   , 45.5)
namespace weir::sal {

// A line cut at its head, without a look at the values. Views into the line.
struct TextLine {
  std::string_view text_topic;  // "ATDome_telemetry"
  std::string_view topic;       // "ATDome_position": picks the parser
  std::string_view content;     // what stands between the outer parentheses
};

// Finds topic and content. `corrupt` when the line has no such head or does not end in ")".
Result<TextLine> split_line(std::string_view line);

// The private fields that lead every sample.
struct TextHeader {
  std::string_view revision;
  double sent_s = 0;      // seconds since 1970
  double received_s = 0;  // seconds since 1970
  int64_t sequence = 0;
  int32_t origin = 0;
  int32_t host = 0;
};

// Where TextFormatter takes the values from; asked in order, item by item, element by element.
class TextValues {
 public:
  virtual ~TextValues() = default;
  // Booleans (0 or 1), bytes, all integers, and enumerations (the enumerator's number).
  virtual int64_t integer(size_t item, size_t element) = 0;
  virtual double real(size_t item, size_t element) = 0;
  // Strings; a char array is asked for once, with element 0. The view is used before the next call.
  virtual std::string_view text(size_t item, size_t element) = 0;
};

// Writes a topic's samples as the instrument's own writer prints them: "%f" for reals, "%d" for
// booleans and integers, texts in single quotes with nothing escaped. Immutable, shared.
// Not for topics with items of type null, which have no text form: `unsupported`.
class TextFormatter {
 public:
  static Result<TextFormatter> make(const Topic& topic);

  // Appends one line, without an end of line.
  void append(const TextHeader& header, TextValues& values, Bytes& out) const;

 private:
  enum class Form : uint8_t { byte, int32, int64, real, text };
  struct Field {
    Form form;
    uint32_t count;
  };
  TextFormatter() = default;

  std::string head_;  // "ATDome_telemetry ATDome_position:( "
  std::vector<Field> fields_;
};

// Turns a topic's lines into Avro records of its schema in the profile sqr-029, without an
// allocation per value.
//
// Texts are not escaped in the line, so a text may hold quotes, commas and brackets. The parser
// knows how many values of which type follow and looks for the one reading that fits; where two fit
// it says so (`unsupported`, "ambiguous") and guesses nothing. Everything else that is wrong is
// `corrupt` and names the field. Immutable, shared.
//
//   WEIR_TRY_ASSIGN(auto parser, TextParser::make(topic));
//   WEIR_TRY(parser.append_avro(line.content, clock.now(), record));
class TextParser {
 public:
  static Result<TextParser> make(const Topic& topic);

  // Appends one Avro record (no schema id in front); `kafka_timestamp` fills the field of that
  // name. On an error `out` is as it was.
  Status append_avro(std::string_view content, Timestamp kafka_timestamp, Bytes& out) const;

 private:
  friend class TextReading;

  enum class Form : uint8_t {
    boolean,
    byte,
    int32,
    int64,
    float32,
    float64,
    stamp,
    string,
    characters,
    character,
    enumeration
  };
  struct Field {
    std::string name;
    Form form;
    bool array;            // writes Avro block counts around the elements
    bool only_first;       // of `count` values in the text the schema holds the first
    uint32_t count;        // values in the text
    uint32_t enumeration;  // index into enumerations_
  };
  struct Enumeration {
    std::vector<Enumerator> enumerators;
    bool positional;  // no explicit numbers: the number is the position
  };
  TextParser() = default;
  static constexpr bool is_text(Form form) {
    return form == Form::string || form == Form::characters || form == Form::character;
  }
  static Enumeration number_enumerators(std::vector<Enumerator> enumerators);

  std::vector<Field> fields_;  // the private fields, then the items
  std::vector<Enumeration> enumerations_;
  size_t texts_ = 0;  // quoted values per line
};

}  // namespace weir::sal
