#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::io {

struct HttpCall {
  std::string method = "GET";
  std::string url;
  Bytes body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::chrono::milliseconds deadline{10000};  // for the whole call
};

struct HttpReply {
  int status = 0;
  std::string content_type = {};
  Bytes body = {};
};

// Calls HTTP servers and keeps connections alive between calls (libcurl). An answer of any status
// is a success here; `unavailable` = no connection or a broken one, `timeout` = the deadline
// passed. Confined.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpReply> call(const HttpCall& call);
  // The same, but hands the body of a 200 answer piece by piece to `sink` as it comes; the body of
  // any other answer is in the reply. The sink returns false to give up (`unavailable`).
  Result<HttpReply> stream(const HttpCall& call, const std::function<bool(BytesView)>& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::io
