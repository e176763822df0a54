#include "weir/store/store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/store/row_set.h"
#include "weir/store/sqlite.h"
#include "weir/store/testing_rows.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Timestamp at_ms(int64_t millis) { return from_millis(1'700'000'000'000 + millis); }

TopicSchema elevation() {
  return {.name = "lsst.sal.MTMount_elevation",
          .kind = "SALTelemetry",
          .description = "Where the telescope points",
          .columns = {{.name = "actualPosition",
                       .type = ValueType::real,
                       .unit = "deg",
                       .source_type = "double"},
                      {.name = "sequence", .type = ValueType::integer},
                      {.name = "state", .type = ValueType::text},
                      {.name = "torques", .type = ValueType::real, .array = true, .unit = "N m"}}};
}

class StoreTest : public ::testing::Test {
 protected:
  std::string path() const { return folder_.path() + "/telemetry.weir"; }

  Result<std::unique_ptr<Store>> open(const Options& options = {}) {
    return Store::open(path(), options, io::real_file_system(), clock_);
  }

  // Rows numbered [first, last), each with its number as time, offset and sequence.
  static void append(TopicWriter& writer, int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      if (!writer.begin_row(at_ms(i), {.partition = 0, .offset = i})) continue;
      writer.set_real(0, static_cast<double>(i) / 10);
      writer.set_integer(1, i);
      if (i % 2 == 0) writer.set_text(2, "tracking");
      writer.begin_array(3);
      for (int64_t k = 0; k < i % 4; ++k) writer.set_real(3, static_cast<double>(k));
      writer.end_row();
    }
  }

  static std::vector<int64_t> sequences(const Reader& reader, Query query) {
    query.topic = elevation().name;
    query.fields = {"sequence"};
    std::vector<int64_t> found;
    auto cursor = reader.query(query);
    EXPECT_OK(cursor);
    if (!cursor) return found;
    while (true) {
      auto more = cursor->next();
      EXPECT_OK(more);
      if (!more || !*more) return found;
      found.push_back(cursor->value(0).integer());
    }
  }

  static std::vector<int64_t> numbers(int64_t first, int64_t last) {
    std::vector<int64_t> list;
    for (int64_t i = first; i < last; ++i) list.push_back(i);
    return list;
  }

  testing::TempFolder folder_;
  testing::ManualClock clock_;
};

TEST_F(StoreTest, ReadsRowsFromMemoryFromTheFileAndFromBoth) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 10);
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 10));
  ASSERT_OK(store->flush());
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 10));
  append(writer, 10, 15);
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 15));
  EXPECT_EQ(store->stats().rows_in_memory, 5u);
}

TEST_F(StoreTest, GivesEachValueWithItsTypeUnitAndShape) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 6, 8);
  ASSERT_OK(store->flush());
  ASSERT_OK_AND_ASSIGN(auto cursor,
                       store->reader().query({.topic = elevation().name, .fields = {}}));
  ASSERT_EQ(cursor.columns().size(), 4u);
  EXPECT_EQ(cursor.columns()[0].unit, "deg");
  ASSERT_OK_AND_ASSIGN(bool more, cursor.next());
  ASSERT_TRUE(more);
  EXPECT_EQ(cursor.time(), at_ms(6));
  EXPECT_EQ(cursor.offset(), 6);
  EXPECT_EQ(cursor.value(0).real(), 0.6);
  EXPECT_EQ(cursor.value(1).integer(), 6);
  EXPECT_EQ(cursor.value(2).text(), "tracking");
  ASSERT_TRUE(cursor.value(3).is_array());
  ASSERT_EQ(cursor.value(3).size(), 2u);
  EXPECT_EQ(cursor.value(3).real(1), 1.0);
  ASSERT_OK_AND_ASSIGN(more, cursor.next());
  ASSERT_TRUE(more);
  EXPECT_TRUE(cursor.value(2).is_null());
  ASSERT_OK_AND_ASSIGN(more, cursor.next());
  EXPECT_FALSE(more);
}

