#include <array>
#include <unordered_map>
#include <unordered_set>

#include "weir/avro/schema_default.h"
#include "weir/avro/schema_derived.h"
#include "weir/avro/schema_names.h"
#include "weir/avro/schema_report.h"
#include "weir/avro/schema_types.h"
#include "weir/avro/schema_words.h"

namespace weir::avro {
namespace {

constexpr int64_t kMaxFixedSize = INT32_MAX;
constexpr size_t kMaxDefaultSteps = 1'000'000;

}  // namespace

// Builds the types of one schema: one call for each value of the text that stands for a type.
// Breaches of the rules go to the report, which decides whether they end the reading.
class SchemaParser {
 public:
  explicit SchemaParser(const SchemaOptions& options) : options_(options), report_(options.mode) {}

  Result<Schema> run(const Json& json) {
    WEIR_TRY(borrow());
    WEIR_TRY_ASSIGN(const Type* root, parse(json, ""));
    WEIR_TRY(check_defaults());
    if (!types_->borrowed.empty() && nests_deeper_than(*root, 4 * options_.max_depth)) {
      return report_.error("types nested deeper than " + std::to_string(4 * options_.max_depth) +
                           " levels, with those of the references written out");
    }
    for (const auto& [name, known] : names_) types_->own.emplace(name, known.type);
    types_->warnings = report_.take_warnings();
    return Schema(std::move(types_), root);
  }

 private:
  using TypeResult = Result<const Type*>;
  using Step = SchemaReport::Step;

  struct Known {
    const Type* type;
    const Json* text;  // of its definition
  };
  struct PendingDefault {
    const Type* record;
    size_t field;
    const SchemaReport::Place* place;
  };

  Error error(std::string_view reason) const { return report_.error(reason); }

  // Takes over the names of the referenced schemas. Two of them may know the same type, or have
  // read the same definition each for itself.
  Status borrow() {
    for (const Schema& schema : options_.references) {
      types_->references.push_back(schema.types_);
      for (const TypesByName* names : {&schema.types_->own, &schema.types_->borrowed}) {
        for (const auto& [name, type] : *names) {
          const auto [at, is_new] = types_->borrowed.emplace(name, type);
          if (is_new || at->second == type) continue;
          if (to_shallow_string(*at->second) != to_shallow_string(*type)) {
            return error("two references define " + quoted(name) + " differently");
          }
        }
      }
    }
    return {};
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
    if (!json.is_object()) {
      return error("a type is text, an object or an array, not " + excerpt(json));
    }
    WEIR_TRY_ASSIGN(const std::string* word, words_.required_text(json, "type"));
    if (*word == "record" || *word == "error") return parse_record(json, space, *word == "error");
    if (*word == "enum") return parse_enumeration(json, space);
    if (*word == "fixed") return parse_fixed(json, space);
    if (*word == "array") return parse_container(json, space, Kind::array, "items");
    if (*word == "map") return parse_container(json, space, Kind::map, "values");
    const std::optional<Kind> kind = primitive_kind(*word);
    if (!kind) return parse_reference(json, *word, space);
    SchemaWords::Members attributes = SchemaWords::type_attributes(*kind, json);
    if (attributes.empty()) return plain(*kind);
    Type& type = make(*kind);
    type.attributes = Json::object(std::move(attributes));
    derive(type);
    return &type;
  }

  // The type of a word alone. All mentions share one: a schema has many.
  const Type* plain(Kind kind) {
    const Type*& known = plain_[static_cast<size_t>(kind)];
    if (known == nullptr) {
      Type& type = make(kind);
      derive(type);
      known = &type;
    }
    return known;
  }

  TypeResult parse_word(const std::string& word, const std::string& space) {
    if (const std::optional<Kind> kind = primitive_kind(word)) return plain(*kind);
    const Type* type = find(resolve_name(word, space).full());
    if (type == nullptr) type = find(word);
    if (type == nullptr) return error("unknown type " + quoted(word));
    return type;
  }

  TypeResult parse_reference(const Json& json, const std::string& word, const std::string& space) {
    WEIR_TRY_ASSIGN(const Type* type, parse_word(word, space));
    if (json.members().size() > 1) {
      WEIR_TRY(report_.found(SchemaRule::ignored_attribute,
                             "nothing is kept beside the reference to " + quoted(word)));
    }
    return type;
  }

  const Type* find(std::string_view full_name) const {
    if (const auto at = names_.find(full_name); at != names_.end()) return at->second.type;
    const auto at = types_->borrowed.find(full_name);
    return at == types_->borrowed.end() ? nullptr : at->second;
  }

