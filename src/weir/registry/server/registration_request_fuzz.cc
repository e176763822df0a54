// Any request body and any Accept header.
#include "weir/registry/server/registration_request.h"
#include "weir/registry/server/rest_api.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::registry::server;
  const std::string input(reinterpret_cast<const char*>(data), size);
  weir::io::HttpRequest request;
  request.body = input;
  (void)parse_registration(request, "s");
  request.body = "{\"schema\":" + input + "}";
  (void)parse_registration(request, "s");
  (void)negotiate(input);
  return 0;
}
