#include "weir/demo/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "weir/web/api/query_source.h"

namespace weir::demo {
namespace {

constexpr size_t kExamples = 5;
constexpr const char* kSequence = "sal_sequence";

// Takes the sequence numbers out of "time,sal_sequence" lines that come in pieces.
class SequenceReader {
 public:
  Status add(BytesView piece) {
    text_ += piece;
    return {};
  }

  Result<std::vector<int64_t>> take() const {
    std::vector<int64_t> numbers;
    size_t at = text_.find('\n');  // the header
    while (at != std::string::npos && at + 1 < text_.size()) {
      const size_t comma = text_.find(',', at + 1);
      int64_t number = 0;
      if (comma == std::string::npos ||
          std::from_chars(text_.data() + comma + 1, text_.data() + text_.size(), number).ec !=
              std::errc()) {
        return Error(ErrorCode::corrupt, "a row without a sequence number");
      }
      numbers.push_back(number);
      at = text_.find('\n', comma);
    }
    return numbers;
  }

 private:
  std::string text_;
};

}  // namespace

void compare(const std::string& topic, std::vector<int64_t> stored, int64_t last_sent,
             Proof& proof) {
  std::sort(stored.begin(), stored.end());
  const size_t rows = stored.size();
  stored.erase(std::unique(stored.begin(), stored.end()), stored.end());
  const auto sent = static_cast<size_t>(std::count_if(
      stored.begin(), stored.end(), [&](int64_t n) { return n >= 1 && n <= last_sent; }));
  const uint64_t lost = static_cast<uint64_t>(last_sent) - sent;
  const uint64_t duplicated = rows - sent;
  proof.stored += rows;
  proof.lost += lost;
  proof.duplicated += duplicated;
  if ((lost > 0 || duplicated > 0) && proof.examples.size() < kExamples) {
    proof.examples.push_back(
        fmt::format("{}: {} sent, {} lost, {} too many", topic, last_sent, lost, duplicated));
  }
}

Result<Proof> prove(web::api::QuerySource& source, const std::map<std::string, int64_t>& last_sent,
                    Timestamp from) {
  Proof proof;
  for (const auto& [topic, last] : last_sent) {
    SequenceReader reader;
    const Status read =
        source.query({.topic = "lsst.sal." + topic, .fields = {kSequence}, .from = from},
                     web::api::RowText::csv, [&](BytesView piece) { return reader.add(piece); });
    // A topic of which nothing was ever stored is not known to the store.
    if (!read && read.error().code() != ErrorCode::not_found) return Error(read.error());
    std::vector<int64_t> numbers;
    if (read) {
      WEIR_TRY_ASSIGN(numbers, reader.take());
    }
    compare(topic, std::move(numbers), last, proof);
  }
  return proof;
}

}  // namespace weir::demo
