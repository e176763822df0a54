#include "weir/broker/handlers/find_coordinator.h"

#include <gmock/gmock.h>

#include "weir/broker/handlers/harness.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::handlers {
namespace {

using kafka::protocol::FindCoordinatorRequest;
using kafka::protocol::FindCoordinatorResponse;
using kafka::protocol::KafkaError;

constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;

class FindCoordinator : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(harness, Harness::make({}, io::real_file_system(), clock, folder.path()));
  }
  FindCoordinatorResponse ask(const FindCoordinatorRequest& request, int16_t version) {
    auto response = harness->call<FindCoordinatorResponse>(request, version);
    EXPECT_OK(response);
    return response ? *response : FindCoordinatorResponse();
  }
  static FindCoordinatorRequest about(int8_t key_type, std::vector<std::string> keys) {
    FindCoordinatorRequest request;
    request.key = keys.front();
    request.key_type = key_type;
    request.coordinator_keys = std::move(keys);
    return request;
  }

  testing::TempFolder folder;
  testing::ManualClock clock;
  std::unique_ptr<Harness> harness;
};

// librdkafka takes LZ4 for missing otherwise, and silently sends uncompressed batches.
TEST_F(FindCoordinator, IsAdvertisedFromVersionZero) {
  ASSERT_NE(find_handler(FindCoordinatorRequest::kApiKey), nullptr);
  EXPECT_EQ(find_handler(FindCoordinatorRequest::kApiKey)->api->advertised_min_version, 0);
}

TEST_F(FindCoordinator, NamesThisBrokerAtTheAddressTheClientReached) {
  for (int16_t version = 0; version <= 3; ++version) {
    const auto response = ask(about(kGroup, {"g"}), version);
    EXPECT_EQ(response.error_code, KafkaError::none) << version;
    EXPECT_EQ(response.node_id, 1);
    EXPECT_EQ(response.host, "10.1.2.3");
    EXPECT_EQ(response.port, 9092);
  }
}

TEST_F(FindCoordinator, AnswersEachKeyOfABatchInItsOrder) {
  for (int16_t version = 4; version <= 5; ++version) {
    const auto response = ask(about(kGroup, {"b", "", "b"}), version);
    ASSERT_EQ(response.coordinators.size(), 3u);
    EXPECT_EQ(response.coordinators[0].key, "b");
    EXPECT_EQ(response.coordinators[0].node_id, 1);
    EXPECT_EQ(response.coordinators[1].error_code, KafkaError::invalid_group_id);
    EXPECT_EQ(response.coordinators[2].port, 9092);
  }
}

TEST_F(FindCoordinator, RefusesTransactionsForGoodInEveryVersion) {
  for (int16_t version = 1; version <= 5; ++version) {
    const auto response = ask(about(kTransaction, {"tx"}), version);
    const auto error = version < 4 ? response.error_code : response.coordinators.at(0).error_code;
    EXPECT_EQ(error, KafkaError::transactional_id_authorization_failed) << version;
  }
}

TEST_F(FindCoordinator, RefusesKindsOfKeysThatItDoesNotKnow) {
  EXPECT_EQ(ask(about(2, {"share"}), 5).coordinators.at(0).error_code, KafkaError::invalid_request);
}

}  // namespace
}  // namespace weir::broker::handlers
