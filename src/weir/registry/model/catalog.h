#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weir/base/result.h"
#include "weir/registry/model/schema_record.h"

namespace weir::registry::model {

// A schema on its way into the registry, parsed once: `canonical` decides what is the same schema.
struct Candidate {
  std::string canonical = {};

  // `invalid_argument` when the text is no Avro schema. Names outside Avro's alphabet are taken, as
  // old generators wrote them.
  static Result<Candidate> parse(std::string_view text);
};

// Which versions are meant: softly deleted ones are still there when asked for.
enum class Versions { live, live_and_deleted };

// All subjects, versions and ids in memory: what reading `_schemas` from its beginning yields.
// Decides which id and version a schema gets, and keeps what it decided (`reserve`) apart until the
// record comes back from the topic. Ids are never given twice. Confined (the server guards it with
// one mutex).
class Catalog {
 public:
  // Where a schema is, or will be.
  struct Place {
    SchemaId id = 0;
    int32_t version = 0;
  };

  // Applies what a record of the topic says. `refused`: it contradicts what is known (an id with
  // two schemas) and was ignored.
  Status apply(const SchemasEvent& event);

  // The place of the same schema among the live versions of a subject.
  std::optional<Place> find(const std::string& subject, const Candidate& candidate) const;
  // The same among what was reserved and has not come back yet.
  std::optional<Place> find_reserved(const std::string& subject, const Candidate& candidate) const;
  // Gives a schema that is in neither the id that it has elsewhere or the next one, and the
  // subject's next version, and returns the record to be written. `refused` when the ids are used
  // up.
  Result<SchemaRecord> reserve(const std::string& subject, const Candidate& candidate);
  // Forgets a reservation whose record could not be written; its id stays unused.
  void release(const SchemaRecord& record);

  bool has_subject(const std::string& subject, Versions which = Versions::live) const;
  // Sorted.
  std::vector<std::string> subjects(Versions which = Versions::live) const;
  // Ascending; empty when there is no such subject.
  std::vector<int32_t> versions(const std::string& subject, Versions which = Versions::live) const;
  const SchemaRecord* version(const std::string& subject, int32_t version,
                              Versions which = Versions::live) const;
  const SchemaRecord* latest(const std::string& subject) const;
  // Any version with that id, softly deleted ones included.
  const SchemaRecord* by_id(SchemaId id) const;
  SchemaId highest_id() const { return highest_id_; }

 private:
  struct Entry {
    SchemaRecord record;
    std::shared_ptr<const std::string> canonical;
  };
  struct Known {
    std::shared_ptr<const std::string> canonical;
    SchemaRecord record;  // the first version that had the id: what the id means does not change
  };
  using Subject = std::map<int32_t, Entry>;

  Status apply_schema(const SchemaRecord& record);
  void drop_reservation(const std::string& subject, int32_t version);
  int32_t next_version(const std::string& subject) const;

  std::map<std::string, Subject, std::less<>> subjects_;
  std::map<std::string, Subject, std::less<>> reserved_;
  std::unordered_map<SchemaId, Known> by_id_;
  std::unordered_map<std::string, SchemaId> id_of_;  // canonical text to id, reservations included
  SchemaId highest_id_ = 0;
};

}  // namespace weir::registry::model
