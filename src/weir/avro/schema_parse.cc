#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

#include "weir/avro/schema_default.h"
#include "weir/avro/schema_types.h"

namespace weir::avro {
namespace {

constexpr int64_t kMaxFixedSize = INT32_MAX;
constexpr size_t kMaxDefaultSteps = 1'000'000;

// What Java's parser takes for its own wherever it stands, and so never keeps as an attribute.
constexpr std::array<std::string_view, 10> kTypeWords = {
    "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"};
constexpr std::array<std::string_view, 6> kFieldWords = {"default", "doc",  "name",
                                                         "order",   "type", "aliases"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<Kind> primitive_kind(std::string_view word) {
  for (const Kind kind : {Kind::null, Kind::boolean, Kind::int32, Kind::int64, Kind::float32,
                          Kind::float64, Kind::bytes, Kind::string}) {
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool is_plain_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

bool is_plain_namespace(std::string_view space) {
  while (true) {
    const size_t dot = space.find('.');
    if (!is_plain_name(space.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    space.remove_prefix(dot + 1);
  }
}

// A name with a dot carries its namespace; one without takes `space`.
Name resolve(std::string_view text, std::string_view space) {
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {std::string(text), std::string(space)};
  return {std::string(text.substr(dot + 1)), std::string(text.substr(0, dot))};
}

struct LogicalRule {
  std::string_view name;
  Kind kind;
  LogicalType logical;
};
constexpr std::array<LogicalRule, 10> kLogicalRules = {{
    {"date", Kind::int32, LogicalType::date},
    {"time-millis", Kind::int32, LogicalType::time_millis},
    {"time-micros", Kind::int64, LogicalType::time_micros},
    {"timestamp-millis", Kind::int64, LogicalType::timestamp_millis},
    {"timestamp-micros", Kind::int64, LogicalType::timestamp_micros},
    {"timestamp-nanos", Kind::int64, LogicalType::timestamp_nanos},
    {"local-timestamp-millis", Kind::int64, LogicalType::local_timestamp_millis},
    {"local-timestamp-micros", Kind::int64, LogicalType::local_timestamp_micros},
    {"local-timestamp-nanos", Kind::int64, LogicalType::local_timestamp_nanos},
    {"uuid", Kind::string, LogicalType::uuid},
}};

LogicalType logical_type(const Type& type) {
  const std::string* name = type.attributes.find_string("logicalType");
  if (name == nullptr) return LogicalType::none;
  for (const LogicalRule& rule : kLogicalRules) {
    if (rule.name == *name && rule.kind == type.kind) return rule.logical;
  }
  if (*name == "uuid" && type.kind == Kind::fixed && type.size == 16) return LogicalType::uuid;
  if (*name == "duration" && type.kind == Kind::fixed && type.size == 12)
    return LogicalType::duration;
  if (*name == "decimal" && (type.kind == Kind::bytes || type.kind == Kind::fixed)) {
    const int64_t precision = type.attributes.find_int64("precision").value_or(0);
    const bool scale_given = type.attributes.find("scale") != nullptr;
    const int64_t scale = type.attributes.find_int64("scale").value_or(scale_given ? -1 : 0);
    if (precision > 0 && scale >= 0 && scale <= precision) return LogicalType::decimal;
  }
  return LogicalType::none;
}

// Of a type whose parts are complete, or still open and then counted as nothing: never too much.
size_t least_size(const Type& type) {
  constexpr size_t kEnough = size_t{1}
                             << 40;  // beyond any message; keeps the sums from overflowing
  size_t size = 0;
  switch (type.kind) {
    case Kind::null:
      return 0;
    case Kind::float32:
      return 4;
    case Kind::float64:
      return 8;
    case Kind::fixed:
      return type.size;
    case Kind::record:
      for (const Field& field : type.fields)
        size = std::min(size + field.type->least_size, kEnough);
      return size;
    case Kind::union_of:
      if (type.branches.empty()) return 1;
      size = kEnough;
      for (const Type* branch : type.branches) size = std::min(size, branch->least_size);
      return 1 + size;
    default:
      return 1;  // an integer, a length, a count
  }
}

}  // namespace

// Builds the types of one schema. Keeps the path of where it is, for errors, and the names seen so
// far.
class SchemaParser {
 public:
  explicit SchemaParser(const SchemaOptions& options) : options_(options) {}

  Result<Schema> run(const Json& json) {
    WEIR_TRY_ASSIGN(const Type* root, parse(json, ""));
    WEIR_TRY(check_defaults());
    return Schema(std::move(types_), root);
  }

 private:
  using TypeResult = Result<const Type*>;

  // Extends the path while it lives.
  class Step {
   public:
    Step(SchemaParser& parser, std::string_view part)
        : path_(parser.path_), length_(parser.path_.size()) {
      path_ += part;
    }
    Step(SchemaParser& parser, std::string_view part, size_t index)
        : Step(parser, std::string(part) + "[" + std::to_string(index) + "]") {}
    ~Step() { path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    size_t length_;
  };

  struct PendingDefault {
    const Type* record;
    size_t field;
    std::string path;
  };

  Error error(std::string_view reason) const {
    return Error(ErrorCode::invalid_argument, path_ + ": " + std::string(reason));
  }
  static std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  }

  Type& make(Kind kind) {
    types_->all.emplace_back().kind = kind;
    return types_->all.back();
  }

  TypeResult parse(const Json& json, const std::string& space) {
    if (depth_ >= options_.max_depth) {
      return error("types nested deeper than " + std::to_string(options_.max_depth) + " levels");
    }
    ++depth_;
    TypeResult result = parse_any(json, space);
    --depth_;
    return result;
  }

  TypeResult parse_any(const Json& json, const std::string& space) {
    if (const std::string* word = json.as_string()) return parse_word(*word, space);
    if (json.is_array()) return parse_union(json, space);
    if (!json.is_object()) return error("a type is text, an object or an array");
    WEIR_TRY_ASSIGN(const std::string* word, required_text(json, "type"));
    if (*word == "record" || *word == "error") return parse_record(json, space, *word == "error");
    if (*word == "enum") return parse_enumeration(json, space);
    if (*word == "fixed") return parse_fixed(json, space);
    if (*word == "array") return parse_container(json, space, Kind::array, "items");
    if (*word == "map") return parse_container(json, space, Kind::map, "values");
    const std::optional<Kind> kind = primitive_kind(*word);
    if (!kind) return parse_word(*word, space);
    Type& type = make(*kind);
    finish(type, json);
    return &type;
  }

  TypeResult parse_word(const std::string& word, const std::string& space) {
    if (const std::optional<Kind> kind = primitive_kind(word)) {
      Type& type = make(*kind);
      type.least_size = least_size(type);
      return &type;
    }
    auto at = names_.find(resolve(word, space).full());
    if (at == names_.end()) at = names_.find(word);
    if (at == names_.end()) return error("unknown type " + quoted(word));
    return at->second;
  }

  TypeResult parse_union(const Json& json, const std::string& space) {
    Type& type = make(Kind::union_of);
    std::unordered_set<std::string> seen;
    for (size_t i = 0; i < json.items().size(); ++i) {
      const Step step(*this, "", i);
      WEIR_TRY_ASSIGN(const Type* branch, parse(json.items()[i], space));
      if (branch->kind == Kind::union_of) return error("a union directly inside a union");
      std::string label =
          branch->is_named() ? branch->name.full() : std::string(to_string(branch->kind));
      if (!seen.insert(label).second) return error("the union has " + quoted(label) + " twice");
      type.branches.push_back(branch);
    }
    type.least_size = least_size(type);
    return &type;
  }

  TypeResult parse_container(const Json& json, const std::string& space, Kind kind,
                             std::string_view key) {
    const Json* items = json.find(key);
    if (items == nullptr) return error("no \"" + std::string(key) + "\"");
    Type& type = make(kind);
    {
      const Step step(*this, "." + std::string(key));
      WEIR_TRY_ASSIGN(type.items, parse(*items, space));
    }
    finish(type, json);
    return &type;
  }

  TypeResult parse_record(const Json& json, const std::string& space, bool is_error) {
    Type& type = make(Kind::record);
    type.is_error = is_error;
    WEIR_TRY(declare(type, json, space));
    const Json* fields = json.find("fields");
    if (fields == nullptr || !fields->is_array()) return error("a record has an array \"fields\"");
    std::unordered_set<std::string_view> seen;
    type.fields.reserve(fields->items().size());
    for (size_t i = 0; i < fields->items().size(); ++i) {
      const Step step(*this, ".fields", i);
      WEIR_TRY(parse_field(type, fields->items()[i]));
      const std::string& name = type.fields.back().name;
      if (!seen.insert(name).second)
        return error("the record has the field " + quoted(name) + " twice");
    }
    finish(type, json);
    return &type;
  }

  Status parse_field(Type& record, const Json& json) {
    if (!json.is_object()) return error("a field is an object");
    Field field;
    WEIR_TRY_ASSIGN(const std::string* name, required_text(json, "name"));
    WEIR_TRY(check_name(*name));
    field.name = *name;
    const Json* type = json.find("type");
    if (type == nullptr) return error("the field " + quoted(*name) + " has no \"type\"");
    {
      const Step step(*this, ".type");
      WEIR_TRY_ASSIGN(field.type, parse(*type, record.name.space));
    }
    field.doc = optional_text(json, "doc");
    WEIR_TRY_ASSIGN(field.order, parse_order(json));
    WEIR_TRY_ASSIGN(field.aliases, parse_aliases(json));
    std::vector<Json::Member> attributes;
    for (const Json::Member& member : json.members()) {
      if (!contains(kFieldWords, member.key)) attributes.push_back(member);
    }
    field.attributes = Json::object(std::move(attributes));
    if (const Json* value = json.find("default")) {
      field.default_value = number_of_text(*field.type, *value);
      pending_.push_back({&record, record.fields.size(), path_});
    }
    record.fields.push_back(std::move(field));
    return {};
  }

  // Java reads a default such as "1.5" of a float or double field as the number.
  static Json number_of_text(const Type& type, const Json& value) {
    const std::string* text = value.as_string();
    if (text == nullptr || (type.kind != Kind::float32 && type.kind != Kind::float64)) return value;
    double number = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return value;
    return Json::real(number, NumberStyle::java);
  }

  TypeResult parse_enumeration(const Json& json, const std::string& space) {
    Type& type = make(Kind::enumeration);
    WEIR_TRY(declare(type, json, space));
    const Json* symbols = json.find("symbols");
    if (symbols == nullptr || !symbols->is_array())
      return error("an enum has an array \"symbols\"");
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i < symbols->items().size(); ++i) {
      const Step step(*this, ".symbols", i);
      const std::string* symbol = symbols->items()[i].as_string();
      if (symbol == nullptr) return error("a symbol is text");
      WEIR_TRY(check_name(*symbol));
      if (!seen.insert(*symbol).second)
        return error("the symbol " + quoted(*symbol) + " comes twice");
      type.symbols.push_back(*symbol);
    }
    type.default_symbol = optional_text(json, "default");
    if (type.default_symbol && !seen.contains(*type.default_symbol)) {
      return error("the default " + quoted(*type.default_symbol) + " is none of the symbols");
    }
    finish(type, json);
    return &type;
  }

  TypeResult parse_fixed(const Json& json, const std::string& space) {
    Type& type = make(Kind::fixed);
    WEIR_TRY(declare(type, json, space));
    const int64_t size = json.find_int64("size").value_or(-1);
    if (size < 0 || size > kMaxFixedSize)
      return error("a fixed has a \"size\" from 0 to 2147483647");
    type.size = static_cast<size_t>(size);
    finish(type, json);
    return &type;
  }

  // Name, namespace, aliases and doc; makes the name known, so that the type can refer to itself.
  Status declare(Type& type, const Json& json, const std::string& enclosing) {
    WEIR_TRY_ASSIGN(const std::string* name, required_text(json, "name"));
    const std::optional<std::string> space = optional_text(json, "namespace");
    type.name = resolve(*name, space ? *space : enclosing);
    WEIR_TRY(check_name(type.name));
    WEIR_TRY_ASSIGN(const std::vector<std::string> aliases, parse_aliases(json));
    std::unordered_set<std::string> seen;
    for (const std::string& text : aliases) {
      Name alias = resolve(text, type.name.space);
      WEIR_TRY(check_name(alias));
      if (seen.insert(alias.full()).second) type.aliases.push_back(std::move(alias));
    }
    type.doc = optional_text(json, "doc");
    if (primitive_kind(type.name.full())) return error(quoted(*name) + " is a type of Avro's own");
    if (!names_.emplace(type.name.full(), &type).second) {
      return error("the name " + quoted(type.name.full()) + " is taken by an earlier type");
    }
    return {};
  }

  void finish(Type& type, const Json& json) {
    std::vector<Json::Member> attributes;
    for (const Json::Member& member : json.members()) {
      const bool own = contains(kTypeWords, member.key) ||
                       (type.kind == Kind::enumeration && member.key == "default");
      if (!own) attributes.push_back(member);
    }
    type.attributes = Json::object(std::move(attributes));
    type.logical = logical_type(type);
    type.least_size = least_size(type);
  }

  Result<const std::string*> required_text(const Json& json, std::string_view key) const {
    const std::string* text = json.find_string(key);
    if (text == nullptr) return error("no text under \"" + std::string(key) + "\"");
    return text;
  }

  // Java passes over a doc, namespace or default symbol that is not text; so do we.
  static std::optional<std::string> optional_text(const Json& json, std::string_view key) {
    const std::string* text = json.find_string(key);
    return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
  }

  Result<Order> parse_order(const Json& json) const {
    const Json* order = json.find("order");
    if (order == nullptr) return Order::ascending;
    const std::string text = order->is_string() ? *order->as_string() : "";
    if (text == "ascending") return Order::ascending;
    if (text == "descending") return Order::descending;
    if (text == "ignore") return Order::ignore;
    return error("the order is \"ascending\", \"descending\" or \"ignore\"");
  }

  // Each alias once, in input order.
  Result<std::vector<std::string>> parse_aliases(const Json& json) const {
    std::vector<std::string> aliases;
    std::unordered_set<std::string_view> seen;
    const Json* list = json.find("aliases");
    if (list == nullptr || list->is_null()) return aliases;
    if (!list->is_array()) return error("aliases are an array");
    for (const Json& item : list->items()) {
      if (!item.is_string()) return error("an alias is text");
      if (seen.insert(*item.as_string()).second) aliases.push_back(*item.as_string());
    }
    return aliases;
  }

  Status check_name(const std::string& name) const {
    if (name.empty()) return error("the name is empty");
    if (options_.names == SchemaOptions::Names::strict && !is_plain_name(name)) {
      return error("the name " + quoted(name) + " is not made of letters, digits and underscores");
    }
    return {};
  }

  Status check_name(const Name& name) const {
    WEIR_TRY(check_name(name.simple));
    if (options_.names == SchemaOptions::Names::strict && !name.space.empty() &&
        !is_plain_namespace(name.space)) {
      return error("the namespace " + quoted(name.space) +
                   " is not made of names with dots between them");
    }
    return {};
  }

  // After the whole schema is read, since a default may be of a type that was still open.
  Status check_defaults() {
    if (options_.defaults == SchemaOptions::Defaults::unchecked) return {};
    size_t steps = kMaxDefaultSteps;
    for (const PendingDefault& pending : pending_) {
      const Field& field = pending.record->fields[pending.field];
      const std::string* text = field.default_value->as_string();
      const bool real = field.type->kind == Kind::float32 || field.type->kind == Kind::float64;
      if (real && text != nullptr &&
          (*text == "NaN" || *text == "Infinity" || *text == "-Infinity")) {
        continue;
      }
      if (is_valid_default(*field.type, *field.default_value, steps)) continue;
      path_ = pending.path;
      return error("the default " + field.default_value->print().substr(0, 100) + " of the field " +
                   quoted(field.name) + " is no " + std::string(to_string(field.type->kind)));
    }
    return {};
  }

  const SchemaOptions& options_;
  std::shared_ptr<Schema::Types> types_ = std::make_shared<Schema::Types>();
  std::unordered_map<std::string, const Type*> names_;
  std::vector<PendingDefault> pending_;
  std::string path_ = "$";
  size_t depth_ = 0;
};

Result<Schema> parse_schema(std::string_view text, const SchemaOptions& options) {
  if (text.size() > options.max_size) {
    return Error(ErrorCode::invalid_argument, "schema of " + std::to_string(text.size()) +
                                                  " bytes, at most " +
                                                  std::to_string(options.max_size) + " are read");
  }
  // A type inside a field inside a record takes three levels of JSON; attributes may add theirs.
  WEIR_TRY_ASSIGN(const Json json, Json::parse(text, {.max_depth = 4 * options.max_depth + 64}));
  return schema_from_json(json, options);
}

Result<Schema> schema_from_json(const Json& json, const SchemaOptions& options) {
  return SchemaParser(options).run(json);
}

}  // namespace weir::avro
