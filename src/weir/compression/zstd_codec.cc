#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>

#include "weir/compression/codec_internal.h"

namespace weir::compression {

Status compress_zstd(BytesView bytes, int level, Bytes& out) {
  const size_t start = out.size();
  out.resize(start + ZSTD_compressBound(bytes.size()));
  const size_t size =
      ZSTD_compress(out.data() + start, out.size() - start, bytes.data(), bytes.size(),
                    level == kDefaultLevel ? ZSTD_CLEVEL_DEFAULT : level);
  if (ZSTD_isError(size) != 0) return failed(Codec::zstd, ZSTD_getErrorName(size));
  out.resize(start + size);
  return {};
}

// Unpacks in one go into a buffer that grows fourfold whenever it proves too small: unlike the
// streaming form this never allocates the window a header asks for, and no claimed size is
// believed.
Status decompress_zstd(BytesView bytes, size_t max_size, Bytes& out) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  if (context == nullptr) return failed(Codec::zstd, "out of memory");
  if (bytes.empty()) return corrupt(Codec::zstd, "it is empty");
  size_t capacity = std::max(bytes.size() * 8, size_t{64} * 1024);
  if (const auto claim = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
      claim < ZSTD_CONTENTSIZE_ERROR) {
    capacity = std::min<size_t>(capacity, claim);
  }
  const size_t start = out.size();
  for (;; capacity = std::max(capacity, kChunkSize) * 4) {
    capacity = std::min(capacity, max_size);
    out.resize(start + capacity);
    const size_t size = ZSTD_decompressDCtx(context.get(), out.data() + start, capacity,
                                            bytes.data(), bytes.size());
    if (ZSTD_isError(size) == 0) {
      out.resize(start + size);
      return {};
    }
    if (ZSTD_getErrorCode(size) != ZSTD_error_dstSize_tooSmall) {
      return corrupt(Codec::zstd, ZSTD_getErrorName(size));
    }
    if (capacity == max_size) return too_large(Codec::zstd, max_size);
  }
}

}  // namespace weir::compression
