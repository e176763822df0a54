#include "weir/bus/source.h"

#include <gmock/gmock.h>

#include <limits>

namespace weir::bus {
namespace {

using kafka::client::HeaderView;
using kafka::client::IncomingRecord;

TEST(SourceHeaders, NameASourceThatIsReadBack) {
  const Source source{"ATDome_telemetry", 3, std::numeric_limits<int64_t>::max()};
  const SourceHeaders headers(source);
  const std::optional<Source> read = source_of(IncomingRecord{.headers = headers.views()});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->topic, source.topic);
  EXPECT_EQ(read->partition, source.partition);
  EXPECT_EQ(read->offset, source.offset);
}

TEST(SourceHeaders, WhatIsNotWholeNamesNoSource) {
  const HeaderView partly[] = {{"weir.source.topic", "a"}, {"weir.source.partition", "0"}};
  EXPECT_FALSE(source_of(IncomingRecord{.headers = partly}));
  const HeaderView wrong[] = {
      {"weir.source.topic", "a"}, {"weir.source.partition", "0"}, {"weir.source.offset", "7x"}};
  EXPECT_FALSE(source_of(IncomingRecord{.headers = wrong}));
}

}  // namespace
}  // namespace weir::bus
