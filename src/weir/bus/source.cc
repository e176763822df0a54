#include "weir/bus/source.h"

#include <charconv>

namespace weir::bus {
namespace {

using kafka::client::HeaderView;

constexpr std::string_view kTopic = "weir.source.topic";
constexpr std::string_view kPartition = "weir.source.partition";
constexpr std::string_view kOffset = "weir.source.offset";

template <typename T>
bool parse_number(std::optional<BytesView> text, T& number) {
  if (!text) return false;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && end == text->data() + text->size();
}

template <typename T, size_t size>
std::string_view print_number(T number, std::array<char, size>& buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + size, number);
  return {buffer.data(), static_cast<size_t>(end - buffer.data())};
}

}  // namespace

std::optional<Source> source_of(const kafka::client::IncomingRecord& record) {
  const std::optional<BytesView> topic = record.header(kTopic);
  Source source;
  if (!topic || !parse_number(record.header(kPartition), source.partition) ||
      !parse_number(record.header(kOffset), source.offset)) {
    return std::nullopt;
  }
  source.topic = *topic;
  return source;
}

SourceHeaders::SourceHeaders(const Source& source)
    : headers_{HeaderView{kTopic, source.topic},
               HeaderView{kPartition, print_number(source.partition, partition_)},
               HeaderView{kOffset, print_number(source.offset, offset_)}} {}

}  // namespace weir::bus
