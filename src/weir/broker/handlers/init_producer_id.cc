#include "weir/broker/handlers/init_producer_id.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

InitProducerIdApi::Response InitProducerIdApi::handle(Services& services,
                                                      const handlers::Request& request,
                                                      const Request& asked) {
  Response response;
  response.producer_epoch = -1;
  if (asked.transactional_id) {
    services.complaints.warning("transactions are not served", request.client_id,
                                *asked.transactional_id);
    response.error_code = KafkaError::transactional_id_authorization_failed;
    return response;
  }
  const auto id = services.storage.allocate_producer_id();
  if (!id) {
    response.error_code = KafkaError::coordinator_not_available;  // clients try again
    return response;
  }
  response.producer_id = *id;
  response.producer_epoch = 0;
  return response;
}

}  // namespace weir::broker::handlers
