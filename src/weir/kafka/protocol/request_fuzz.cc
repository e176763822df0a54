// Decodes any message in any version: the first two bytes choose them, the rest is the message, or
// edits to a well-formed one. What is understood must be stable when written and read again.
#include <cstdint>

#include "weir/base/check.h"
#include "weir/kafka/protocol/message_sample.h"
#include "weir/kafka/protocol/request_header.h"

namespace weir::kafka::protocol {
namespace {

void check(const MessageSample& sample, int16_t version, BytesView bytes) {
  const auto once = sample.reencode(bytes, version);
  if (!once) return;
  const auto twice = sample.reencode(*once, version);
  WEIR_CHECK(twice && *twice == *once);
}

Bytes edited(Bytes bytes, BytesView edits) {
  for (size_t i = 0; i + 1 < edits.size() && i < 8 && !bytes.empty(); i += 2) {
    bytes[static_cast<uint8_t>(edits[i]) % bytes.size()] = edits[i + 1];
  }
  return bytes;
}

}  // namespace
}  // namespace weir::kafka::protocol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::kafka::protocol;
  const weir::BytesView input(reinterpret_cast<const char*>(data), size);
  weir::ByteReader header(input);
  (void)RequestHeader::decode(header);
  if (size < 2) return 0;
  const auto samples = message_samples();
  const MessageSample& sample = samples[data[0] % samples.size()];
  const int versions = sample.max_version - sample.min_version + 1;
  const auto version = static_cast<int16_t>(sample.min_version + data[1] % versions);
  const weir::BytesView rest = input.substr(2);
  check(sample, version, rest);
  check(sample, version, edited(sample.encode(version, SampleKind::everything), rest));
  return 0;
}
