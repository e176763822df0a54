#include "weir/web/api/query_request.h"

#include <gmock/gmock.h>

#include "weir/io/http_server.h"
#include "weir/testing/matchers.h"

namespace weir::web::api {
namespace {

using ::testing::ElementsAre;

io::HttpRequest with(std::vector<std::pair<std::string, std::string>> query) {
  return {.query = std::move(query)};
}

TEST(QueryRequest, ReadsEveryParameter) {
  const Timestamp now = from_millis(1'700'000'000'000);
  ASSERT_OK_AND_ASSIGN(const QueryRequest request, parse_query(with({{"topic", "T"},
                                                                     {"fields", "a, b"},
                                                                     {"fields", "c"},
                                                                     {"from", "-1h"},
                                                                     {"to", "now"},
                                                                     {"limit", "10"},
                                                                     {"order", "newest"},
                                                                     {"format", "csv"}}),
                                                               now));
  EXPECT_EQ(request.query.topic, "T");
  EXPECT_THAT(request.query.fields, ElementsAre("a", "b", "c"));
  EXPECT_EQ(request.query.from, now - std::chrono::hours(1));
  EXPECT_EQ(request.query.to, now);
  EXPECT_EQ(request.query.limit, 10u);
  EXPECT_EQ(request.query.order, store::Order::newest_first);
  EXPECT_EQ(request.format, RowText::csv);
}

TEST(QueryRequest, NamesTheParameterThatIsWrong) {
  for (const auto& [name, value] : {std::pair{"from", "tomorrow"},
                                    {"limit", "-1"},
                                    {"limit", "2x"},
                                    {"order", "up"},
                                    {"format", "xml"},
                                    {"feilds", "a"}}) {
    const Result<QueryRequest> request =
        parse_query(with({{"topic", "T"}, {name, value}}), Timestamp{});
    ASSERT_FALSE(request) << name;
    EXPECT_EQ(request.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(request.error().message(), ::testing::StartsWith(name));
  }
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_query(with({{"fields", "a"}}), Timestamp{}));
}

TEST(QueryRequest, SplitsFieldListsAtCommas) {
  EXPECT_THAT(split_fields(" a,b ,,c,"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_fields(""), ElementsAre());
}

}  // namespace
}  // namespace weir::web::api
