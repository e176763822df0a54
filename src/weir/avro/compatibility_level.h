#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/avro/compatibility.h"

namespace weir::avro {

// What a new version of a schema is held to: BACKWARD, that it reads the newest older version's
// data; FORWARD, that the newest older version reads its data; FULL, both. The transitive forms
// hold it to all older versions.
enum class CompatibilityLevel : uint8_t {
  none,
  backward,
  backward_transitive,
  forward,
  forward_transitive,
  full,
  full_transitive
};

// As registries spell it: "BACKWARD_TRANSITIVE", …
std::string_view to_string(CompatibilityLevel level);
// The level of that spelling, in capitals or not; nothing for any other text.
std::optional<CompatibilityLevel> parse_compatibility_level(std::string_view text);

// A version that exists. The number is for messages; without one they do not mention it.
struct OlderVersion {
  Schema schema;
  std::optional<int> number;
};

// The older version that a new schema does not go with, and why.
struct VersionConflict {
  size_t older = 0;  // index in the list of older versions
  // Why the older version cannot read what the new one writes (FORWARD and FULL), and the other way
  // round (BACKWARD and FULL). One of them is not empty.
  std::vector<Incompatibility> older_reads_new;
  std::vector<Incompatibility> new_reads_older;
};

// Compares a new schema with older versions (oldest first) as the level asks: from the newest to
// the oldest, up to the first that conflicts. Nothing when there is none. Errors are those of
// `find_incompatibilities`.
Result<std::optional<VersionConflict>> find_conflict(CompatibilityLevel level, const Schema& schema,
                                                     std::span<const OlderVersion> older,
                                                     const ComparisonLimits& limits = {});

// Who reads, for the wording.
enum class Reader : uint8_t { new_schema, old_schema };

// One incompatibility in the form of registries: {errorType:'…', description:'…',
// additionalInfo:'…'}.
std::string describe(const Incompatibility& incompatibility, Reader reader);

struct ConflictReport {
  CompatibilityLevel level = CompatibilityLevel::none;
  bool validate_fields = false;  // the subject's setting of that name, only to be mentioned
};

// A conflict as the messages that registries answer: each incompatibility, what the old reader says
// first; then {oldSchemaVersion: …} and {oldSchema: '…'}, the text cut after 10,240 UTF-16 units
// (both left out when only the old schema is the one that cannot read and the level is FULL, as
// other registries do); then {validateFields: '…', compatibility: '…'}.
std::vector<std::string> describe(const VersionConflict& conflict,
                                  std::span<const OlderVersion> older,
                                  const ConflictReport& report);

}  // namespace weir::avro
