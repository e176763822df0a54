#include "weir/broker/handlers/delete_groups.h"

#include <memory>

namespace weir::broker::handlers {
namespace {

// The answers to all groups of a request, which come one by one; the last one sends them.
struct Gathered {
  DeleteGroupsApi::Response response;
  size_t left = 0;
  Answer<DeleteGroupsApi::Response> answer;
};

}  // namespace

void DeleteGroupsApi::begin(Services& services, const handlers::Request&, const Request& asked,
                            Answer<Response> answer) {
  if (asked.groups_names.empty()) return answer({});
  const auto gathered = std::make_shared<Gathered>();
  gathered->left = asked.groups_names.size();
  gathered->answer = std::move(answer);
  gathered->response.results.resize(asked.groups_names.size());
  for (size_t i = 0; i < asked.groups_names.size(); ++i) {
    gathered->response.results[i].group_id = asked.groups_names[i];
    services.groups.remove(asked.groups_names[i], [gathered, i](kafka::protocol::KafkaError error) {
      gathered->response.results[i].error_code = error;
      if (--gathered->left == 0) gathered->answer(gathered->response);
    });
  }
}

}  // namespace weir::broker::handlers
