#include "weir/broker/log/journal_frame.h"

#include <algorithm>

#include "weir/base/crc32c.h"

namespace weir::broker::log {
namespace {

constexpr uint32_t kFrameMagic = 0x314657f5;  // f5 'W' 'F' '1'
constexpr BytesView kFrameMagicBytes = "\xf5WF1";
constexpr BytesView kFileMagic = "WEIRJRNL";
constexpr uint32_t kFileVersion = 1;
constexpr size_t kFileHeaderUsed = 32;
constexpr size_t kCrcAt = 4;
constexpr size_t kAfterCrc = 8;

bool known(uint32_t type) {
  return type >= static_cast<uint32_t>(FrameType::batch) &&
         type <= static_cast<uint32_t>(FrameType::start_raised);
}

}  // namespace

uint32_t append_frame_header(FrameHeader header, BytesView payload, Bytes& out) {
  const size_t start = out.size();
  ByteWriter writer(out);
  writer.le<uint32_t>(kFrameMagic);
  writer.le<uint32_t>(0);
  writer.le<uint32_t>(static_cast<uint32_t>(payload.size()));
  writer.le<uint32_t>(static_cast<uint32_t>(header.type));
  writer.le<uint64_t>(header.lsn);
  writer.le<uint64_t>(header.group_lsn);
  writer.le<uint32_t>(header.chain);
  writer.le<uint32_t>(header.topic);
  writer.le<uint32_t>(header.partition);
  writer.le<int64_t>(header.base_offset);
  const uint32_t crc = crc32c(payload, crc32c(BytesView(out).substr(start + kAfterCrc)));
  store_le(out.data() + start + kCrcAt, crc);
  return crc;
}

Result<Frame> decode_frame(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.le<uint32_t>() != kFrameMagic) return Error(ErrorCode::not_found, "no frame");
  Frame frame;
  frame.header.crc = reader.le<uint32_t>();
  frame.header.length = reader.le<uint32_t>();
  const auto type = reader.le<uint32_t>();
  frame.header.type = static_cast<FrameType>(type);
  frame.header.lsn = reader.le<uint64_t>();
  frame.header.group_lsn = reader.le<uint64_t>();
  frame.header.chain = reader.le<uint32_t>();
  frame.header.topic = reader.le<uint32_t>();
  frame.header.partition = reader.le<uint32_t>();
  frame.header.base_offset = reader.le<int64_t>();
  frame.payload = reader.view(frame.header.length);
  if (!reader.ok()) return Error(ErrorCode::corrupt, "frame is cut off");
  if (crc32c(bytes.substr(kAfterCrc, frame.size() - kAfterCrc)) != frame.header.crc) {
    return Error(ErrorCode::corrupt, "frame has a wrong CRC");
  }
  if (!known(type)) return Error(ErrorCode::corrupt, "frame has an unknown type");
  return frame;
}

uint64_t frame_size(BytesView prefix) {
  if (prefix.size() < kFrameHeaderSize || !prefix.starts_with(kFrameMagicBytes)) return 0;
  return kFrameHeaderSize + uint64_t{load_le<uint32_t>(prefix.data() + kAfterCrc)};
}

Bytes encode_journal_header(const JournalHeader& header) {
  Bytes out(kFileMagic);
  ByteWriter writer(out);
  writer.le<uint32_t>(kFileVersion);
  writer.le<uint32_t>(0);
  writer.le<uint64_t>(header.journal_id);
  writer.le<uint64_t>(header.first_lsn);
  store_le(out.data() + 12, crc32c(BytesView(out).substr(16)));
  out.resize(kJournalHeaderSize, '\0');
  return out;
}

Result<JournalHeader> decode_journal_header(BytesView bytes) {
  bytes = bytes.substr(0, kFileHeaderUsed);
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) {
    return Error(ErrorCode::not_found, "never used");
  }
  ByteReader reader(bytes);
  if (reader.view(kFileMagic.size()) != kFileMagic)
    return Error(ErrorCode::corrupt, "not a journal file");
  const auto version = reader.le<uint32_t>();
  if (reader.ok() && version != kFileVersion) {
    return Error(ErrorCode::unsupported, "journal format version " + std::to_string(version) +
                                             "; this program knows version " +
                                             std::to_string(kFileVersion));
  }
  const auto crc = reader.le<uint32_t>();
  JournalHeader header;
  header.journal_id = reader.le<uint64_t>();
  header.first_lsn = reader.le<uint64_t>();
  if (!reader.ok() || crc32c(bytes.substr(16)) != crc)
    return Error(ErrorCode::corrupt, "journal header is damaged");
  return header;
}

uint32_t journal_header_crc(BytesView encoded) { return load_le<uint32_t>(encoded.data() + 12); }

size_t find_proof_of_loss(BytesView bytes, Lsn missing) {
  for (size_t at = bytes.find(kFrameMagicBytes); at != BytesView::npos;
       at = bytes.find(kFrameMagicBytes, at + 1)) {
    const BytesView here = bytes.substr(at);
    if (here.size() < kFrameHeaderSize || load_le<uint64_t>(here.data() + 24) <= missing) continue;
    if (const auto frame = decode_frame(here); frame && frame->header.lsn > missing) return at;
  }
  return BytesView::npos;
}

}  // namespace weir::broker::log
