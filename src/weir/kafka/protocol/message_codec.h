#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/kafka/protocol/error_code.h"
#include "weir/kafka/protocol/uuid.h"

// What the generated messages are read and written with; nothing else needs it, but for
// RecordsSplice.
namespace weir::kafka::protocol {

// Where the bytes of a `records` field belong in an encoded message that was written without them,
// so that a broker can send them straight from where they lie. They go in before the byte at
// `position`.
struct RecordsSplice {
  size_t position;
  BytesView records;
};

// Reads the fields of one message. The first field that cannot be read stops everything: later
// reads give zeros, and `error` names it. Strings are limited to 32767 bytes, as in Kafka.
// Confined.
class MessageReader {
 public:
  MessageReader(ByteReader& bytes, bool flexible) : bytes_(&bytes), flexible_(flexible) {}

  bool ok() const { return failed_field_ == nullptr; }
  // "Produce request v9: cannot read topics.name", code `corrupt`.
  Error error(std::string_view message, int16_t version) const;

  void read(const char* field, bool& value);
  void read(const char* field, int8_t& value);
  void read(const char* field, int16_t& value);
  void read(const char* field, uint16_t& value);
  void read(const char* field, int32_t& value);
  void read(const char* field, int64_t& value);
  void read(const char* field, double& value);
  void read(const char* field, KafkaError& value);
  void read(const char* field, Uuid& value);
  void read(const char* field, std::string& value);
  void read(const char* field, std::optional<std::string>& value, bool nullable);
  void bytes(const char* field, Bytes& value);
  void bytes(const char* field, std::optional<Bytes>& value, bool nullable);
  void records(const char* field, std::optional<BytesView>& value, bool nullable);
  // The int8 in front of a nullable struct: true when the struct follows.
  bool present(const char* field);

  // `min_size` is the least an element takes on the wire in any version: it bounds what is
  // reserved.
  template <typename T>
  void array(const char* field, std::vector<T>& values, size_t min_size, int16_t version) {
    elements(field, values, count(field), min_size, version);
  }
  template <typename T>
  void array(const char* field, std::optional<std::vector<T>>& values, size_t min_size,
             int16_t version, bool nullable) {
    const int64_t size = count(field);
    values.reset();
    if (size < 0 && nullable) return;
    elements(field, values.emplace(), size, min_size, version);
  }

  // Reads the tagged fields that end a struct in flexible versions. `known(tag)` reads the field of
  // a tag it knows and returns true; others are skipped.
  template <typename Known>
  void tags(const char* field, Known known) {
    if (!flexible_) return;
    for (uint64_t left = tag_count(field); left > 0 && ok(); --left) {
      ByteReader* const outer = bytes_;
      const uint64_t tag = outer->uvarint();
      ByteReader inner(outer->view(outer->uvarint()));
      if (!outer->ok()) return fail(field);
      bytes_ = &inner;
      const bool whole = !known(tag) || inner.at_end();
      bytes_ = outer;
      if (!whole) fail(field);
    }
  }
  void skip_tags(const char* field);

 private:
  void fail(const char* field);
  void check(const char* field) {
    if (!bytes_->ok()) fail(field);
  }
  uint64_t tag_count(const char* field);
  int64_t compact_size(const char* field);
  int64_t count(const char* field);  // of an array or of bytes; -1 is null
  std::optional<BytesView> sized(const char* field, int64_t size, bool nullable);
  std::optional<BytesView> text(const char* field, bool nullable);
  std::optional<BytesView> blob(const char* field, bool nullable);

  template <typename T>
  void elements(const char* field, std::vector<T>& values, int64_t size, size_t min_size,
                int16_t version) {
    values.clear();
    if (!ok()) return;
    const size_t possible = bytes_->remaining() / min_size;
    if (size < 0 || static_cast<uint64_t>(size) > possible) return fail(field);
    values.reserve(static_cast<size_t>(size));
    for (int64_t i = 0; i < size && ok(); ++i) {
      if constexpr (requires(T value) { value.read(*this, version); }) {
        values.emplace_back().read(*this, version);
      } else {
        T value{};
        read(field, value);
        values.push_back(std::move(value));
      }
    }
  }

  ByteReader* bytes_;
  bool flexible_;
  const char* failed_field_ = nullptr;
};

// Writes the fields of one message. Cannot fail: a string longer than 32767 bytes (only our own
// error texts could be) is cut. Confined.
class MessageWriter {
 public:
  // With `splices`, records are not copied into `out` but noted there.
  MessageWriter(ByteWriter& out, bool flexible, std::vector<RecordsSplice>* splices = nullptr)
      : out_(out), flexible_(flexible), splices_(splices) {}

  bool flexible() const { return flexible_; }

  void write(bool value) { out_.byte(value ? 1 : 0); }
  void write(int8_t value) { out_.byte(static_cast<uint8_t>(value)); }
  void write(int16_t value) { out_.be(value); }
  void write(uint16_t value) { out_.be(value); }
  void write(int32_t value) { out_.be(value); }
  void write(int64_t value) { out_.be(value); }
  void write(double value);
  void write(KafkaError value) { out_.be(static_cast<int16_t>(value)); }
  void write(const Uuid& value);
  void write(const std::string& value);
  void write(const std::optional<std::string>& value, bool nullable);
  void bytes(const Bytes& value) { blob(value, false); }
  void bytes(const std::optional<Bytes>& value, bool nullable);
  void records(const std::optional<BytesView>& value, bool nullable);
  void present(bool value) { write(value ? int8_t{1} : int8_t{-1}); }

  template <typename T>
  void array(const std::vector<T>& values, int16_t version) {
    count(static_cast<int64_t>(values.size()));
    for (const T& value : values) {
      if constexpr (requires { value.write(*this, version); }) {
        value.write(*this, version);
      } else {
        write(value);
      }
    }
  }
  template <typename T>
  void array(const std::optional<std::vector<T>>& values, int16_t version, bool nullable) {
    if (values) return array(*values, version);
    count(nullable ? -1 : 0);
  }

  void no_tags() {
    if (flexible_) out_.uvarint(0);
  }

 private:
  friend class TagsWriter;
  void count(int64_t size);
  void blob(const std::optional<BytesView>& value, bool nullable);

  ByteWriter& out_;
  bool flexible_;
  std::vector<RecordsSplice>* splices_;
};

// Collects the tagged fields of one struct, in the order of their tags, and writes them behind its
// other fields. Confined.
class TagsWriter {
 public:
  template <typename Write>
  void add(uint32_t tag, Write write) {
    Bytes field;
    ByteWriter out(field);
    MessageWriter writer(out, true);
    write(writer);
    append(tag, field);
  }
  void finish(MessageWriter& writer);

 private:
  void append(uint32_t tag, BytesView field);

  Bytes fields_;
  uint32_t count_ = 0;
};

// `unsupported`, naming the message, when `version` is outside [min, max].
Status check_message_version(std::string_view message, int16_t version, int16_t min, int16_t max);

}  // namespace weir::kafka::protocol
