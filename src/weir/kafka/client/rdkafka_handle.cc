#include "weir/kafka/client/rdkafka_handle.h"

#include <fmt/format.h>

#include <atomic>

#include "weir/base/log.h"
#include "weir/io/clock.h"
#include "weir/io/thread.h"

namespace weir::kafka::client {
namespace {

constexpr Logger kLog("kafka.client");

// Lets the first lines of each span of time through and counts the rest. Shared.
class LogLimit {
 public:
  // True when the line may be written; then `suppressed` is how many were dropped since the last
  // one.
  bool pass(SteadyTime now, uint64_t& suppressed) {
    const MutexLock lock(mutex_);
    if (now - window_start_ > kWindow) {
      window_start_ = now;
      lines_ = 0;
    }
    if (++lines_ > kLines) {
      ++suppressed_;
      return false;
    }
    suppressed = std::exchange(suppressed_, 0);
    return true;
  }

 private:
  static constexpr std::chrono::seconds kWindow{10};
  static constexpr int kLines = 10;
  Mutex mutex_;
  SteadyTime window_start_ WEIR_GUARDED_BY(mutex_);
  int lines_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t suppressed_ WEIR_GUARDED_BY(mutex_) = 0;
};

void log_callback(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  static LogLimit limit;
  uint64_t suppressed = 0;
  if (!limit.pass(io::real_clock().steady_now(), suppressed)) return;
  const std::string_view name = client != nullptr ? rd_kafka_name(client) : "?";
  if (suppressed > 0)
    kLog.warning("log lines were dropped to keep the rate down", {{"lines", suppressed}});
  // Syslog's levels: 3 and below are errors. A lost connection is one of them here, yet it heals by
  // itself.
  if (level <= 2) {
    kLog.error(text, {{"client", name}, {"facility", facility}});
  } else if (level <= 4) {
    kLog.warning(text, {{"client", name}, {"facility", facility}});
  } else {
    kLog.debug(text, {{"client", name}, {"facility", facility}});
  }
}

HandleContext& context_of(void* opaque) { return *static_cast<HandleContext*>(opaque); }

void error_callback(rd_kafka_t*, int code, const char* text, void* opaque) {
  context_of(opaque).on_error(static_cast<rd_kafka_resp_err_t>(code), text);
}

rd_kafka_resp_err_t on_thread_start(rd_kafka_t*, rd_kafka_thread_type_t, const char*,
                                    void* opaque) {
  io::set_thread_name(context_of(opaque).label());
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_response(rd_kafka_t*, int, const char*, int32_t, int16_t, int16_t, int32_t,
                                size_t, int64_t, rd_kafka_resp_err_t code, void* opaque) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) context_of(opaque).on_response();
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void* opaque, char*,
                           size_t) {
  rd_kafka_interceptor_add_on_thread_start(client, "weir", on_thread_start, opaque);
  rd_kafka_interceptor_add_on_response_received(client, "weir", on_response, opaque);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// What holds for every client, with the reason where librdkafka 2.0.2's default is wrong for us.
Properties common_properties(const ClientOptions& options) {
  return {
      {"bootstrap.servers", options.brokers},
      {"client.id", options.label},
      {"socket.nagle.disable", "true"},  // 2.0.2 waits up to 40 ms for an acknowledgement otherwise
      {"socket.keepalive.enable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},  // the default of 10 s delays recovery for nothing
      {"topic.metadata.refresh.fast.interval.ms", "100"},
      {"log.connection.close", "false"},  // idle connections end in normal operation
      {"api.version.request.timeout.ms", "5000"},
  };
}

Status set_properties(rd_kafka_conf_t* conf, const Properties& properties) {
  char reason[512];
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof(reason)) !=
        RD_KAFKA_CONF_OK) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("Kafka client property {}: {}", name, reason));
    }
  }
  return {};
}

}  // namespace

void RdDeleter::operator()(rd_kafka_t* client) const {
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

Error to_error(rd_kafka_resp_err_t code, std::string_view context) {
  return to_error(code, context, rd_kafka_err2str(code));
}

Error to_error(rd_kafka_resp_err_t code, std::string_view context, std::string_view detail) {
  ErrorCode ours = ErrorCode::internal;
  switch (code) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
      ours = ErrorCode::not_found;
      break;
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
      ours = ErrorCode::timeout;
      break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
    case RD_KAFKA_RESP_ERR__DESTROY:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
      ours = ErrorCode::unavailable;
      break;
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
      ours = ErrorCode::invalid_argument;
      break;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      ours = ErrorCode::already_exists;
      break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP:
    case RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_TOPIC_DELETION_DISABLED:
      ours = ErrorCode::refused;
      break;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
      ours = ErrorCode::corrupt;
      break;
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
      ours = ErrorCode::unsupported;
      break;
    default:
      break;  // some two hundred codes: what is not named above is nothing a caller can act on
  }
  return Error(ours, fmt::format("{}: {} ({})", context, detail, rd_kafka_err2name(code)));
}

std::string to_string(const ConnectionState& state) {
  if (state.reachable) return "broker reachable";
  return fmt::format("broker unreachable since {}: {}", format_utc(state.since), state.reason);
}

HandleContext::HandleContext(std::string label)
    : label_(std::move(label)), since_(io::real_clock().now()) {}

ConnectionState HandleContext::connection() const {
  const MutexLock lock(mutex_);
  const bool reachable = reachable_.load(std::memory_order_relaxed);
  return {.reachable = reachable, .since = since_, .reason = reachable ? "" : last_failure_};
}

void HandleContext::on_response() {
  if (reachable_.load(std::memory_order_relaxed)) return;
  const MutexLock lock(mutex_);
  reachable_.store(true, std::memory_order_relaxed);
  since_ = io::real_clock().now();
}

void HandleContext::on_error(rd_kafka_resp_err_t code, std::string_view text) {
  const MutexLock lock(mutex_);
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    last_failure_ = text;
    return;
  }
  if (last_failure_.empty()) last_failure_ = text;
  if (reachable_.exchange(false)) since_ = io::real_clock().now();
}

Result<RdHandle> RdHandle::make(rd_kafka_type_t type, const ClientOptions& options,
                                const Properties& properties, int events,
                                std::shared_ptr<HandleContext> context) {
  const auto destroy = [](rd_kafka_conf_t* conf) { rd_kafka_conf_destroy(conf); };
  std::unique_ptr<rd_kafka_conf_t, decltype(destroy)> conf(rd_kafka_conf_new(), destroy);
  WEIR_TRY(set_properties(conf.get(), common_properties(options)));
  WEIR_TRY(set_properties(conf.get(), properties));
  WEIR_TRY(set_properties(conf.get(), options.properties));
  rd_kafka_conf_set_opaque(conf.get(), context.get());
  rd_kafka_conf_set_log_cb(conf.get(), log_callback);
  if ((events & RD_KAFKA_EVENT_ERROR) == 0) rd_kafka_conf_set_error_cb(conf.get(), error_callback);
  rd_kafka_conf_set_events(conf.get(), events);
  rd_kafka_conf_interceptor_add_on_new(conf.get(), "weir", on_new, context.get());

  char reason[512];
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof(reason));
  if (client == nullptr) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("cannot make a Kafka client: {}", reason));
  }
  conf.release();  // the client owns it now
  RdHandle handle;
  handle.context_ = std::move(context);
  handle.client_.reset(client);
  return handle;
}

}  // namespace weir::kafka::client
