#include "weir/web/api/query_source.h"

#include <fmt/format.h>

#include "weir/base/json.h"
#include "weir/facility/addresses.h"
#include "weir/io/file_system.h"
#include "weir/io/http_client.h"
#include "weir/io/http_server.h"
#include "weir/web/api/summary_json.h"

namespace weir::web::api {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kProbeDeadline{2000};
constexpr milliseconds kQueryDeadline{600000};

class LocalSource : public QuerySource {
 public:
  explicit LocalSource(std::unique_ptr<store::Reader> reader) : reader_(std::move(reader)) {}

  Result<std::vector<store::TopicSummary>> topics() override { return reader_->topics(); }
  Result<store::TopicDescription> describe(const std::string& topic) override {
    return reader_->describe(topic);
  }
  Status query(const store::Query& query, RowText format,
               const std::function<Status(BytesView)>& sink) override {
    WEIR_TRY_ASSIGN(store::Cursor cursor, reader_->query(query));
    return write_rows(cursor, format, sink);
  }

 private:
  const std::unique_ptr<store::Reader> reader_;
};

ErrorCode to_error_code(int status) {
  switch (status) {
    case 400:
      return ErrorCode::invalid_argument;
    case 404:
      return ErrorCode::not_found;
    case 503:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::internal;
  }
}

// {"error": "…"} becomes the error that it was.
Error to_error(const io::HttpReply& reply) {
  const Result<Json> json = Json::parse(reply.body);
  const std::string* text = json ? json->find_string("error") : nullptr;
  return Error(to_error_code(reply.status),
               text != nullptr ? *text : fmt::format("HTTP {}", reply.status));
}

class RemoteSource : public QuerySource {
 public:
  explicit RemoteSource(std::string url) : url_(std::move(url)) {}

  Status probe() {
    WEIR_TRY(client_.call({.url = url_ + "/healthz", .deadline = kProbeDeadline}));
    return {};
  }

  Result<std::vector<store::TopicSummary>> topics() override {
    WEIR_TRY_ASSIGN(const Json json, get("/api/v1/topics"));
    std::vector<store::TopicSummary> topics;
    if (const Json* list = json.find("topics")) {
      for (const Json& topic : list->items()) {
        WEIR_TRY_ASSIGN(store::TopicSummary summary, parse_summary(topic));
        topics.push_back(std::move(summary));
      }
    }
    return topics;
  }

  Result<store::TopicDescription> describe(const std::string& topic) override {
    WEIR_TRY_ASSIGN(const Json json, get("/api/v1/topics/" + io::percent_encode(topic)));
    return parse_description(json);
  }

  Status query(const store::Query& query, RowText format,
               const std::function<Status(BytesView)>& sink) override {
    Status written;
    const auto take = [&](BytesView piece) {
      written = sink(piece);
      return written.has_value();
    };
    const Result<io::HttpReply> reply =
        client_.stream({.url = url_ + path_of(query, format), .deadline = kQueryDeadline}, take);
    WEIR_TRY(written);
    if (!reply) return Error(reply.error());
    if (reply->status != 200) return to_error(*reply);
    return {};
  }

 private:
  static std::string path_of(const store::Query& query, RowText format) {
    std::string path =
        fmt::format("/api/v1/query?topic={}&format={}", io::percent_encode(query.topic),
                    format == RowText::csv ? "csv" : "jsonl");
    for (const std::string& field : query.fields) path += "&fields=" + io::percent_encode(field);
    if (query.from != Timestamp::min())
      path += "&from=" + io::percent_encode(format_utc(query.from));
    if (query.to != Timestamp::max()) path += "&to=" + io::percent_encode(format_utc(query.to));
    if (query.limit != store::Query().limit) path += fmt::format("&limit={}", query.limit);
    if (query.order == store::Order::newest_first) path += "&order=newest";
    return path;
  }

  Result<Json> get(const std::string& path) {
    WEIR_TRY_ASSIGN(const io::HttpReply reply,
                    client_.call({.url = url_ + path, .deadline = kQueryDeadline}));
    if (reply.status != 200) return to_error(reply);
    return Json::parse(reply.body);
  }

  const std::string url_;
  io::HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<QuerySource>> QuerySource::open(const QueryTarget& target,
                                                       io::FileSystem& files) {
  if (!target.server_url.empty()) {
    auto remote = std::make_unique<RemoteSource>(target.server_url);
    WEIR_TRY(remote->probe());
    return std::unique_ptr<QuerySource>(std::move(remote));
  }
  const Result<facility::Addresses> addresses = facility::read_addresses(files, target.data_folder);
  if (addresses) {
    auto remote = std::make_unique<RemoteSource>(addresses->api);
    // It may have died without a word; then its file is stale and the store is there to read.
    if (remote->probe()) return std::unique_ptr<QuerySource>(std::move(remote));
  }
  Result<std::unique_ptr<store::Reader>> reader =
      store::Reader::open(facility::store_path(target.data_folder), files);
  if (!reader && reader.error().code() == ErrorCode::not_found) {
    return Error(
        ErrorCode::not_found,
        fmt::format("no `weir up` runs on {} and it holds no store; name another folder with "
                    "--data, or start `weir up --data {}`",
                    target.data_folder, target.data_folder));
  }
  if (!reader) return Error(reader.error());
  return std::unique_ptr<QuerySource>(std::make_unique<LocalSource>(std::move(*reader)));
}

}  // namespace weir::web::api
