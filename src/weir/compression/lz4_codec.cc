#include <lz4frame.h>

#include <memory>

#include "weir/compression/codec_internal.h"

namespace weir::compression {

Status compress_lz4(BytesView bytes, Bytes& out) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // all that Kafka's Java reader accepts
  const size_t start = out.size();
  out.resize(start + LZ4F_compressFrameBound(bytes.size(), &preferences));
  const size_t size = LZ4F_compressFrame(out.data() + start, out.size() - start, bytes.data(),
                                         bytes.size(), &preferences);
  if (LZ4F_isError(size) != 0) return failed(Codec::lz4, LZ4F_getErrorName(size));
  out.resize(start + size);
  return {};
}

Status decompress_lz4(BytesView bytes, size_t max_size, Bytes& out) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) {
    return failed(Codec::lz4, "out of memory");
  }
  const std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> closer(
      context, LZ4F_freeDecompressionContext);
  Bytes chunk(kChunkSize, '\0');
  for (size_t left = max_size;;) {
    size_t produced = chunk.size();
    size_t consumed = bytes.size();
    const size_t hint =
        LZ4F_decompress(context, chunk.data(), &produced, bytes.data(), &consumed, nullptr);
    if (LZ4F_isError(hint) != 0) return corrupt(Codec::lz4, LZ4F_getErrorName(hint));
    if (produced > left) return too_large(Codec::lz4, max_size);
    left -= produced;
    out.append(chunk, 0, produced);
    bytes.remove_prefix(consumed);
    if (hint == 0 && bytes.empty()) return {};
    if (consumed == 0 && produced == 0) return corrupt(Codec::lz4, "it ends too early");
  }
}

}  // namespace weir::compression
