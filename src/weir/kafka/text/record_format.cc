#include "weir/kafka/text/record_format.h"

#include <fmt/format.h>

namespace weir::kafka::text {
namespace {

constexpr std::string_view kTokens = "sSRkKThtpo%";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int64_t length_of(const std::optional<BytesView>& bytes) {
  return bytes ? static_cast<int64_t>(bytes->size()) : -1;
}

void append_number(std::string& out, int64_t number) {
  fmt::format_to(std::back_inserter(out), "{}", number);
}

// One escape behind its backslash; moves `at` behind it.
Result<char> escaped(std::string_view text, size_t& at) {
  const char c = at < text.size() ? text[at++] : '\0';
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '0':
      return '\0';
    case '\\':
      return '\\';
    case 'x':
      if (at + 2 <= text.size() && hex_digit(text[at]) >= 0 && hex_digit(text[at + 1]) >= 0) {
        at += 2;
        return static_cast<char>(hex_digit(text[at - 2]) * 16 + hex_digit(text[at - 1]));
      }
      break;
    default:
      break;
  }
  return Error(
      ErrorCode::invalid_argument,
      fmt::format("'{}': a backslash is followed by n, r, t, 0, another backslash, or x and "
                  "two hexadecimal digits",
                  text));
}

}  // namespace

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    char c = text[at++];
    if (c == '\\') {
      WEIR_TRY_ASSIGN(c, escaped(text, at));
    }
    out += c;
  }
  return out;
}

Result<RecordFormat> RecordFormat::parse(std::string_view text, std::string nulls) {
  RecordFormat format;
  format.nulls_ = std::move(nulls);
  const auto literal = [&]() -> std::string& {
    if (format.parts_.empty() || format.parts_.back().token != '\0')
      format.parts_.push_back({'\0', ""});
    return format.parts_.back().literal;
  };
  for (size_t at = 0; at < text.size();) {
    char c = text[at++];
    if (c == '\\') {
      WEIR_TRY_ASSIGN(c, escaped(text, at));
    } else if (c == '%') {
      const char token = at < text.size() ? text[at++] : '\0';
      if (token == '\0' || kTokens.find(token) == std::string_view::npos) {
        return Error(ErrorCode::invalid_argument,
                     fmt::format("'{}': there is no token '%{}'; there are %s %S %R %k %K %T %h %t "
                                 "%p %o and %%",
                                 text, token == '\0' ? "" : std::string(1, token)));
      }
      if (token != '%') {
        format.parts_.push_back({token, ""});
        continue;
      }
    }
    literal() += c;
  }
  return format;
}

void RecordFormat::append(std::string& out, const client::IncomingRecord& record) const {
  for (const Part& part : parts_) {
    switch (part.token) {
      case '\0':
        out += part.literal;
        break;
      case 's':
        out += record.value.value_or(nulls_);
        break;
      case 'S':
        append_number(out, length_of(record.value));
        break;
      case 'R': {
        char bytes[4];
        store_be(bytes, static_cast<int32_t>(length_of(record.value)));
        out.append(bytes, sizeof(bytes));
        break;
      }
      case 'k':
        out += record.key.value_or(nulls_);
        break;
      case 'K':
        append_number(out, length_of(record.key));
        break;
      case 'T':
        append_number(out, record.timestamp ? to_millis(*record.timestamp) : -1);
        break;
      case 'h':
        for (size_t i = 0; i < record.headers.size(); ++i) {
          if (i > 0) out += ',';
          out += record.headers[i].name;
          out += '=';
          out += record.headers[i].value.value_or(nulls_);
        }
        break;
      case 't':
        out += record.topic;
        break;
      case 'p':
        append_number(out, record.partition);
        break;
      case 'o':
        append_number(out, record.offset);
        break;
      default:
        break;  // `parse` lets no other through
    }
  }
}

}  // namespace weir::kafka::text
