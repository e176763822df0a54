#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/kafka/protocol/error_code.h"
#include "weir/kafka/protocol/uuid.h"

// Samples of every generated message, for tests and fuzz targets only. The generator writes a
// `fill(message, filler, version)` per struct and the list of all messages from the definitions.
namespace weir::kafka::protocol {

// `everything` has each field of the version at a value that is not its default, arrays of two;
// `least` has nulls where the version allows them, empty arrays and no tagged fields.
enum class SampleKind { everything, least };

class SampleFiller {
 public:
  explicit SampleFiller(SampleKind kind) : kind_(kind) {}

  bool fills_tags() const { return kind_ == SampleKind::everything; }

  template <typename T>
  void value(T& to, int16_t version) {
    if constexpr (std::is_same_v<T, bool>) {
      to = !to;
    } else if constexpr (std::is_same_v<T, KafkaError>) {
      to = static_cast<KafkaError>(next());
    } else if constexpr (std::is_arithmetic_v<T>) {
      to = static_cast<T>(next());
    } else if constexpr (std::is_same_v<T, std::string>) {
      to = "text " + std::to_string(next());
    } else if constexpr (std::is_same_v<T, BytesView>) {
      to = BytesView("some records");
    } else if constexpr (std::is_same_v<T, Uuid>) {
      for (uint8_t& byte : to) byte = static_cast<uint8_t>(next());
    } else {
      fill(to, *this, version);
    }
  }
  template <typename T>
  void value(std::vector<T>& to, int16_t version) {
    if (kind_ == SampleKind::least) return;
    for (int i = 0; i < 2; ++i) value(to.emplace_back(), version);
  }
  template <typename T>
  void nullable(std::optional<T>& to, bool may_be_null, int16_t version) {
    if (may_be_null && kind_ == SampleKind::least) return;
    value(to.emplace(), version);
  }

 private:
  // 1…100 in turn: fits each type, and neighbours differ, so that swapped fields are noticed.
  int next() { return counter_++ % 100 + 1; }

  SampleKind kind_;
  int counter_ = 0;
};

struct MessageSample {
  std::string_view name;
  int16_t api_key;
  int16_t min_version;
  int16_t max_version;
  Bytes (*encode)(int16_t version, SampleKind kind);
  // Decodes all bytes; true when the message equals the sample.
  Result<bool> (*equals)(BytesView bytes, int16_t version, SampleKind kind);
  // Decodes, and encodes what it understood.
  Result<Bytes> (*reencode)(BytesView bytes, int16_t version);
};

std::span<const MessageSample> message_samples();

template <typename Message>
Message make_filled(int16_t version, SampleKind kind) {
  Message message;
  SampleFiller filler(kind);
  fill(message, filler, version);
  return message;
}

template <typename Message>
MessageSample make_message_sample(std::string_view name) {
  return {
      .name = name,
      .api_key = Message::kApiKey,
      .min_version = Message::kMinVersion,
      .max_version = Message::kMaxVersion,
      .encode =
          [](int16_t version, SampleKind kind) {
            Bytes bytes;
            ByteWriter writer(bytes);
            make_filled<Message>(version, kind).encode(writer, version);
            return bytes;
          },
      .equals = [](BytesView bytes, int16_t version, SampleKind kind) -> Result<bool> {
        ByteReader reader(bytes);
        WEIR_TRY_ASSIGN(const Message message, Message::decode(reader, version));
        if (!reader.at_end()) return Error(ErrorCode::corrupt, "bytes are left over");
        return message == make_filled<Message>(version, kind);
      },
      .reencode = [](BytesView bytes, int16_t version) -> Result<Bytes> {
        ByteReader reader(bytes);
        WEIR_TRY_ASSIGN(const Message message, Message::decode(reader, version));
        Bytes again;
        ByteWriter writer(again);
        message.encode(writer, version);
        return again;
      },
  };
}

}  // namespace weir::kafka::protocol