TEST_F(StoreTest, TakesTheItemsOfAnArrayOneByOneAndManyAtOnce) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  const std::vector<double> many = {2, 3, -4};
  for (int64_t row = 0; row < 2; ++row) {
    ASSERT_TRUE(writer.begin_row(at_ms(row), {.partition = 0, .offset = row}));
    writer.begin_array(3);
    writer.add_reals(3, {});
    if (row == 1) writer.set_real(3, 1);
    writer.add_reals(3, many);
    writer.end_row();
  }
  EXPECT_EQ(store->stats().values, 7u);
  ASSERT_OK(store->flush());
  ASSERT_OK_AND_ASSIGN(auto cursor,
                       store->reader().query({.topic = elevation().name, .fields = {"torques"}}));
  ASSERT_OK_AND_ASSIGN(bool more, cursor.next());
  ASSERT_TRUE(more);
  ASSERT_EQ(cursor.value(0).size(), 3u);
  EXPECT_EQ(cursor.value(0).real(2), -4);
  ASSERT_OK_AND_ASSIGN(more, cursor.next());
  ASSERT_TRUE(more);
  ASSERT_EQ(cursor.value(0).size(), 4u);
  EXPECT_EQ(cursor.value(0).real(0), 1);
  EXPECT_EQ(cursor.value(0).real(3), -4);
}

TEST_F(StoreTest, SelectsBySpanLimitAndDirection) {
  ASSERT_OK_AND_ASSIGN(auto store, open({.chunk_rows = 10}));
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  for (int64_t first = 0; first < 100; first += 10) {
    append(writer, first, first + 10);
    ASSERT_OK(store->flush());
  }
  append(writer, 100, 105);
  EXPECT_EQ(
      sequences(store->reader(), {.topic = {}, .fields = {}, .from = at_ms(25), .to = at_ms(42)}),
      numbers(25, 42));
  EXPECT_EQ(sequences(store->reader(), {.topic = {}, .fields = {}, .from = at_ms(95), .limit = 7}),
            numbers(95, 102));
  EXPECT_THAT(sequences(store->reader(),
                        {.topic = {}, .fields = {}, .limit = 3, .order = Order::newest_first}),
              ElementsAre(104, 103, 102));
  EXPECT_THAT(
      sequences(
          store->reader(),
          {.topic = {}, .fields = {}, .to = at_ms(50), .limit = 2, .order = Order::newest_first}),
      ElementsAre(49, 48));
}

TEST_F(StoreTest, OrdersRowsThatArriveLate) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  const int64_t times[] = {50, 10, 30, 20, 40, 10};
  for (int64_t offset = 0; offset < 6; ++offset) {
    ASSERT_TRUE(writer.begin_row(at_ms(times[offset]), {.partition = 0, .offset = offset}));
    writer.set_integer(1, times[offset] * 10 + offset);
    writer.end_row();
    if (offset % 2 == 1) {
      ASSERT_OK(store->flush());
    }
  }
  EXPECT_THAT(sequences(store->reader(), {}), ElementsAre(101, 105, 203, 302, 404, 500));
}

