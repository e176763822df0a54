#include <zlib.h>

#include <memory>

#include "weir/compression/codec_internal.h"

namespace weir::compression {
namespace {

// zlib's window parameter also says which format: a negative one means no header.
constexpr int kRawWindow = -15;
constexpr int kGzipWindow = 15 + 16;
constexpr int kGzipOrZlibWindow = 15 + 32;

// The Avro libraries for Python take a zlib stream and cut off its header and one byte: part of the
// checksum then stands behind the deflate stream.
constexpr uInt kMostTrailing = 4;

Bytef* zlib_bytes(const char* bytes) { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes)); }

// zlib counts in 32 bits.
Status check_size(BytesView bytes) {
  if (bytes.size() > INT32_MAX) {
    return Error(ErrorCode::invalid_argument, "input of 2 GiB or more for deflate");
  }
  return {};
}

void set_input(z_stream& stream, BytesView bytes) {
  stream.next_in = zlib_bytes(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

Status compress_zlib(Codec codec, BytesView bytes, int level, Bytes& out) {
  WEIR_TRY(check_size(bytes));
  z_stream stream{};
  if (deflateInit2(&stream, level == kDefaultLevel ? Z_DEFAULT_COMPRESSION : level, Z_DEFLATED,
                   codec == Codec::gzip ? kGzipWindow : kRawWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return failed(codec, "out of memory, or no such level");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, deflateEnd);
  const size_t start = out.size();
  out.resize(start + deflateBound(&stream, bytes.size()));
  set_input(stream, bytes);
  stream.next_out = zlib_bytes(out.data() + start);
  stream.avail_out = static_cast<uInt>(out.size() - start);
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return failed(codec, "no stream end");
  out.resize(start + stream.total_out);
  return {};
}

Status decompress_zlib(Codec codec, BytesView bytes, size_t max_size, Bytes& out) {
  WEIR_TRY(check_size(bytes));
  z_stream stream{};
  if (inflateInit2(&stream, codec == Codec::gzip ? kGzipOrZlibWindow : kRawWindow) != Z_OK) {
    return failed(codec, "out of memory");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, inflateEnd);
  set_input(stream, bytes);
  Bytes chunk(kChunkSize, '\0');
  for (size_t left = max_size;;) {
    stream.next_out = zlib_bytes(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END) {
      return corrupt(codec, stream.msg != nullptr ? stream.msg : "it ends too early");
    }
    const size_t produced = chunk.size() - stream.avail_out;
    if (produced > left) return too_large(codec, max_size);
    left -= produced;
    out.append(chunk, 0, produced);
    if (code != Z_STREAM_END) continue;
    if (stream.avail_in == 0) return {};
    if (codec == Codec::deflate) {
      if (stream.avail_in <= kMostTrailing) return {};
      return corrupt(codec, "it goes on behind its end");
    }
    if (inflateReset(&stream) != Z_OK) return corrupt(codec, "bad second member");
  }
}

}  // namespace weir::compression
