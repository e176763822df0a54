#include "weir/io/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <mutex>

namespace weir::io {
namespace {

struct Receiver {
  CURL* handle;
  const std::function<bool(BytesView)>& sink;
  Bytes refusal = {};  // the body of an answer that is not 200
};

size_t on_body(char* data, size_t size, size_t count, void* opaque) {
  auto& receiver = *static_cast<Receiver*>(opaque);
  const BytesView piece(data, size * count);
  long status = 0;
  curl_easy_getinfo(receiver.handle, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return receiver.sink(piece) ? piece.size() : 0;
  receiver.refusal += piece;
  return piece.size();
}

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListDeleter>;

HeaderList header_list(const HttpCall& call) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no extra round trip before a body
  for (const auto& [name, value] : call.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  return HeaderList(list);
}

Error to_error(CURLcode code, const std::string& url, const char* detail) {
  const ErrorCode mapped = code == CURLE_OPERATION_TIMEDOUT     ? ErrorCode::timeout
                           : code == CURLE_URL_MALFORMAT        ? ErrorCode::invalid_argument
                           : code == CURLE_UNSUPPORTED_PROTOCOL ? ErrorCode::invalid_argument
                                                                : ErrorCode::unavailable;
  return Error(mapped,
               fmt::format("{}: {}", url, *detail != '\0' ? detail : curl_easy_strerror(code)));
}

}  // namespace

struct HttpClient::State {
  CURL* handle = nullptr;
  char detail[CURL_ERROR_SIZE] = "";
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->handle = curl_easy_init();
}

HttpClient::~HttpClient() { curl_easy_cleanup(state_->handle); }

Result<HttpReply> HttpClient::call(const HttpCall& call) {
  Bytes body;
  Result<HttpReply> reply = stream(call, [&](BytesView piece) {
    body += piece;
    return true;
  });
  if (reply && reply->status == 200) reply->body = std::move(body);
  return reply;
}

Result<HttpReply> HttpClient::stream(const HttpCall& call,
                                     const std::function<bool(BytesView)>& sink) {
  CURL* handle = state_->handle;
  if (handle == nullptr) return Error(ErrorCode::internal, "libcurl gave no handle");
  curl_easy_reset(handle);  // keeps the connections
  Receiver receiver{handle, sink};
  const HeaderList headers = header_list(call);
  state_->detail[0] = '\0';
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, state_->detail);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  if (call.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.deadline.count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &receiver);
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) return to_error(code, call.url, state_->detail);

  HttpReply reply{.body = std::move(receiver.refusal)};
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  reply.status = static_cast<int>(status);
  if (type != nullptr) reply.content_type = type;
  return reply;
}

}  // namespace weir::io