  TypeResult parse_union(const Json& json, const std::string& space) {
    Type& type = make(Kind::union_of);
    std::unordered_set<std::string> seen;
    for (size_t i = 0; i < json.items().size(); ++i) {
      const Step step(report_, "", i);
      WEIR_TRY_ASSIGN(const Type* branch, parse(json.items()[i], space));
      if (branch->kind == Kind::union_of) return error("a union directly inside a union");
      std::string label =
          branch->is_named() ? branch->name.full() : std::string(to_string(branch->kind));
      if (!seen.insert(label).second) {
        WEIR_TRY(
            report_.found(SchemaRule::unique_branch, "the union has " + quoted(label) + " twice"));
      }
      type.branches.push_back(branch);
    }
    derive(type);
    return &type;
  }

  TypeResult parse_container(const Json& json, const std::string& space, Kind kind,
                             std::string_view key) {
    const Json* items = json.find(key);
    if (items == nullptr) {
      return error("no \"" + std::string(key) + "\" in " + excerpt(json));
    }
    Type& type = make(kind);
    {
      const Step step(report_, kind == Kind::array ? ".items" : ".values");
      WEIR_TRY_ASSIGN(type.items, parse(*items, space));
    }
    return finish(type, json);
  }

  TypeResult parse_record(const Json& json, const std::string& space, bool is_error) {
    WEIR_TRY_ASSIGN(Declared declared, declare(Kind::record, json, space));
    if (declared.known != nullptr) return declared.known;
    Type& type = *declared.fresh;
    type.is_error = is_error;
    const Json* fields = json.find("fields");
    if (fields == nullptr || !fields->is_array()) {
      return error("a record has an array \"fields\"");
    }
    for (size_t i = 0; i < fields->items().size(); ++i) {
      const Step step(report_, ".fields", i);
      WEIR_TRY(parse_field(type, fields->items()[i]));
    }
    WEIR_TRY(check_unique(type.fields));
    return finish(type, json);
  }

  Status check_unique(const std::vector<Field>& fields) {
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i < fields.size(); ++i) {
      if (seen.insert(fields[i].name).second) continue;
      const Step step(report_, ".fields", i);
      WEIR_TRY(report_.found(SchemaRule::unique_field,
                             "the record has the field " + quoted(fields[i].name) + " twice"));
    }
    return {};
  }

  Status parse_field(Type& record, const Json& json) {
    if (!json.is_object()) return error("a field is an object, not " + excerpt(json));
    Field field;
    WEIR_TRY_ASSIGN(const std::string* name, words_.required_text(json, "name"));
    WEIR_TRY(words_.check_name(*name));
    field.name = *name;
    const Json* type = json.find("type");
    if (type == nullptr) return error("the field " + quoted(*name) + " has no \"type\"");
    {
      const Step step(report_, ".type");
      WEIR_TRY_ASSIGN(field.type, parse(*type, record.name.space));
    }
    WEIR_TRY_ASSIGN(field.doc, words_.optional_text(json, "doc"));
    SchemaWords::Members attributes = SchemaWords::field_attributes(json);
    WEIR_TRY_ASSIGN(field.order, words_.order(json, attributes));
    WEIR_TRY_ASSIGN(field.aliases, words_.aliases(json, attributes));
    field.attributes = Json::object(std::move(attributes));
    WEIR_TRY(check_logical_place(field));
    if (const Json* value = json.find("default")) {
      field.default_value = SchemaWords::default_value(*field.type, *value);
      const Step step(report_, ".default");
      pending_.push_back({&record, record.fields.size(), report_.here()});
    }
    record.fields.push_back(std::move(field));
    return {};
  }

  // A common slip: it belongs inside the type, and does nothing here.
  Status check_logical_place(const Field& field) {
    if (field.type->logical != LogicalType::none) return {};
    const std::string* logical = field.attributes.find_string("logicalType");
    if (logical == nullptr) return {};
    return report_.found(SchemaRule::ignored_attribute,
                         "the logicalType " + quoted(*logical) +
                             " stands beside the type of the field, not in it, and has no effect");
  }

