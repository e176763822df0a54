#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "weir/avro/schema.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/registry/model/wire_format.h"

namespace weir::registry::client {

using model::SchemaId;

struct RegistryClientOptions {
  std::vector<std::string> urls =
      {};  // "http://host:8081"; the next one is tried when one does not answer
  // Further headers of every request, e.g. {"Authorization", "Bearer …"}. Not logged.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::chrono::milliseconds request_timeout{5000};
  int attempts = 4;                               // of all urls, before `unavailable` is returned
  std::chrono::milliseconds first_pause{100};     // between attempts; doubles, with jitter,
  std::chrono::milliseconds longest_pause{2000};  // up to this
  // So long an id that the registry does not know is not asked for again.
  std::chrono::milliseconds unknown_id_memory{30'000};
};

// Asks a schema registry for schemas by id and registers schemas, with Confluent's REST interface.
// What was learnt once is kept for good (ids never change their schema). Concurrent questions for
// one id become one request. Blocking; shared. Errors: `not_found` = unknown id (remembered for a
// while), `refused` = the registry does not take the schema, `unavailable` and `timeout` = no
// answer from any url after all attempts.
//
//   RegistryClient client({.urls = {"http://127.0.0.1:8081"}});
//   WEIR_TRY_ASSIGN(SchemaId id, client.register_schema("lsst.sal.Dome-value", schema));
//   WEIR_TRY_ASSIGN(avro::Schema schema, client.schema(id));
class RegistryClient {
 public:
  explicit RegistryClient(RegistryClientOptions options);
  RegistryClient(RegistryClientOptions options, Clock& clock);
  ~RegistryClient();
  RegistryClient(const RegistryClient&) = delete;
  RegistryClient& operator=(const RegistryClient&) = delete;

  Result<avro::Schema> schema(SchemaId id);
  // The id of the schema in that subject; registers it if it is not there.
  Result<SchemaId> register_schema(const std::string& subject, const avro::Schema& schema);
  // Many at once, over several connections; ids in the order of the question. The first error is
  // returned.
  struct Registration {
    std::string subject;
    avro::Schema schema;
  };
  Result<std::vector<SchemaId>> register_schemas(const std::vector<Registration>& registrations);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace weir::registry::client
