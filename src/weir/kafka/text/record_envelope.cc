#include "weir/kafka/text/record_envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "weir/base/digest.h"
#include "weir/base/json.h"
#include "weir/base/utf8.h"

namespace weir::kafka::text {
namespace {

constexpr int64_t kMostMillis = std::numeric_limits<int64_t>::max() / 1000;

// JSON's own text has to be UTF-8: wrong bytes of a name become U+FFFD.
std::string repaired(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const uint32_t point = next_code_point(text, at);
    if (point == 0xFFFD) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(from, at - from);
    }
  }
  return out;
}

void append_bytes(std::string& out, const std::optional<BytesView>& bytes, bool base64) {
  if (!bytes) {
    out += "null";
  } else {
    append_json_string(out, base64 ? std::string_view(to_base64(*bytes)) : *bytes);
  }
}

void append_member(std::string& out, std::string_view name, const std::optional<BytesView>& bytes,
                   BytesAs how) {
  const bool base64 = bytes && (how == BytesAs::base64 || !is_utf8(*bytes));
  fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
  append_bytes(out, bytes, base64);
  if (base64) fmt::format_to(std::back_inserter(out), ",\"{}_encoding\":\"base64\"", name);
}

void append_headers(std::string& out, std::span<const client::HeaderView> headers, BytesAs how) {
  if (headers.empty()) return;
  const bool base64 =
      how == BytesAs::base64 || std::any_of(headers.begin(), headers.end(), [](const auto& header) {
        return header.value && !is_utf8(*header.value);
      });
  std::string_view separator = ",\"headers\":[";
  for (const client::HeaderView& header : headers) {
    out += separator;
    append_json_string(out,
                       is_utf8(header.name) ? std::string(header.name) : repaired(header.name));
    out += ',';
    append_bytes(out, header.value, base64);
    separator = ",";
  }
  out += ']';
  if (base64) out += ",\"headers_encoding\":\"base64\"";
}

Error wrong(std::string_view member, std::string_view what) {
  return Error(ErrorCode::invalid_argument, fmt::format("\"{}\" {}", member, what));
}

Result<bool> is_base64(const Json& object, const std::string& member) {
  const Json* encoding = object.find(member + "_encoding");
  if (encoding == nullptr || encoding->is_null()) return false;
  const std::string* name = encoding->as_string();
  if (name != nullptr && *name == "base64") return true;
  return wrong(member + "_encoding", "is not \"base64\"");
}

Result<std::optional<Bytes>> bytes_of(const Json& value, std::string_view member, bool base64) {
  if (value.is_null()) return std::optional<Bytes>();
  const std::string* text = value.as_string();
  if (text == nullptr) return wrong(member, "is neither a string nor null");
  if (!base64) return std::optional<Bytes>(*text);
  Result<Bytes> bytes = from_base64(*text);
  if (!bytes) return wrong(member, "is no base64");
  return std::optional<Bytes>(std::move(*bytes));
}

Result<std::optional<Bytes>> member_of(const Json& object, const std::string& member) {
  const Json* value = object.find(member);
  if (value == nullptr) return std::optional<Bytes>();
  WEIR_TRY_ASSIGN(const bool base64, is_base64(object, member));
  return bytes_of(*value, member, base64);
}

Status read_headers(const Json& object, ParsedRecord& record) {
  const Json* headers = object.find("headers");
  if (headers == nullptr || headers->is_null()) return {};
  WEIR_TRY_ASSIGN(const bool base64, is_base64(object, "headers"));
  if (!headers->is_array() || headers->items().size() % 2 != 0)
    return wrong("headers", "is no array of names and values in turn");
  for (size_t i = 0; i < headers->items().size(); i += 2) {
    const std::string* name = headers->items()[i].as_string();
    if (name == nullptr) return wrong("headers", "has a name that is no string");
    WEIR_TRY_ASSIGN(std::optional<Bytes> value, bytes_of(headers->items()[i + 1], *name, base64));
    record.headers.emplace_back(*name, std::move(value));
  }
  return {};
}

}  // namespace

void append_envelope(std::string& out, const client::IncomingRecord& record, BytesAs bytes) {
  out += "{\"topic\":";
  append_json_string(out, record.topic);
  fmt::format_to(std::back_inserter(out), ",\"partition\":{},\"offset\":{},\"tstype\":\"{}\"",
                 record.partition, record.offset,
                 !record.timestamp          ? "unknown"
                 : record.time_is_of_append ? "logappend"
                                            : "create");
  fmt::format_to(std::back_inserter(out), ",\"ts\":{}",
                 record.timestamp ? to_millis(*record.timestamp) : -1);
  append_headers(out, record.headers, bytes);
  append_member(out, "key", record.key, bytes);
  append_member(out, "payload", record.value, bytes);
  out += '}';
}

Result<ParsedRecord> parse_envelope(std::string_view text) {
  WEIR_TRY_ASSIGN(const Json object, Json::parse(text));
  if (!object.is_object()) return Error(ErrorCode::invalid_argument, "this is no JSON object");
  if (object.find("payload") == nullptr) {
    return wrong("payload", "is missing: a record is an object as `weir consume -J` prints it");
  }
  ParsedRecord record;
  if (const Json* topic = object.find("topic"); topic != nullptr && !topic->is_null()) {
    if (topic->as_string() == nullptr) return wrong("topic", "is no string");
    record.topic = *topic->as_string();
  }
  if (const Json* partition = object.find("partition");
      partition != nullptr && !partition->is_null()) {
    const auto number = partition->as_int64();
    if (!number || *number < 0 || *number > std::numeric_limits<int32_t>::max())
      return wrong("partition", "is no partition");
    record.partition = static_cast<int32_t>(*number);
  }
  if (const Json* time = object.find("ts"); time != nullptr && !time->is_null()) {
    const auto number = time->as_int64();
    if (!number || *number < -1 || *number > kMostMillis)
      return wrong("ts", "is no time in milliseconds since 1970");
    if (*number >= 0) record.timestamp = from_millis(*number);
  }
  WEIR_TRY(read_headers(object, record));
  WEIR_TRY_ASSIGN(record.key, member_of(object, "key"));
  WEIR_TRY_ASSIGN(record.value, member_of(object, "payload"));
  return record;
}

}  // namespace weir::kafka::text
