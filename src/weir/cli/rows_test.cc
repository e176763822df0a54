#include "weir/cli/rows.h"

#include <gmock/gmock.h>

#include <cmath>

#include "weir/cli/text.h"
#include "weir/testing/matchers.h"
#include "weir/testing/string_output.h"

namespace weir::cli {
namespace {

std::string print(RowStyle style, bool with_rows = true) {
  testing::StringOutput out;
  RowWriter rows(out, {{"topic"}, {"value", "deg"}, {"last"}, {"note"}}, style);
  if (with_rows) {
    rows.add({std::string("ätna"), int64_t{9'007'199'254'740'993}, from_millis(1'763'823'706'250),
              std::string("a,\"b\"\r\nc")});
    rows.add({std::string("b"), 0.1, std::monostate(), true});
    rows.add({std::string("日本"), std::nan(""), std::monostate(),
              uint64_t{18'446'744'073'709'551'615u}});
  }
  rows.finish();
  return out.text();
}

TEST(RowWriter, PrintsAnAlignedTableWithUnits) {
  EXPECT_EQ(print({.format = RowFormat::table}),
            "topic       value (deg)  last                                         note\n"
            "ätna   9007199254740993  2025-11-22T15:01:46.250000Z          a,\"b\"\\x0d\\nc\n"
            "b                   0.1  -                                            true\n"
            "日本                nan  -                            18446744073709551615\n");
}

TEST(RowWriter, PrintsExactJsonLines) {
  EXPECT_EQ(
      print({.format = RowFormat::jsonl}),
      "{\"topic\": \"ätna\", \"value\": 9007199254740993, \"last\": "
      "\"2025-11-22T15:01:46.250000Z\", "
      "\"note\": \"a,\\\"b\\\"\\r\\nc\"}\n"
      "{\"topic\": \"b\", \"value\": 0.1, \"last\": null, \"note\": true}\n"
      "{\"topic\": \"日本\", \"value\": null, \"last\": null, \"note\": 18446744073709551615}\n");
}

TEST(RowWriter, PrintsOneJsonArray) {
  const std::string text = print({.format = RowFormat::json});
  EXPECT_EQ(text.substr(0, 13), "[\n  {\"topic\":");
  EXPECT_EQ(text.substr(text.size() - 4), "}\n]\n");
  EXPECT_EQ(print({.format = RowFormat::json}, false), "[]\n");
}

TEST(RowWriter, PrintsCsvAsRfc4180HasIt) {
  EXPECT_EQ(print({.format = RowFormat::csv}),
            "topic,value,last,note\r\n"
            "ätna,9007199254740993,2025-11-22T15:01:46.250000Z,\"a,\"\"b\"\"\r\nc\"\r\n"
            "b,0.1,,true\r\n"
            "日本,nan,,18446744073709551615\r\n");
}

TEST(RowWriter, PrintsNamesAlone) {
  EXPECT_EQ(print({.format = RowFormat::name}), "ätna\nb\n日本\n");
}

TEST(RowWriter, LeavesHeadersOutWhenTold) {
  EXPECT_EQ(print({.format = RowFormat::table, .headers = false}, false), "");
  EXPECT_EQ(print({.format = RowFormat::csv, .headers = false}, false), "");
}

TEST(RowWriter, CutsLinesAtTheTerminalsEdgeAndBoldsHeaders) {
  testing::StringOutput out;
  RowWriter rows(out, {{"name"}}, {.format = RowFormat::table, .bold_headers = true, .width = 6});
  rows.add({std::string("abcdefgh")});
  rows.finish();
  EXPECT_EQ(out.text(), "\x1b[1mname\x1b[0m\nabcde…\n");
}

TEST(RowWriter, KeepsDoublesExact) {
  testing::StringOutput out;
  RowWriter rows(out, {{"x"}}, {.format = RowFormat::jsonl});
  rows.add({0.1 + 0.2});
  rows.add({1e23});
  rows.finish();
  EXPECT_EQ(out.text(), "{\"x\": 0.30000000000000004}\n{\"x\": 1e+23}\n");
}

TEST(RowFormat, RefusesWhatItDoesNotKnow) {
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_row_format("yaml"));
  EXPECT_OK(parse_row_format("jsonl"));
}

TEST(Text, MeasuresCutsAndShowsWhatCannotBeShown) {
  EXPECT_EQ(display_width("e\u0301é日"), 4u);
  EXPECT_EQ(display_width("\xff\xc3"), 2u);
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(printable("a\x1b[31m\xff\t"), "a\\x1b[31m\\xff\\t");
  EXPECT_EQ(json_string(BytesView("\0\xff\x7f", 3)), "\"\\u0000\xEF\xBF\xBD\x7f\"");
}

TEST(Text, FillsParagraphs) {
  EXPECT_EQ(fill("one two three\nfour\n\nfive", 12, 2), "  one two\n  three four\n\n  five\n");
  EXPECT_EQ(fill("averyveryverylongword x", 5, 0), "averyveryverylongword\nx\n");
}

}  // namespace
}  // namespace weir::cli
