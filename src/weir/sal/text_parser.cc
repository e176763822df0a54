#include <fmt/format.h>

#include "weir/sal/text.h"
#include "weir/sal/text_reading.h"

namespace weir::sal {
namespace {

constexpr std::string_view kLineEnd("\r\n\t \0", 5);

Error bad_head(std::string_view line, std::string_view why) {
  return Error(ErrorCode::corrupt, fmt::format("no '<text topic> <topic>:( … )' line ({}): '{}'",
                                               why, line.substr(0, 60)));
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of("'(),:") == text.npos;
}

}  // namespace

Result<TextLine> split_line(std::string_view line) {
  const size_t last = line.find_last_not_of(kLineEnd);
  if (last == line.npos) return bad_head(line, "empty");
  line = line.substr(0, last + 1);
  const size_t blank = line.find(' ');
  const size_t open = line.find(":(");
  if (open == line.npos || blank == line.npos || blank > open) return bad_head(line, "no head");
  TextLine cut{line.substr(0, blank), line.substr(blank + 1, open - blank - 1), {}};
  if (!is_word(cut.text_topic) || !is_word(cut.topic) || cut.topic.find(' ') != cut.topic.npos) {
    return bad_head(line, "the head is not two names");
  }
  if (line.back() != ')' || line.size() < open + 3) return bad_head(line, "no ')' at its end");
  cut.content = line.substr(open + 2, line.size() - open - 3);
  return cut;
}

Result<TextParser> TextParser::make(const Topic& topic) {
  TextParser made;
  made.fields_ = {
      {"sal_revcode", Form::string, false, false, 1, 0},
      {"sal_created", Form::stamp, false, false, 1, 0},
      {"sal_ingested", Form::stamp, false, false, 1, 0},
      {"sal_sequence", Form::int64, false, false, 1, 0},
      {"sal_origin", Form::int32, false, false, 1, 0},
      {"sal_host", Form::int32, false, false, 1, 0},
  };
  for (const Item& item : topic.items) {
    Field field{item.name, Form::int32, item.count > 1, false, static_cast<uint32_t>(item.count),
                0};
    switch (item.type) {
      case ItemType::null_value:
        return Error(ErrorCode::unsupported,
                     fmt::format("topic '{}': item '{}' is of type null, which has no text form",
                                 topic.name, item.name));
      case ItemType::boolean:
        field.form = Form::boolean;
        break;
      case ItemType::byte:
        field.form = Form::byte;
        break;
      case ItemType::int16:
      case ItemType::uint16:
      case ItemType::int32:
      case ItemType::uint32:
        field.form = Form::int32;
        break;
      case ItemType::long32:
      case ItemType::ulong32:
      case ItemType::int64:
      case ItemType::uint64:
        field.form = Form::int64;
        break;
      case ItemType::float32:
        field.form = Form::float32;
        break;
      case ItemType::float64:
        field.form = Form::float64;
        break;
      case ItemType::string:
        field.form = Form::string;
        break;
      case ItemType::character:
        field.form = item.count > 1 ? Form::characters : Form::character;
        field.array = false;
        field.count = 1;
        break;
    }
    if (!item.enumeration.empty()) {
      field.form = Form::enumeration;
      field.count = static_cast<uint32_t>(item.count);
      field.enumeration = static_cast<uint32_t>(made.enumerations_.size());
      field.array = false;
      field.only_first = item.count > 1;
      made.enumerations_.push_back(number_enumerators(item.enumeration));
    }
    made.fields_.push_back(std::move(field));
  }
  for (const Field& field : made.fields_) {
    if (is_text(field.form)) made.texts_ += field.count;
  }
  return made;
}

TextParser::Enumeration TextParser::number_enumerators(std::vector<Enumerator> enumerators) {
  Enumeration made{std::move(enumerators), true};
  const std::vector<int64_t> numbers = enumerator_numbers(made.enumerators);
  for (size_t i = 0; i < numbers.size(); ++i) {
    made.positional = made.positional && numbers[i] == static_cast<int64_t>(i);
    made.enumerators[i].value = numbers[i];
  }
  return made;
}

Status TextParser::append_avro(std::string_view content, Timestamp kafka_timestamp,
                               Bytes& out) const {
  const size_t before = out.size();
  ByteWriter(out).varint(to_millis(kafka_timestamp));
  Status done = TextReading(*this, content, out).read();
  if (!done) out.resize(before);
  return done;
}

}  // namespace weir::sal
