#include "weir/registry/server/registry.h"

#include "weir/base/log.h"
#include "weir/io/http_server.h"
#include "weir/registry/server/rest_api.h"
#include "weir/registry/server/schema_store.h"

namespace weir::registry::server {
namespace {

constexpr Logger kLog("registry");

}  // namespace

// In the order of their making: the HTTP server goes first, then the store answers what is left.
class Registry::Running {
 public:
  explicit Running(std::unique_ptr<SchemaStore> store) : store_(std::move(store)), api_(*store_) {}

  Status listen(const RegistryOptions& options) {
    WEIR_TRY_ASSIGN(http_,
                    io::HttpServer::start(
                        {.host = options.host, .port = options.port, .thread_name = options.label},
                        [this](io::HttpRequest request, io::HttpResponder responder) {
                          api_.handle(request, std::move(responder));
                        }));
    kLog.info("listening", {{"url", http_->url()}, {"topic", options.topic}});
    return {};
  }

  const io::HttpServer& http() const { return *http_; }

 private:
  std::unique_ptr<SchemaStore> store_;
  RestApi api_;
  std::unique_ptr<io::HttpServer> http_;
};

Registry::Registry(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Registry::~Registry() = default;

Result<std::unique_ptr<Registry>> Registry::start(RegistryOptions options, const Clock& clock) {
  WEIR_TRY_ASSIGN(auto store, SchemaStore::open(options, clock));
  auto running = std::make_unique<Running>(std::move(store));
  WEIR_TRY(running->listen(options));
  return std::unique_ptr<Registry>(new Registry(std::move(running)));
}

uint16_t Registry::port() const { return running_->http().port(); }
std::string Registry::url() const { return running_->http().url(); }

}  // namespace weir::registry::server