  TypeResult parse_enumeration(const Json& json, const std::string& space) {
    WEIR_TRY_ASSIGN(Declared declared, declare(Kind::enumeration, json, space));
    if (declared.known != nullptr) return declared.known;
    Type& type = *declared.fresh;
    const Json* symbols = json.find("symbols");
    if (symbols == nullptr || !symbols->is_array()) {
      return error("an enum has an array \"symbols\"");
    }
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i < symbols->items().size(); ++i) {
      const Step step(report_, ".symbols", i);
      const std::string* symbol = symbols->items()[i].as_string();
      if (symbol == nullptr) {
        return error("a symbol is text, not " + excerpt(symbols->items()[i]));
      }
      WEIR_TRY(words_.check_symbol(*symbol));
      if (!seen.insert(*symbol).second) {
        WEIR_TRY(report_.found(SchemaRule::unique_symbol,
                               "the symbol " + quoted(*symbol) + " comes twice"));
      }
      type.symbols.push_back(*symbol);
    }
    WEIR_TRY_ASSIGN(type.default_symbol, words_.optional_text(json, "default"));
    if (type.default_symbol && !seen.contains(*type.default_symbol)) {
      const Step step(report_, ".default");
      WEIR_TRY(report_.found(SchemaRule::default_value,
                             quoted(*type.default_symbol) + " is none of the symbols"));
    }
    return finish(type, json);
  }

  TypeResult parse_fixed(const Json& json, const std::string& space) {
    WEIR_TRY_ASSIGN(Declared declared, declare(Kind::fixed, json, space));
    if (declared.known != nullptr) return declared.known;
    Type& type = *declared.fresh;
    const int64_t size = json.find_int64("size").value_or(-1);
    if (size < 0 || size > kMaxFixedSize) {
      return error("a fixed has a \"size\" from 0 to 2147483647");
    }
    type.size = static_cast<size_t>(size);
    return finish(type, json);
  }

  struct Declared {
    Type* fresh = nullptr;
    const Type* known = nullptr;  // when the very same definition stood before
  };

  // Name, namespace, aliases and doc; makes the name known, so that the type can refer to itself.
  Result<Declared> declare(Kind kind, const Json& json, const std::string& enclosing) {
    WEIR_TRY_ASSIGN(const std::string* text, words_.required_text(json, "name"));
    WEIR_TRY_ASSIGN(const std::optional<std::string> space,
                    words_.optional_text(json, "namespace"));
    Name name = resolve_name(*text, space ? *space : enclosing);
    WEIR_TRY(words_.check_type_name(name));
    WEIR_TRY_ASSIGN(const Type* known, find_same(name.full(), json));
    if (known != nullptr) return Declared{nullptr, known};
    Type& type = make(kind);
    type.name = std::move(name);
    WEIR_TRY_ASSIGN(type.doc, words_.optional_text(json, "doc"));
    names_.emplace(type.name.full(), Known{&type, &json});
    return Declared{&type, nullptr};
  }

  // The type of that name when it was defined by the same text before; nothing when the name is
  // free, or when only the whole type can tell whether it is the same as that of a reference.
  TypeResult find_same(const std::string& full_name, const Json& json) {
    const bool lenient = options_.mode == SchemaOptions::Mode::lenient;
    if (types_->borrowed.contains(full_name) && !lenient) return taken_by_reference(full_name);
    const auto at = names_.find(full_name);
    if (at == names_.end()) return nullptr;
    if (!lenient || *at->second.text != json) {
      return error("the name " + quoted(full_name) + " is taken by an earlier type");
    }
    WEIR_TRY(found_again(full_name));
    return at->second.type;
  }

  Error taken_by_reference(std::string_view full_name) const {
    return error("the name " + quoted(full_name) + " is taken by a type of a reference");
  }
  Status found_again(std::string_view full_name) {
    return report_.found(SchemaRule::unique_type,
                         "the type " + quoted(full_name) + " is defined again, the same");
  }

  // The rest of a type, once its parts are known.
  TypeResult finish(Type& type, const Json& json) {
    SchemaWords::Members attributes = SchemaWords::type_attributes(type.kind, json);
    if (type.is_named()) {
      WEIR_TRY_ASSIGN(type.aliases, words_.type_aliases(json, type.name, attributes));
    }
    type.attributes = Json::object(std::move(attributes));
    derive(type);
    return type.is_named() ? settle(type) : &type;
  }

  // Avro Java writes types of references out, too, when they are not the reference itself: such a
  // text defines them again, and means the referenced ones.
  TypeResult settle(const Type& type) {
    const std::string full_name = type.name.full();
    const auto at = types_->borrowed.find(full_name);
    if (at == types_->borrowed.end()) return &type;
    if (to_shallow_string(*at->second) != to_shallow_string(type)) {
      return taken_by_reference(full_name);
    }
    names_.erase(full_name);
    WEIR_TRY(found_again(full_name));
    return at->second;
  }

  // After the whole schema is read, since a default may be of a type that was still open.
  Status check_defaults() {
    size_t steps = kMaxDefaultSteps;
    for (const PendingDefault& pending : pending_) {
      const Field& field = pending.record->fields[pending.field];
      DefaultCheck result = check_default(*field.type, *field.default_value, steps);
      if (result.problem) {
        WEIR_TRY(report_.found(SchemaRule::default_value, pending.place, result.problem->inside,
                               std::move(result.problem->reason)));
      } else if (result.later_branch) {
        WEIR_TRY(report_.found(SchemaRule::later_branch, pending.place, "",
                               excerpt(*field.default_value) +
                                   " fits the union only behind its first branch, which readers "
                                   "older than Avro 1.12 refuse"));
      }
    }
    return {};
  }

  const SchemaOptions& options_;
  SchemaReport report_;
  SchemaWords words_{report_};
  std::shared_ptr<Schema::Types> types_ = std::make_shared<Schema::Types>();
  std::unordered_map<std::string, Known, TextHash, std::equal_to<>> names_;
  std::array<const Type*, 8> plain_{};
  std::vector<PendingDefault> pending_;
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