TEST_F(StoreTest, KeepsAnyTableOfValuesThroughChunksAndMerges) {
  std::mt19937_64 random(11);
  TopicSchema schema{.name = "random", .kind = "", .description = "", .columns = {}};
  RowSet rows;
  constexpr size_t kRows = 400;
  for (int i = 0; i < 40; ++i) {
    const auto type = static_cast<ValueType>(i % 5);
    schema.columns.push_back({.name = "c" + std::to_string(i), .type = type, .array = i % 3 == 0});
    rows.columns.push_back(testing_rows::random_column(type, i % 3 == 0, kRows, random));
  }
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(schema));
  for (size_t row = 0; row < kRows; ++row) {
    ASSERT_TRUE(
        writer.begin_row(at_ms(static_cast<int64_t>(row)), {.offset = static_cast<int64_t>(row)}));
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      const ColumnData& column = rows.columns[i];
      if (column.is_null(row)) continue;
      if (column.is_array()) writer.begin_array(i);
      for (size_t k = 0; k < column.size(row); ++k) {
        switch (column.type()) {
          case ValueType::boolean:
            writer.set_boolean(i, column.word(row, k) != 0);
            break;
          case ValueType::integer:
            writer.set_integer(i, static_cast<int64_t>(column.word(row, k)));
            break;
          case ValueType::real:
            writer.set_real(i, std::bit_cast<double>(column.word(row, k)));
            break;
          case ValueType::text:
          case ValueType::bytes:
            writer.set_text(i, column.text(row, k));
            break;
        }
      }
    }
    writer.end_row();
    if (row % 16 == 7) {
      ASSERT_OK(store->flush());
      ASSERT_OK(store->maintain());
    }
  }
  EXPECT_GT(store->stats().chunks_merged, 8u);
  ASSERT_OK_AND_ASSIGN(auto cursor, store->reader().query({.topic = "random", .fields = {}}));
  for (size_t row = 0; row < kRows; ++row) {
    ASSERT_OK_AND_ASSIGN(const bool more, cursor.next());
    ASSERT_TRUE(more);
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      const Value value = cursor.value(i);
      ASSERT_EQ(value.is_null(), rows.columns[i].is_null(row)) << row << " " << i;
      ASSERT_EQ(value.size(), rows.columns[i].size(row));
      for (size_t k = 0; k < value.size(); ++k) {
        if (rows.columns[i].holds_text()) {
          ASSERT_EQ(value.text(k), rows.columns[i].text(row, k));
        } else {
          ASSERT_EQ(static_cast<uint64_t>(value.integer(k)), rows.columns[i].word(row, k));
        }
      }
    }
  }
}

TEST_F(StoreTest, DropsRowsThatItHasByKafkaOffset) {
  {
    ASSERT_OK_AND_ASSIGN(auto store, open());
    ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
    append(writer, 0, 10);
    append(writer, 5, 12);
    EXPECT_EQ(store->stats().repeated, 5u);
    ASSERT_OK(store->flush());
    append(writer, 12, 20);  // not flushed: gone with the process
  }
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_EQ(store->positions().size(), 1u);
  EXPECT_EQ(store->positions()[0].next_offset, 12);
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 8, 14);
  EXPECT_EQ(store->stats().repeated, 4u);
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 14));
}

TEST_F(StoreTest, DropsRowsMadeOfASourceRecordThatItHas) {
  const auto put = [](TopicWriter& writer, int64_t offset, int64_t source) {
    const RowOrigin origin{.partition = 0,
                           .offset = offset,
                           .source_topic = "MTMount_telemetry",
                           .source_offset = source};
    if (!writer.begin_row(at_ms(source), origin)) return;
    writer.set_integer(1, source);
    writer.end_row();
  };
  {
    ASSERT_OK_AND_ASSIGN(auto store, open());
    ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
    put(writer, 0, 100);
    put(writer, 1, 103);
    ASSERT_OK(store->flush());
  }
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  put(writer, 2, 100);  // the transformer crashed, and wrote these two again
  put(writer, 3, 103);
  put(writer, 4, 104);
  EXPECT_EQ(store->stats().repeated, 2u);
  EXPECT_EQ(store->positions()[0].next_offset, 5);
  EXPECT_THAT(sequences(store->reader(), {}), ElementsAre(100, 103, 104));
}

