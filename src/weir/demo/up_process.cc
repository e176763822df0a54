#include "weir/demo/up_process.h"

#include <fmt/format.h>

#include <thread>

#include "weir/io/file_system.h"

namespace weir::demo {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kReadyDeadline{120};
constexpr std::chrono::seconds kStopDeadline{60};
constexpr milliseconds kCallDeadline{10000};
constexpr milliseconds kPollInterval{20};
constexpr size_t kLogEnd = 2000;

}  // namespace

Result<std::unique_ptr<UpProcess>> UpProcess::start(const UpOptions& options, io::FileSystem& files,
                                                    Clock& clock) {
  WEIR_TRY_ASSIGN(const std::string program, io::program_path());
  std::vector<std::string> arguments = {
      program,      "up", "--data", options.data, "--listen", "127.0.0.1:0", "--registry-listen",
      "127.0.0.1:0"};
  for (const std::string& path : options.interfaces) {
    arguments.push_back("--interfaces");
    arguments.push_back(path);
  }
  if (options.brokers.empty()) {
    arguments.insert(arguments.end(), {"--kafka-listen", "127.0.0.1:0"});
  } else {
    arguments.insert(arguments.end(), {"--brokers", options.brokers, "--start", "latest"});
  }
  const std::string log_path = options.data + ".log";
  WEIR_TRY_ASSIGN(io::ChildProcess process, io::ChildProcess::start(arguments, log_path));
  std::unique_ptr<UpProcess> up(new UpProcess(std::move(process), log_path, files));
  WEIR_TRY(up->wait_until_ready(options, clock));
  return up;
}

bool UpProcess::ready(const UpOptions& options) {
  const Result<facility::Addresses> addresses = facility::read_addresses(files_, options.data);
  if (!addresses || addresses->pid != process_.pid()) return false;
  addresses_ = *addresses;
  const Result<io::HttpReply> reply =
      client_.call({.url = addresses_.api + "/readyz", .deadline = kCallDeadline});
  return reply && reply->status == 200;
}

Status UpProcess::wait_until_ready(const UpOptions& options, Clock& clock) {
  const SteadyTime deadline = clock.steady_now() + kReadyDeadline;
  while (!ready(options)) {
    if (process_.exit_code()) return ended("`weir up` ended at its start");
    if (clock.steady_now() > deadline) return ended("`weir up` did not get ready");
    std::this_thread::sleep_for(kPollInterval);
  }
  return {};
}

Result<Json> UpProcess::status() {
  const Result<io::HttpReply> reply =
      client_.call({.url = addresses_.api + "/api/v1/status", .deadline = kCallDeadline});
  if (process_.exit_code()) return ended("`weir up` ended");
  if (!reply) return Error(reply.error());
  return Json::parse(reply->body);
}

Status UpProcess::stop() {
  process_.terminate();
  WEIR_TRY_ASSIGN(const int code, process_.wait(kStopDeadline));
  if (code != 0) return ended(fmt::format("`weir up` ended with {}", code));
  return {};
}

Error UpProcess::ended(std::string_view what) {
  Result<Bytes> log = io::read_file(files_, log_path_);
  const std::string text = log ? *log : "";
  return Error(ErrorCode::unavailable,
               fmt::format("{}; the end of {}:\n{}", what, log_path_,
                           text.substr(text.size() - std::min(text.size(), kLogEnd))));
}

}  // namespace weir::demo
