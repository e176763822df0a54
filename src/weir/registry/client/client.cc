#include "weir/registry/client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <unordered_map>

#include "weir/base/json.h"
#include "weir/base/log.h"
#include "weir/base/mutex.h"
#include "weir/io/clock.h"
#include "weir/io/http_client.h"
#include "weir/io/http_server.h"
#include "weir/io/thread.h"

namespace weir::registry::client {
namespace {

constexpr Logger kLog("registry.client");
constexpr std::string_view kContentType = "application/vnd.schemaregistry.v1+json";
constexpr size_t kParallelRegistrations = 16;
constexpr size_t kRememberedUnknownIds = 10'000;
constexpr avro::SchemaOptions kTolerant{.mode = avro::SchemaOptions::Mode::lenient};

bool is_retriable(int status) { return status >= 500 || status == 408 || status == 429; }

// What an answer other than 2xx means to the caller.
Error refusal(const io::HttpReply& reply, std::string_view what) {
  std::string reason = fmt::format("status {}", reply.status);
  if (const auto body = Json::parse(reply.body); body && body->is_object()) {
    const std::string* message = body->find_string("message");
    reason = fmt::format("{} (code {})", message != nullptr ? *message : reason,
                         body->find_int64("error_code").value_or(reply.status));
  }
  const ErrorCode code = is_retriable(reply.status) ? ErrorCode::unavailable
                         : reply.status == 404      ? ErrorCode::not_found
                                                    : ErrorCode::refused;
  return Error(code, fmt::format("registry: {}: {}", what, reason));
}

Result<avro::Schema> schema_in(const io::HttpReply& reply, SchemaId id) {
  const auto malformed = [&](std::string_view what) {
    return Error(ErrorCode::corrupt, fmt::format("registry: schema {}: {}", id, what));
  };
  const auto body = Json::parse(reply.body);
  if (!body || !body->is_object()) return malformed("the answer is no JSON object");
  const std::string* type = body->find_string("schemaType");
  if (type != nullptr && *type != "AVRO") {
    return Error(ErrorCode::unsupported,
                 fmt::format("registry: schema {} is of type {}, not AVRO", id, *type));
  }
  const std::string* text = body->find_string("schema");
  if (text == nullptr) return malformed("the answer holds no schema");
  auto schema = avro::parse_schema(*text, kTolerant);
  if (!schema) return malformed(schema.error().message());
  return schema;
}

}  // namespace

class RegistryClient::Core {
 public:
  Core(RegistryClientOptions options, Clock& clock)
      : options_(std::move(options)), clock_(clock), random_(std::random_device{}()) {}

  Result<avro::Schema> schema(SchemaId id);
  Result<SchemaId> register_schema(const std::string& subject, const avro::Schema& schema);

 private:
  // A question for an id that is under way: whoever asks for the same id meanwhile waits for it.
  struct Question {
    std::optional<Result<avro::Schema>> answer;
  };

  Result<avro::Schema> ask_for_schema(SchemaId id);
  Result<io::HttpReply> request(const std::string& method, const std::string& path,
                                const Bytes& body);
  Result<io::HttpReply> request_once(io::HttpClient& http, io::HttpCall call,
                                     const std::string& path);
  std::unique_ptr<io::HttpClient> take_connection();
  void give_back(std::unique_ptr<io::HttpClient> connection);
  std::chrono::milliseconds pause_after(int attempt);
  void remember_unknown(SchemaId id) WEIR_REQUIRES(mutex_);

  const RegistryClientOptions options_;
  Clock& clock_;
  std::atomic<size_t> preferred_url_ = 0;