TEST_F(StoreTest, GoesPastSkippedRecordsAndNotPastAbandonedOnes) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 3);
  ASSERT_TRUE(writer.begin_row(at_ms(3), {.offset = 3}));
  writer.set_real(0, 1);
  writer.begin_array(3);
  writer.set_real(3, 1);
  writer.abandon_row();
  EXPECT_EQ(store->positions()[0].next_offset, 3);
  writer.skip({.offset = 3});
  EXPECT_EQ(store->positions()[0].next_offset, 4);
  append(writer, 4, 6);
  ASSERT_OK(store->flush());
  EXPECT_THAT(sequences(store->reader(), {}), ElementsAre(0, 1, 2, 4, 5));
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  EXPECT_EQ(store->positions()[0].next_offset, 6);
}

TEST_F(StoreTest, StartsAgainWhenTheTopicWasMadeAnew) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 1000, 1003);
  ASSERT_OK(store->move_position(elevation().name, 0, 0));
  append(writer, 0, 2);
  ASSERT_OK(store->flush());
  EXPECT_THAT(sequences(store->reader(), {}), ElementsAre(0, 1, 1000, 1001, 1002));
  EXPECT_ERROR(ErrorCode::not_found, store->move_position("nobody", 0, 0));
}

TEST_F(StoreTest, ForgetsSourcesOnlyWhenThePositionGoesBack) {
  const RowOrigin first{.offset = 10, .source_topic = "s", .source_offset = 7};
  const auto takes = [&](TopicWriter& writer, int64_t offset, int64_t source) {
    const RowOrigin origin{.offset = offset, .source_topic = "s", .source_offset = source};
    if (!writer.begin_row(at_ms(0), origin)) return false;
    writer.abandon_row();
    return true;
  };
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  ASSERT_TRUE(writer.begin_row(at_ms(0), first));
  writer.end_row();
  ASSERT_OK(store->move_position(elevation().name, 0, 50));  // records 11 to 49 were deleted
  EXPECT_FALSE(takes(writer, 50, 7));
  EXPECT_TRUE(takes(writer, 51, 8));
  ASSERT_OK(store->move_position(elevation().name, 0, 0));  // made anew
  EXPECT_TRUE(takes(writer, 0, 0));
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter again, store->writer(elevation()));
  EXPECT_TRUE(takes(again, 0, 0));
}

TEST_F(StoreTest, BelongsToOneKafkaCluster) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK(store->attach("one"));
  ASSERT_OK(store->attach("one"));
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  EXPECT_ERROR(ErrorCode::refused, store->attach("two"));
}

TEST_F(StoreTest, SkipsRecordsOfTopicsWithoutASchema) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK(store->skip("only.garbage", {.offset = 4}));
  ASSERT_OK(store->flush());
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  ASSERT_EQ(store->positions().size(), 1u);
  EXPECT_EQ(store->positions()[0].next_offset, 5);
  ASSERT_OK_AND_ASSIGN(const auto topics, store->reader().topics());
  EXPECT_EQ(topics.size(), 1u);
}

TEST_F(StoreTest, AddsColumnsAndNeverReinterpretsOldOnes) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter before, store->writer(elevation()));
  append(before, 0, 2);
  ASSERT_OK(store->flush());
  TopicSchema changed = elevation();
  changed.columns[1].type = ValueType::text;
  changed.columns[0].unit = "rad";
  changed.columns.insert(changed.columns.begin(),
                         Column{.name = "added", .type = ValueType::boolean});
  ASSERT_OK_AND_ASSIGN(TopicWriter after, store->writer(changed));
  ASSERT_TRUE(after.begin_row(at_ms(2), {.offset = 2}));
  after.set_boolean(0, true);
  after.set_text(2, "two");
  after.end_row();
  append(before, 3, 4);  // writers of both schemas at once
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK_AND_ASSIGN(auto cursor,
                         store->reader().query({.topic = elevation().name,
                                                .fields = {"sequence", "sequence@1", "added"}}));
    std::vector<std::string> seen;
    while (true) {
      ASSERT_OK_AND_ASSIGN(const bool more, cursor.next());
      if (!more) break;
      seen.push_back((cursor.value(0).is_null() ? "-" : std::string(cursor.value(0).text())) + " " +
                     (cursor.value(1).is_null() ? "-" : std::to_string(cursor.value(1).integer())) +
                     " " +
                     (cursor.value(2).is_null() ? "-" : std::to_string(cursor.value(2).boolean())));
    }
    EXPECT_THAT(seen, ElementsAre("- 0 -", "- 1 -", "two - 1", "- 3 -")) << round;
    ASSERT_OK(store->flush());
  }
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  ASSERT_OK_AND_ASSIGN(const auto description, store->reader().describe(elevation().name));
  EXPECT_EQ(description.summary.columns, 5u);
  ASSERT_EQ(description.columns.size(), 6u);
  EXPECT_EQ(description.columns[0].unit, "rad");
  EXPECT_EQ(description.columns[5].name, "sequence");
  EXPECT_EQ(description.columns[5].version, 2u);
}

