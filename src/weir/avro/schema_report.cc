#include "weir/avro/schema_report.h"

#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

constexpr std::string_view kCut = "…";

void append_excerpt(std::string& out, const Json& value, size_t limit) {
  if (out.size() > limit) return;
  if (const std::string* text = value.as_string()) {
    append_json_string(out, std::string_view(*text).substr(0, limit + 1));
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.items().size() && out.size() <= limit; ++i) {
      if (i > 0) out += ',';
      append_excerpt(out, value.items()[i], limit);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    for (size_t i = 0; i < value.members().size() && out.size() <= limit; ++i) {
      if (i > 0) out += ',';
      append_json_string(out, std::string_view(value.members()[i].key).substr(0, limit + 1));
      out += ':';
      append_excerpt(out, value.members()[i].value, limit);
    }
    out += '}';
  } else {
    out += value.print();
  }
}

// Cuts at the last character that begins before the limit and marks the cut.
std::string cut(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = 0;
  for (size_t at = 0; at < limit; next_code_point(text, at)) end = at;
  text.resize(end);
  text += kCut;
  return text;
}

std::string path_of(const SchemaReport::Place* place) {
  std::vector<const SchemaReport::Place*> chain;
  for (; place != nullptr; place = place->outer) chain.push_back(place);
  std::string path = "$";
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    path += (*at)->part;
    if ((*at)->index) path += "[" + std::to_string(*(*at)->index) + "]";
  }
  return path;
}

}  // namespace

std::string excerpt(const Json& value, size_t limit) {
  std::string out;
  append_excerpt(out, value, limit);
  return cut(std::move(out), limit);
}

std::string quoted(std::string_view text) {
  constexpr size_t kLimit = 80;
  std::string out;
  append_json_string(out, cut(std::string(text.substr(0, 2 * kLimit)), kLimit));
  return out;
}

bool is_breach(SchemaRule rule) {
  switch (rule) {
    case SchemaRule::name:
    case SchemaRule::unique_field:
    case SchemaRule::unique_symbol:
    case SchemaRule::unique_branch:
    case SchemaRule::unique_type:
    case SchemaRule::default_value:
    case SchemaRule::order:
    case SchemaRule::alias_list:
      return true;
    case SchemaRule::later_branch:
    case SchemaRule::alias_name:
    case SchemaRule::type_word:
    case SchemaRule::ignored_value:
    case SchemaRule::ignored_attribute:
      return false;
  }
  return true;
}

Error SchemaReport::error(std::string_view reason) const {
  return Error(ErrorCode::invalid_argument, path_of(here_) + ": " + std::string(reason));
}

Status SchemaReport::found(SchemaRule rule, const Place* place, std::string_view inside,
                           std::string reason) {
  if (mode_ == SchemaOptions::Mode::strict && is_breach(rule)) {
    return Error(ErrorCode::invalid_argument, path_of(place) + std::string(inside) + ": " + reason);
  }
  if (++counts_[static_cast<size_t>(rule)] <= kKeptOfEachRule) {
    warnings_.push_back({rule, path_of(place) + std::string(inside), std::move(reason)});
  }
  return {};
}

std::vector<SchemaWarning> SchemaReport::take_warnings() { return std::move(warnings_); }

}  // namespace weir::avro
