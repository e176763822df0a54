#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weir/base/bytes.h"

namespace weir::store {

// Runs of 64-bit words made small: the numbers of a column, its array lengths, its text lengths.
// The encoder looks at the words and takes the form that suits them; the form is named by the first
// byte, the count is known from outside. docs/internals/store.md has the grammar.

// What the words are; it decides which forms are tried, not how they are read back.
enum class WordKind { boolean, integer, real };

// Appends the encoding of `words`; nothing at all when there are none.
void encode_words(std::span<const uint64_t> words, WordKind kind, Bytes& out);

// Reads back `count` words. On bytes that are no such encoding the reader fails; what is returned
// then is worthless. Memory: 8 bytes per word of `count`, which the caller bounds.
std::vector<uint64_t> decode_words(ByteReader& in, size_t count);

}  // namespace weir::store