TEST_F(StoreTest, DescribesTopicsWithWhatIsInMemory) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 10);
  ASSERT_OK(store->flush());
  append(writer, 10, 12);
  ASSERT_OK_AND_ASSIGN(const auto topics, store->reader().topics());
  ASSERT_EQ(topics.size(), 1u);
  EXPECT_EQ(topics[0].rows, 12u);
  EXPECT_EQ(topics[0].columns, 4u);
  EXPECT_EQ(topics[0].kind, "SALTelemetry");
  EXPECT_EQ(topics[0].first, at_ms(0));
  EXPECT_EQ(topics[0].last, at_ms(11));
  ASSERT_OK_AND_ASSIGN(const auto description, store->reader().describe(elevation().name));
  EXPECT_EQ(description.summary.rows, 12u);
  EXPECT_EQ(description.columns[3].unit, "N m");
}

TEST_F(StoreTest, SuggestsTheNearestNames) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 1);
  const auto wrong_topic =
      store->reader().query({.topic = "lsst.sal.MTMount_elevatoin", .fields = {}});
  ASSERT_FALSE(wrong_topic);
  EXPECT_EQ(wrong_topic.error().code(), ErrorCode::not_found);
  EXPECT_THAT(wrong_topic.error().message(),
              HasSubstr("did you mean 'lsst.sal.MTMount_elevation'?"));
  const auto wrong_field =
      store->reader().query({.topic = elevation().name, .fields = {"position"}});
  ASSERT_FALSE(wrong_field);
  EXPECT_EQ(wrong_field.error().code(), ErrorCode::not_found);
  EXPECT_THAT(wrong_field.error().message(), HasSubstr("did you mean 'actualPosition'?"));
  EXPECT_ERROR(ErrorCode::not_found, store->reader().describe("nothing like it"));
}

TEST_F(StoreTest, IsReadFromTheFileWhileAnotherConnectionWrites) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 10);
  ASSERT_OK(store->flush());
  ASSERT_OK_AND_ASSIGN(auto reader, Reader::open(path(), io::real_file_system()));
  append(writer, 10, 20);
  EXPECT_EQ(sequences(*reader, {}), numbers(0, 10));
  ASSERT_OK(store->flush());
  EXPECT_EQ(sequences(*reader, {}), numbers(0, 20));
  store.reset();
  EXPECT_EQ(sequences(*reader, {}), numbers(0, 20));
  const auto wrong = reader->query({.topic = "lsst.sal.MTMount_elevatio", .fields = {}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("did you mean"));
  ASSERT_OK_AND_ASSIGN(const auto topics, reader->topics());
  ASSERT_EQ(topics.size(), 1u);
  EXPECT_EQ(topics[0].rows, 20u);
  EXPECT_EQ(topics[0].columns, 4u);
}

