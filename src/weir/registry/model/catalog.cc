#include "weir/registry/model/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "weir/avro/schema.h"

namespace weir::registry::model {
namespace {

constexpr avro::SchemaOptions kTolerant{.mode = avro::SchemaOptions::Mode::lenient};

// What is compared for sameness. Other types, references, and texts that do not parse are compared
// as they are: two registries that wrote the same bytes meant the same schema.
std::string identity_text(const SchemaRecord& record) {
  if (record.type == "AVRO" && record.references.empty()) {
    if (auto schema = avro::parse_schema(record.schema, kTolerant)) return schema->to_string();
  }
  std::string text = record.type + ':' + record.schema;
  for (const SchemaReference& reference : record.references) {
    text += fmt::format("\n{}\n{}\n{}", reference.name, reference.subject, reference.version);
  }
  return text;
}

template <typename Map, typename Key>
auto* find_in(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

bool is_wanted(const SchemaRecord& record, Versions which) {
  return !record.deleted || which == Versions::live_and_deleted;
}

template <typename Subject>
std::optional<Catalog::Place> newest_with(const Subject* subject, const std::string& canonical) {
  if (subject == nullptr) return std::nullopt;
  for (auto it = subject->rbegin(); it != subject->rend(); ++it) {
    const auto& [version, entry] = *it;
    if (!entry.record.deleted && *entry.canonical == canonical)
      return Catalog::Place{entry.record.id, version};
  }
  return std::nullopt;
}

}  // namespace

Result<Candidate> Candidate::parse(std::string_view text) {
  WEIR_TRY_ASSIGN(const avro::Schema schema, avro::parse_schema(text, kTolerant));
  for (const avro::SchemaWarning& warning : schema.warnings()) {
    if (warning.rule == avro::SchemaRule::name || !avro::is_breach(warning.rule)) continue;
    return Error(ErrorCode::invalid_argument, warning.path + ": " + warning.reason);
  }
  return Candidate{schema.to_string()};
}

Status Catalog::apply(const SchemasEvent& event) {
  switch (event.kind) {
    case SchemasEvent::Kind::schema:
      return apply_schema(event.record);
    case SchemasEvent::Kind::removed:
      if (Subject* subject = find_in(subjects_, event.record.subject)) {
        subject->erase(event.record.version);
        if (subject->empty()) subjects_.erase(event.record.subject);
      }
      return {};
    case SchemasEvent::Kind::delete_subject:
      if (Subject* subject = find_in(subjects_, event.record.subject)) {
        for (auto& [version, entry] : *subject) {
          if (version <= event.record.version) entry.record.deleted = true;
        }
      }
      return {};
    case SchemasEvent::Kind::clear_subject:
      if (Subject* subject = find_in(subjects_, event.record.subject)) {
        std::erase_if(*subject, [](const auto& item) { return item.second.record.deleted; });
        if (subject->empty()) subjects_.erase(event.record.subject);
      }
      return {};
    case SchemasEvent::Kind::other:
      return {};
  }
  return {};
}

Status Catalog::apply_schema(const SchemaRecord& record) {
  auto canonical = std::make_shared<const std::string>(identity_text(record));
  const auto known = by_id_.find(record.id);
  if (known != by_id_.end()) {
    if (*known->second.canonical != *canonical) {
      return Error(ErrorCode::refused,
                   fmt::format("id {} already means another schema; version {} of subject '{}' "
                               "is ignored",
                               record.id, record.version, record.subject));
    }
    canonical = known->second.canonical;
  } else {
    by_id_.emplace(record.id, Known{canonical, record});
    id_of_.try_emplace(*canonical, record.id);
  }
  highest_id_ = std::max(highest_id_, record.id);
  drop_reservation(record.subject, record.version);
  subjects_[record.subject].insert_or_assign(record.version, Entry{record, std::move(canonical)});
  return {};
}

std::optional<Catalog::Place> Catalog::find(const std::string& subject,
                                            const Candidate& candidate) const {
  return newest_with(find_in(subjects_, subject), candidate.canonical);
}

std::optional<Catalog::Place> Catalog::find_reserved(const std::string& subject,
                                                     const Candidate& candidate) const {
  return newest_with(find_in(reserved_, subject), candidate.canonical);
}

Result<SchemaRecord> Catalog::reserve(const std::string& subject, const Candidate& candidate) {
  constexpr int32_t kHighest = std::numeric_limits<int32_t>::max();
  const auto known = id_of_.find(candidate.canonical);
  if ((known == id_of_.end() && highest_id_ == kHighest) || next_version(subject) == kHighest) {
    return Error(ErrorCode::refused, "no schema ids or versions are left");
  }
  const SchemaId id = known != id_of_.end() ? known->second : ++highest_id_;
  if (known == id_of_.end()) id_of_.emplace(candidate.canonical, id);
  SchemaRecord record{.subject = subject,
                      .version = next_version(subject),
                      .id = id,
                      .schema = candidate.canonical};
  reserved_[subject].emplace(
      record.version, Entry{record, std::make_shared<const std::string>(candidate.canonical)});
  return record;
}

void Catalog::release(const SchemaRecord& record) {
  drop_reservation(record.subject, record.version);
  // Another subject may have reserved the same id; then the schema keeps it.
  if (by_id_.contains(record.id)) return;
  for (const auto& [subject, versions] : reserved_) {
    for (const auto& [version, entry] : versions) {
      if (entry.record.id == record.id) return;
    }
  }
  id_of_.erase(record.schema);
}

void Catalog::drop_reservation(const std::string& subject, int32_t version) {
  Subject* reserved = find_in(reserved_, subject);
  if (reserved == nullptr) return;
  reserved->erase(version);
  if (reserved->empty()) reserved_.erase(subject);
}

int32_t Catalog::next_version(const std::string& subject) const {
  int32_t highest = 0;
  for (const auto* map : {&subjects_, &reserved_}) {
    const Subject* versions = find_in(*map, subject);
    if (versions != nullptr && !versions->empty())
      highest = std::max(highest, versions->rbegin()->first);
  }
  return highest + 1;
}

bool Catalog::has_subject(const std::string& subject, Versions which) const {
  const Subject* found = find_in(subjects_, subject);
  return found != nullptr && std::any_of(found->begin(), found->end(), [&](const auto& item) {
           return is_wanted(item.second.record, which);
         });
}

std::vector<std::string> Catalog::subjects(Versions which) const {
  std::vector<std::string> names;
  for (const auto& [name, versions] : subjects_) {
    if (has_subject(name, which)) names.push_back(name);
  }
  return names;
}

std::vector<int32_t> Catalog::versions(const std::string& subject, Versions which) const {
  std::vector<int32_t> numbers;
  const Subject* found = find_in(subjects_, subject);
  if (found == nullptr) return numbers;
  for (const auto& [number, entry] : *found) {
    if (is_wanted(entry.record, which)) numbers.push_back(number);
  }
  return numbers;
}

const SchemaRecord* Catalog::version(const std::string& subject, int32_t version,
                                     Versions which) const {
  const Subject* found = find_in(subjects_, subject);
  const Entry* entry = found == nullptr ? nullptr : find_in(*found, version);
  return entry != nullptr && is_wanted(entry->record, which) ? &entry->record : nullptr;
}

const SchemaRecord* Catalog::latest(const std::string& subject) const {
  const Subject* found = find_in(subjects_, subject);
  if (found == nullptr) return nullptr;
  for (auto it = found->rbegin(); it != found->rend(); ++it) {
    if (!it->second.record.deleted) return &it->second.record;
  }
  return nullptr;
}

const SchemaRecord* Catalog::by_id(SchemaId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second.record;
}

}  // namespace weir::registry::model
