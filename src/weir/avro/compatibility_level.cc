#include "weir/avro/compatibility_level.h"

#include <algorithm>
#include <array>

#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

constexpr size_t kMaxSchemaInMessage = 10 * 1024;

// What each level compares. One row per level, in the order of the enumeration.
struct LevelRule {
  CompatibilityLevel level;
  std::string_view name;
  bool older_reads_new;
  bool new_reads_older;
  bool every_version;
};
constexpr std::array<LevelRule, 7> kRules = {{
    {CompatibilityLevel::none, "NONE", false, false, false},
    {CompatibilityLevel::backward, "BACKWARD", false, true, false},
    {CompatibilityLevel::backward_transitive, "BACKWARD_TRANSITIVE", false, true, true},
    {CompatibilityLevel::forward, "FORWARD", true, false, false},
    {CompatibilityLevel::forward_transitive, "FORWARD_TRANSITIVE", true, false, true},
    {CompatibilityLevel::full, "FULL", true, true, false},
    {CompatibilityLevel::full_transitive, "FULL_TRANSITIVE", true, true, true},
}};

const LevelRule& rule_of(CompatibilityLevel level) { return kRules[static_cast<size_t>(level)]; }

// The sentence about one incompatibility; registries' clients show it as it is.
std::string sentence(const Incompatibility& one, std::string_view reader, std::string_view writer) {
  const std::string at = "path '" + one.location + "'";
  const std::string in_reader = " in the " + std::string(reader) + " schema";
  const std::string the_writer = "the " + std::string(writer) + " schema";
  const std::string the_reader = "The " + std::string(reader) + " schema";
  switch (one.type) {
    case IncompatibilityType::fixed_size_mismatch:
      return "The size of FIXED type field at " + at + in_reader + " does not match with " +
             the_writer;
    case IncompatibilityType::type_mismatch:
      return "The type (" + at + ") of a field" + in_reader + " does not match with " + the_writer;
    case IncompatibilityType::name_mismatch:
      return "The name of the schema has changed (" + at + ")";
    case IncompatibilityType::missing_enum_symbols:
      return the_reader + " is missing enum symbols '" + one.message + "' at " + at + " in " +
             the_writer;
    case IncompatibilityType::missing_union_branch:
      return the_reader + " is missing a type inside a union field at " + at + " in " + the_writer;
    case IncompatibilityType::reader_field_missing_default_value:
      return "The field '" + one.message + "' at " + at + in_reader +
             " has no default value and is missing in " + the_writer;
    case IncompatibilityType::ambiguous_reader_field:
      return "The field at " + at + in_reader + " fits several fields in " + the_writer;
  }
  return {};
}

// The beginning of a text, up to so many UTF-16 units; the whole text when it has no more.
std::string_view beginning(std::string_view text, size_t units) {
  if (text.size() <= units) return text;
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end;
    const size_t width = next_code_point(text, next) > 0xFFFF ? 2 : 1;
    if (width > units) break;
    units -= width;
    end = next;
  }
  return text.substr(0, end);
}

std::string old_schema_message(const Schema& schema) {
  const std::string text = schema.to_string();
  const std::string_view shown = beginning(text, kMaxSchemaInMessage);
  if (shown.size() == text.size()) return "{oldSchema: '" + text + "'}";
  return "{oldSchema: <truncated> '" + std::string(shown) + "...'}";
}

}  // namespace

std::string_view to_string(CompatibilityLevel level) { return rule_of(level).name; }

std::optional<CompatibilityLevel> parse_compatibility_level(std::string_view text) {
  const auto same_letter = [](char one, char capital) {
    return one == capital || (one >= 'a' && one <= 'z' && one - 'a' + 'A' == capital);
  };
  for (const LevelRule& rule : kRules) {
    if (std::equal(text.begin(), text.end(), rule.name.begin(), rule.name.end(), same_letter)) {
      return rule.level;
    }
  }
  return std::nullopt;
}

Result<std::optional<VersionConflict>> find_conflict(CompatibilityLevel level, const Schema& schema,
                                                     std::span<const OlderVersion> older,
                                                     const ComparisonLimits& limits) {
  const LevelRule& rule = rule_of(level);
  const size_t versions = rule.every_version ? older.size() : std::min<size_t>(older.size(), 1);
  for (size_t back = 1; back <= versions; ++back) {
    VersionConflict conflict;
    conflict.older = older.size() - back;
    const Schema& old = older[conflict.older].schema;
    if (rule.older_reads_new) {
      WEIR_TRY_ASSIGN(conflict.older_reads_new,
                      find_incompatibilities({.reader = old, .writer = schema}, limits));
    }
    if (rule.new_reads_older) {
      WEIR_TRY_ASSIGN(conflict.new_reads_older,
                      find_incompatibilities({.reader = schema, .writer = old}, limits));
    }
    if (!conflict.older_reads_new.empty() || !conflict.new_reads_older.empty()) return conflict;
  }
  return std::nullopt;
}

std::string describe(const Incompatibility& incompatibility, Reader reader) {
  const bool is_new = reader == Reader::new_schema;
  return "{errorType:'" + std::string(to_string(incompatibility.type)) + "', description:'" +
         sentence(incompatibility, is_new ? "new" : "old", is_new ? "old" : "new") +
         "', additionalInfo:'" + incompatibility.message + "'}";
}

std::vector<std::string> describe(const VersionConflict& conflict,
                                  std::span<const OlderVersion> older,
                                  const ConflictReport& report) {
  std::vector<std::string> messages;
  for (const Incompatibility& one : conflict.older_reads_new) {
    messages.push_back(describe(one, Reader::old_schema));
  }
  for (const Incompatibility& one : conflict.new_reads_older) {
    messages.push_back(describe(one, Reader::new_schema));
  }
  // Levels that ask both ways name the old schema with what the new one cannot read.
  if (!conflict.new_reads_older.empty() || !rule_of(report.level).new_reads_older) {
    const OlderVersion& old = older[conflict.older];
    if (old.number) {
      messages.push_back("{oldSchemaVersion: " + std::to_string(*old.number) + "}");
    }
    messages.push_back(old_schema_message(old.schema));
  }
  messages.push_back(std::string("{validateFields: '") +
                     (report.validate_fields ? "true" : "false") + "', compatibility: '" +
                     std::string(to_string(report.level)) + "'}");
  return messages;
}

}  // namespace weir::avro