TEST_F(StoreTest, MergesSmallChunksAndKeepsEveryRow) {
  ASSERT_OK_AND_ASSIGN(auto store, open({.chunk_rows = 1000}));
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  for (int64_t i = 0; i < 500; ++i) {
    append(writer, i, i + 1);
    ASSERT_OK(store->flush());
    ASSERT_OK(store->maintain());
  }
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 500));
  ASSERT_OK_AND_ASSIGN(auto database, sqlite::Database::open(path(), sqlite::Access::read_only));
  ASSERT_OK_AND_ASSIGN(const int64_t chunks, database.ask("SELECT count(*) FROM chunks"));
  EXPECT_LT(chunks, 25);
  ASSERT_OK_AND_ASSIGN(
      const int64_t orphans,
      database.ask("SELECT count(*) FROM strips WHERE id >> 16 NOT IN (SELECT id FROM chunks)"));
  EXPECT_EQ(orphans, 0);
}

TEST_F(StoreTest, WritesWhatIsOldAndLeavesWhatIsYoung) {
  ASSERT_OK_AND_ASSIGN(auto store, open({.max_age = std::chrono::seconds(30)}));
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 10);
  ASSERT_OK(store->maintain());
  EXPECT_EQ(store->stats().rows_in_memory, 10u);
  clock_.advance(std::chrono::seconds(31));
  ASSERT_OK(store->maintain());
  EXPECT_EQ(store->stats().rows_in_memory, 0u);
}

TEST_F(StoreTest, BoundsItsMemory) {
  const Options options{.memory_limit = 40'000, .step_bytes = 10'000};
  ASSERT_OK_AND_ASSIGN(auto store, open(options));
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 1000);
  EXPECT_FALSE(store->has_room());
  ASSERT_OK(store->maintain());
  EXPECT_TRUE(store->has_room());
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 1000));
}

TEST_F(StoreTest, RefusesASecondWriter) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  EXPECT_ERROR(ErrorCode::already_exists, open());
}

TEST_F(StoreTest, RefusesAnotherVersionsFile) {
  { ASSERT_OK_AND_ASSIGN(auto store, open()); }
  {
    ASSERT_OK_AND_ASSIGN(auto database, sqlite::Database::open(path(), sqlite::Access::read_write));
    ASSERT_OK(database.execute("PRAGMA user_version = 99"));
  }
  EXPECT_ERROR(ErrorCode::unsupported, open());
  EXPECT_ERROR(ErrorCode::unsupported, Reader::open(path(), io::real_file_system()));
}

