#include "weir/web/api/api_server.h"

#include <fmt/format.h>

#include "weir/base/log.h"
#include "weir/facility/facility.h"
#include "weir/io/http_server.h"
#include "weir/io/tcp.h"
#include "weir/metrics/metrics.h"
#include "weir/web/api/query_request.h"
#include "weir/web/api/status_json.h"
#include "weir/web/api/summary_json.h"
#include "weir/web/api/worker_pool.h"

namespace weir::web::api {
namespace {

constexpr Logger kLog("web.api");

int to_http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::already_exists:
    case ErrorCode::refused:
      return 409;
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
      return 503;
    case ErrorCode::unsupported:
      return 501;
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

io::HttpResponse json_response(const Json& json) { return {.body = json.print() + "\n"}; }

io::HttpResponse error_response(const Error& error) {
  Json json = Json::object();
  json.set("error", error.message());
  return {.status = to_http_status(error.code()), .body = json.print() + "\n"};
}

}  // namespace

struct ApiServer::State {
  State(const ApiOptions& options, facility::Facility& of, Clock& time)
      : facility(of), clock(time), workers(options.workers, options.waiting_queries, "api.query") {}

  void handle(io::HttpRequest request, io::HttpResponder reply);
  Result<io::HttpResponse> answer(const io::HttpRequest& request);
  Result<io::HttpResponse> topics(const io::HttpRequest& request);
  void query(const io::HttpRequest& request, io::HttpResponder& reply);

  facility::Facility& facility;
  Clock& clock;
  WorkerPool workers;
  std::unique_ptr<io::HttpServer> server;  // ends first: no request comes to a pool that has gone
};

// On the server's thread: what does not touch the store is answered at once, the rest by a worker.
void ApiServer::State::handle(io::HttpRequest request, io::HttpResponder reply) {
  if (request.method != "GET" && request.method != "HEAD") {
    return reply.send(
        {.status = 405, .body = "{\"error\":\"only GET\"}\n", .headers = {{"Allow", "GET, HEAD"}}});
  }
  if (request.path == "/healthz") return reply.send({.content_type = "text/plain", .body = "ok\n"});
  struct Task {
    io::HttpRequest request;
    io::HttpResponder reply;
  };
  auto task = std::make_shared<Task>(Task{std::move(request), std::move(reply)});
  const bool queued = workers.run([this, task] {
    if (task->request.path == "/api/v1/query") return query(task->request, task->reply);
    const Result<io::HttpResponse> response = answer(task->request);
    task->reply.send(response ? *response : error_response(response.error()));
  });
  if (!queued) {
    task->reply.send(
        error_response(Error(ErrorCode::unavailable, "too many queries at once; try again")));
  }
}

Result<io::HttpResponse> ApiServer::State::answer(const io::HttpRequest& request) {
  const std::string& path = request.path;
  if (path == "/readyz") {
    const facility::FacilityStatus status = facility.status();
    if (status.waiting_for.empty())
      return io::HttpResponse{.content_type = "text/plain", .body = "ready\n"};
    return Error(ErrorCode::unavailable, fmt::format("{}", fmt::join(status.waiting_for, "; ")));
  }
  if (path == "/metrics") {
    return io::HttpResponse{.content_type = "text/plain; version=0.0.4",
                            .body = facility.metrics().to_prometheus()};
  }
  if (path == "/api/v1/status") return json_response(to_json(facility.status()));
  if (path.starts_with("/api/v1/topics")) return topics(request);
  return Error(
      ErrorCode::not_found,
      fmt::format(
          "no such page: {}; there are /api/v1/topics, /api/v1/query, /api/v1/status, /metrics, "
          "/healthz and /readyz",
          path));
}

Result<io::HttpResponse> ApiServer::State::topics(const io::HttpRequest& request) {
  if (request.segments.size() == 4) {
    WEIR_TRY_ASSIGN(const store::TopicDescription topic,
                    facility.reader().describe(request.segments[3]));
    return json_response(to_json(topic));
  }
  WEIR_TRY_ASSIGN(const std::vector<store::TopicSummary> topics, facility.reader().topics());
  Json list = Json::array();
  for (const store::TopicSummary& topic : topics) list.push_back(to_json(topic));
  Json json = Json::object();
  json.set("topics", std::move(list));
  return json_response(json);
}

void ApiServer::State::query(const io::HttpRequest& request, io::HttpResponder& reply) {
  const Result<QueryRequest> wanted = parse_query(request, clock.now());
  if (!wanted) return reply.send(error_response(wanted.error()));
  Result<store::Cursor> cursor = facility.reader().query(wanted->query);
  if (!cursor) return reply.send(error_response(cursor.error()));
  reply.begin({.content_type = std::string(content_type(wanted->format))});
  const Status written =
      write_rows(*cursor, wanted->format, [&](BytesView piece) { return reply.write(piece); });
  // Without `end` the connection breaks off, so that the client does not take a part for the whole.
  if (written) return reply.end();
  kLog.warning("query broke off",
               {{"topic", wanted->query.topic}, {"reason", written.error().message()}});
}

ApiServer::ApiServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ApiServer::~ApiServer() = default;

Result<std::unique_ptr<ApiServer>> ApiServer::start(const ApiOptions& options,
                                                    facility::Facility& facility, Clock& clock) {
  WEIR_TRY_ASSIGN(const io::TcpAddress address, io::TcpAddress::parse(options.listen));
  auto state = std::make_unique<State>(options, facility, clock);
  WEIR_TRY_ASSIGN(
      state->server,
      io::HttpServer::start({.host = address.host, .port = address.port, .thread_name = "api"},
                            [raw = state.get()](io::HttpRequest request, io::HttpResponder reply) {
                              raw->handle(std::move(request), std::move(reply));
                            }));
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(state)));
}

std::string ApiServer::url() const { return state_->server->url(); }

}  // namespace weir::web::api
