#include <fmt/format.h>

#include <charconv>

#include "weir/sal/fixed_decimal.h"
#include "weir/sal/text.h"

namespace weir::sal {
namespace {

constexpr std::string_view kBetweenFields = " , ";
constexpr std::string_view kBetweenElements = ", ";

void append_integer(int64_t value, Bytes& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  out.append(digits, static_cast<size_t>(end.ptr - digits));
}

void append_quoted(std::string_view text, Bytes& out) {
  out.push_back('\'');
  out.append(text);
  out.push_back('\'');
}

}  // namespace

Result<TextFormatter> TextFormatter::make(const Topic& topic) {
  TextFormatter made;
  made.head_ = fmt::format("{} {}:( ", topic.text_topic(), topic.name);
  for (const Item& item : topic.items) {
    Field field{Form::int32, static_cast<uint32_t>(item.count)};
    switch (item.type) {
      case ItemType::null_value:
        return Error(ErrorCode::unsupported,
                     fmt::format("topic '{}': item '{}' is of type null, which has no text form",
                                 topic.name, item.name));
      case ItemType::byte:
        field.form = Form::byte;
        break;
      case ItemType::boolean:
      case ItemType::int16:
      case ItemType::uint16:
      case ItemType::int32:
      case ItemType::uint32:
      case ItemType::long32:
        break;
      case ItemType::ulong32:
      case ItemType::int64:
      case ItemType::uint64:
        field.form = Form::int64;
        break;
      case ItemType::float32:
      case ItemType::float64:
        field.form = Form::real;
        break;
      case ItemType::string:
        field.form = Form::text;
        break;
      case ItemType::character:
        field = {Form::text, 1};
        break;
    }
    if (!item.enumeration.empty()) field = {Form::int64, static_cast<uint32_t>(item.count)};
    made.fields_.push_back(field);
  }
  return made;
}

void TextFormatter::append(const TextHeader& header, TextValues& values, Bytes& out) const {
  out += head_;
  append_quoted(header.revision, out);
  out += kBetweenFields;
  append_fixed_decimal(header.sent_s, out);
  out += kBetweenFields;
  append_fixed_decimal(header.received_s, out);
  for (const int64_t number : {header.sequence, int64_t{header.origin}, int64_t{header.host}}) {
    out += kBetweenFields;
    append_integer(number, out);
  }
  for (size_t item = 0; item < fields_.size(); ++item) {
    const Field field = fields_[item];
    for (size_t element = 0; element < field.count; ++element) {
      out += element == 0 ? kBetweenFields : kBetweenElements;
      switch (field.form) {
        case Form::byte:
          append_integer(static_cast<uint8_t>(values.integer(item, element)), out);
          break;
        case Form::int32:
          append_integer(static_cast<int32_t>(values.integer(item, element)), out);
          break;
        case Form::int64:
          append_integer(values.integer(item, element), out);
          break;
        case Form::real:
          append_fixed_decimal(values.real(item, element), out);
          break;
        case Form::text:
          append_quoted(values.text(item, element), out);
          break;
      }
    }
  }
  out.push_back(')');
}

}  // namespace weir::sal