TEST_F(StoreTest, RefusesFilesThatAreNoStore) {
  EXPECT_ERROR(ErrorCode::not_found, Reader::open(path(), io::real_file_system()));
  ASSERT_OK(io::write_file_atomically(io::real_file_system(), path(), std::string(10'000, 'x')));
  EXPECT_ERROR(ErrorCode::corrupt, open());
  EXPECT_ERROR(ErrorCode::corrupt, Reader::open(path(), io::real_file_system()));
  const std::string other = folder_.path() + "/other.db";
  {
    ASSERT_OK_AND_ASSIGN(auto database, sqlite::Database::open(other, sqlite::Access::read_write));
    ASSERT_OK(database.execute("CREATE TABLE t(x)"));
  }
  EXPECT_ERROR(ErrorCode::corrupt, Store::open(other, {}, io::real_file_system(), clock_));
}

TEST_F(StoreTest, NamesTheChunkThatIsDamaged) {
  {
    ASSERT_OK_AND_ASSIGN(auto store, open());
    ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
    append(writer, 0, 100);
    ASSERT_OK(store->flush());
  }
  {
    ASSERT_OK_AND_ASSIGN(auto database, sqlite::Database::open(path(), sqlite::Access::read_write));
    ASSERT_OK(database.execute(
        "UPDATE strips SET data = CAST(substr(data, 1, 8) || x'ffff' || substr(data, 11) AS BLOB)"
        " WHERE id % 65536 = 1"));
  }
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(auto cursor,
                       store->reader().query({.topic = elevation().name, .fields = {}}));
  const auto row = cursor.next();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code(), ErrorCode::corrupt);
  EXPECT_THAT(row.error().message(), HasSubstr("chunk 1 strip 1"));
}

// A limit on file sizes answers as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(StoreTest, KeepsRowsInMemoryWhileTheDiskIsFull) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  append(writer, 0, 10);
  ASSERT_OK(store->flush());
  append(writer, 10, 100'000);
  {
    const FileSizeLimit full(64 << 10);
    EXPECT_ERROR(ErrorCode::unavailable, store->flush());
    EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 100'000));
    EXPECT_EQ(store->stats().rows_in_memory, 99'990u);
    EXPECT_ERROR(ErrorCode::unavailable, store->maintain());
  }
  ASSERT_OK(store->flush());
  EXPECT_EQ(store->stats().rows_in_memory, 0u);
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, open());
  EXPECT_EQ(sequences(store->reader(), {}), numbers(0, 100'000));
}

TEST_F(StoreTest, RefusesSchemasThatCannotBeAskedFor) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  TopicSchema schema = elevation();
  schema.columns.push_back(schema.columns[0]);
  EXPECT_ERROR(ErrorCode::invalid_argument, store->writer(schema));
  schema.columns.back().name = "a@2";
  EXPECT_ERROR(ErrorCode::invalid_argument, store->writer(schema));
}

TEST_F(StoreTest, ShowsEachRowOnceToReadersDuringFlushesAndMerges) {
  ASSERT_OK_AND_ASSIGN(auto store, open());
  ASSERT_OK_AND_ASSIGN(TopicWriter writer, store->writer(elevation()));
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    size_t before = 0;
    while (!done) {
      const auto found = sequences(store->reader(), {});
      EXPECT_EQ(found, numbers(0, static_cast<int64_t>(found.size())));
      EXPECT_GE(found.size(), before);
      before = found.size();
      ++reads;
    }
  });
  for (int64_t i = 0; i < 2000 || reads < 20; i += 10) {
    append(writer, i, i + 10);
    if (i % 30 == 0) {
      EXPECT_OK(store->flush());
    }
    EXPECT_OK(store->maintain());
  }
  done = true;
  reader.join();
}

// What a writer that was killed left behind: rows and positions must agree exactly.
TEST_F(StoreTest, HasExactlyTheRowsOfItsPositionsAfterEachOfTwentyKills) {
  std::mt19937_64 random(5);
  int64_t before = 0;
  for (int round = 0; round < 20; ++round) {
    int progress[2];  // the child writes a byte per step; the parent kills it after a random number
    ASSERT_EQ(pipe(progress), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store =
          Store::open(path(), {.chunk_rows = 50}, io::real_file_system(), io::real_clock());
      if (!store) _exit(1);
      auto writer = (*store)->writer(elevation());
      const auto positions = (*store)->positions();
      int64_t next = positions.empty() ? 0 : positions[0].next_offset;
      while (true) {
        append(*writer, next, next + 7);
        next += 7;
        if (!(*store)->maintain() || write(progress[1], ".", 1) != 1) _exit(1);
      }
    }
    close(progress[1]);
    char step = 0;
    for (uint64_t left = 1 + random() % 150; left > 0; --left)
      ASSERT_EQ(read(progress[0], &step, 1), 1);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    close(progress[0]);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
    ASSERT_OK_AND_ASSIGN(auto store, open());
    const auto positions = store->positions();
    const int64_t next = positions.empty() ? 0 : positions[0].next_offset;
    EXPECT_GE(next, before);
    if (next > 0) {
      ASSERT_EQ(sequences(store->reader(), {}), numbers(0, next)) << "round " << round;
    }
    before = next;
  }
  EXPECT_GT(before, 1000);
}

}  // namespace
}  // namespace weir::store
