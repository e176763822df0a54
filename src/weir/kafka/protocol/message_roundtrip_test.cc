#include <gmock/gmock.h>

#include <algorithm>

#include "weir/kafka/protocol/api_table.h"
#include "weir/kafka/protocol/message_sample.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::protocol {
namespace {

struct Case {
  const MessageSample* sample;
  int16_t version;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const MessageSample& sample : message_samples()) {
    for (int16_t v = sample.min_version; v <= sample.max_version; ++v)
      cases.push_back({&sample, v});
  }
  return cases;
}

class MessageRoundTrip : public ::testing::TestWithParam<Case> {};

TEST_P(MessageRoundTrip, KeepsEveryFieldOfTheVersion) {
  const auto& [sample, version] = GetParam();
  for (const SampleKind kind : {SampleKind::everything, SampleKind::least}) {
    const Bytes bytes = sample->encode(version, kind);
    ASSERT_OK_AND_ASSIGN(const bool same, sample->equals(bytes, version, kind));
    EXPECT_TRUE(same);
  }
}

TEST_P(MessageRoundTrip, RefusesTheMessageCutAnywhereAndNamesIt) {
  const auto& [sample, version] = GetParam();
  for (const SampleKind kind : {SampleKind::everything, SampleKind::least}) {
    const Bytes bytes = sample->encode(version, kind);
    for (size_t size = 0; size < bytes.size(); ++size) {
      const auto result = sample->reencode(bytes.substr(0, size), version);
      ASSERT_FALSE(result.has_value()) << size << " of " << bytes.size() << " bytes were enough";
      EXPECT_EQ(result.error().code(), ErrorCode::corrupt);
      EXPECT_THAT(result.error().message(),
                  ::testing::HasSubstr(" v" + std::to_string(version) + ": cannot read "));
    }
  }
}

// Whatever a changed bit turns the message into, it is refused or understood as another message
// (equality is not vacuous), and what was understood is stable.
TEST_P(MessageRoundTrip, NoticesEveryChangedByte) {
  const auto& [sample, version] = GetParam();
  const Bytes bytes = sample->encode(version, SampleKind::everything);
  for (size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    const auto same = sample->equals(changed, version, SampleKind::everything);
    EXPECT_FALSE(same.has_value() && *same) << "byte " << i << " does not matter";
    const auto once = sample->reencode(changed, version);
    if (!once) continue;
    ASSERT_OK_AND_ASSIGN(const Bytes twice, sample->reencode(*once, version));
    EXPECT_EQ(twice, *once);
  }
}

TEST_P(MessageRoundTrip, RefusesVersionsItDoesNotServe) {
  const auto& [sample, version] = GetParam();
  EXPECT_ERROR(ErrorCode::unsupported,
               sample->reencode("", static_cast<int16_t>(sample->max_version + 1)));
  EXPECT_ERROR(ErrorCode::unsupported,
               sample->reencode("", static_cast<int16_t>(sample->min_version - 1)));
}

INSTANTIATE_TEST_SUITE_P(All, MessageRoundTrip, ::testing::ValuesIn(all_cases()),
                         [](const auto& test) {
                           return std::string(test.param.sample->name) + "_v" +
                                  std::to_string(test.param.version);
                         });

TEST(ApiTable, HasARowForEveryPairOfMessages) {
  EXPECT_EQ(message_samples().size(), api_table().size() * 2);
  for (const MessageSample& sample : message_samples()) {
    const ApiInfo* const api = find_api(sample.api_key);
    ASSERT_NE(api, nullptr) << sample.name;
    EXPECT_TRUE(sample.name.starts_with(api->name));
    EXPECT_EQ(sample.min_version, api->min_version);
    EXPECT_EQ(sample.max_version, api->max_version);
    EXPECT_LE(api->advertised_min_version, api->min_version);
  }
  EXPECT_TRUE(std::ranges::is_sorted(api_table(), {}, &ApiInfo::key));
  EXPECT_EQ(find_api(-1), nullptr);
}

TEST(ApiTable, KnowsTheHeaderVersions) {
  const ApiInfo* const versions = find_api(18);
  ASSERT_NE(versions, nullptr);
  EXPECT_EQ(versions->request_header_version(2), 1);
  EXPECT_EQ(versions->request_header_version(3), 2);
  EXPECT_EQ(versions->request_header_version(99), 2);
  EXPECT_EQ(versions->response_header_version(4), 0) << "ApiVersions always answers with version 0";
  const ApiInfo* const produce = find_api(0);
  ASSERT_NE(produce, nullptr);
  EXPECT_EQ(produce->advertised_min_version, 0);
  EXPECT_FALSE(produce->serves(2));
  EXPECT_TRUE(produce->serves(3));
  EXPECT_EQ(produce->response_header_version(8), 0);
  EXPECT_EQ(produce->response_header_version(9), 1);
}

}  // namespace
}  // namespace weir::kafka::protocol