  Mutex mutex_;
  CondVar answered_;
  std::unordered_map<SchemaId, avro::Schema> schemas_ WEIR_GUARDED_BY(mutex_);
  std::unordered_map<SchemaId, SteadyTime> unknown_ WEIR_GUARDED_BY(mutex_);  // until when
  std::unordered_map<SchemaId, std::shared_ptr<Question>> questions_ WEIR_GUARDED_BY(mutex_);
  std::unordered_map<std::string, SchemaId> ids_
      WEIR_GUARDED_BY(mutex_);  // subject, newline, schema
  std::vector<std::unique_ptr<io::HttpClient>> idle_ WEIR_GUARDED_BY(mutex_);
  std::minstd_rand random_ WEIR_GUARDED_BY(mutex_);
};

Result<avro::Schema> RegistryClient::Core::schema(SchemaId id) {
  std::shared_ptr<Question> question;
  {
    const MutexLock lock(mutex_);
    if (const auto known = schemas_.find(id); known != schemas_.end()) return known->second;
    if (const auto unknown = unknown_.find(id); unknown != unknown_.end()) {
      if (clock_.steady_now() < unknown->second) {
        return Error(ErrorCode::not_found,
                     fmt::format("registry: schema {} was not there when asked last", id));
      }
      unknown_.erase(unknown);
    }
    if (const auto asked = questions_.find(id); asked != questions_.end()) {
      question = asked->second;
      while (!question->answer) answered_.wait(mutex_);
      return *question->answer;
    }
    question = std::make_shared<Question>();
    questions_.emplace(id, question);
  }
  auto answer = ask_for_schema(id);
  const MutexLock lock(mutex_);
  if (answer) schemas_.emplace(id, *answer);
  if (!answer && answer.error().code() == ErrorCode::not_found) remember_unknown(id);
  question->answer = answer;
  questions_.erase(id);
  answered_.notify_all();
  return answer;
}

void RegistryClient::Core::remember_unknown(SchemaId id) {
  const SteadyTime now = clock_.steady_now();
  if (unknown_.size() >= kRememberedUnknownIds) {
    std::erase_if(unknown_, [&](const auto& item) { return item.second <= now; });
    if (unknown_.size() >= kRememberedUnknownIds) unknown_.clear();
  }
  unknown_[id] = now + options_.unknown_id_memory;
}

Result<avro::Schema> RegistryClient::Core::ask_for_schema(SchemaId id) {
  WEIR_TRY_ASSIGN(const io::HttpReply reply,
                  request("GET", fmt::format("/schemas/ids/{}", id), ""));
  if (reply.status / 100 != 2) return refusal(reply, fmt::format("schema {}", id));
  return schema_in(reply, id);
}

Result<SchemaId> RegistryClient::Core::register_schema(const std::string& subject,
                                                       const avro::Schema& schema) {
  const std::string text = schema.to_string();
  const std::string key = subject + '\n' + text;
  {
    const MutexLock lock(mutex_);
    if (const auto known = ids_.find(key); known != ids_.end()) return known->second;
  }
  Json body = Json::object();
  body.set("schema", text);
  WEIR_TRY_ASSIGN(const io::HttpReply reply,
                  request("POST", fmt::format("/subjects/{}/versions", io::percent_encode(subject)),
                          body.print()));
  if (reply.status / 100 != 2) return refusal(reply, fmt::format("subject '{}'", subject));
  const auto answer = Json::parse(reply.body);
  const auto id = answer ? answer->find_int64("id") : std::nullopt;
  if (!id || *id < 1 || *id > INT32_MAX) {
    return Error(ErrorCode::corrupt,
                 fmt::format("registry: subject '{}': the answer holds no id", subject));
  }
  const MutexLock lock(mutex_);
  ids_[key] = static_cast<SchemaId>(*id);
  schemas_.try_emplace(static_cast<SchemaId>(*id), schema);
  return static_cast<SchemaId>(*id);
}

Result<io::HttpReply> RegistryClient::Core::request(const std::string& method,
                                                    const std::string& path, const Bytes& body) {
  if (options_.urls.empty())
    return Error(ErrorCode::invalid_argument, "registry: no url was given");
  io::HttpCall call{.method = method,
                    .url = {},
                    .body = body,
                    .headers = options_.headers,
                    .deadline = options_.request_timeout};
  call.headers.emplace_back("Accept", kContentType);
  if (!body.empty()) call.headers.emplace_back("Content-Type", kContentType);
  auto connection = take_connection();
  Result<io::HttpReply> outcome = Error(ErrorCode::internal, "registry: not asked");
  for (int attempt = 0; attempt < options_.attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(pause_after(attempt - 1));
    outcome = request_once(*connection, call, path);
    if (outcome || !outcome.error().retriable()) break;
    kLog.debug("a registry did not answer",
               {{"attempt", attempt + 1}, {"reason", outcome.error().message()}});
  }
  give_back(std::move(connection));
  return outcome;
}

// Asks each url, beginning with the one that answered last.
Result<io::HttpReply> RegistryClient::Core::request_once(io::HttpClient& http, io::HttpCall call,
                                                         const std::string& path) {
  Result<io::HttpReply> outcome = Error(ErrorCode::internal, "registry: not asked");
  const size_t first = preferred_url_;
  for (size_t i = 0; i < options_.urls.size(); ++i) {
    const size_t at = (first + i) % options_.urls.size();
    call.url = options_.urls[at] + path;
    outcome = http.call(call);
    if (outcome && is_retriable(outcome->status)) outcome = refusal(*outcome, options_.urls[at]);
    if (outcome || !outcome.error().retriable()) {
      preferred_url_ = at;
      return outcome;
    }
  }
  return outcome;
}

std::unique_ptr<io::HttpClient> RegistryClient::Core::take_connection() {
  const MutexLock lock(mutex_);
  if (idle_.empty()) return std::make_unique<io::HttpClient>();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void RegistryClient::Core::give_back(std::unique_ptr<io::HttpClient> connection) {
  const MutexLock lock(mutex_);
  if (idle_.size() < kParallelRegistrations) idle_.push_back(std::move(connection));
}

// Doubles per attempt, and takes between half of that and all of it, so that clients do not march
// in step.
std::chrono::milliseconds RegistryClient::Core::pause_after(int attempt) {
  const int64_t full = std::min<int64_t>(options_.longest_pause.count(),
                                         options_.first_pause.count() << std::min(attempt, 20));
  const MutexLock lock(mutex_);
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(full / 2, full)(random_));
}

RegistryClient::RegistryClient(RegistryClientOptions options)
    : RegistryClient(std::move(options), io::real_clock()) {}
RegistryClient::RegistryClient(RegistryClientOptions options, Clock& clock)
    : core_(std::make_unique<Core>(std::move(options), clock)) {}
RegistryClient::~RegistryClient() = default;

Result<avro::Schema> RegistryClient::schema(SchemaId id) { return core_->schema(id); }

Result<SchemaId> RegistryClient::register_schema(const std::string& subject,
                                                 const avro::Schema& schema) {
  return core_->register_schema(subject, schema);
}

Result<std::vector<SchemaId>> RegistryClient::register_schemas(
    const std::vector<Registration>& registrations) {
  std::vector<SchemaId> ids(registrations.size());
  std::atomic<size_t> next = 0;
  Mutex mutex;
  std::optional<Error> first_error;
  const auto work = [&] {
    for (size_t i = next++; i < registrations.size(); i = next++) {
      const auto id = core_->register_schema(registrations[i].subject, registrations[i].schema);
      if (id) {
        ids[i] = *id;
        continue;
      }
      const MutexLock lock(mutex);
      if (!first_error) first_error = id.error();
      next = registrations.size();
    }
  };
  std::vector<std::thread> workers;
  for (size_t i = 1; i < std::min(registrations.size(), kParallelRegistrations); ++i) {
    workers.emplace_back([&] {
      io::set_thread_name("registry");
      work();
    });
  }
  work();
  for (std::thread& worker : workers) worker.join();
  if (first_error) return *first_error;
  return ids;
}

}  // namespace weir::registry::client
