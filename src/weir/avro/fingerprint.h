#pragma once

#include <cstdint>

#include "weir/avro/schema.h"
#include "weir/base/bytes.h"
#include "weir/base/digest.h"

namespace weir::avro {

// The 64-bit Rabin fingerprint of Avro's specification ("Schema Fingerprints"). On the wire (as in
// single-object encoding) its bytes go least significant first. It tells schemas apart that meet by
// accident, not those that somebody made to collide.
uint64_t crc64_avro(BytesView bytes);

// Fingerprints of the UTF-8 of the schema's canonical form.
uint64_t crc64_fingerprint(const Schema& schema);
Md5 md5_fingerprint(const Schema& schema);
Sha256 sha256_fingerprint(const Schema& schema);

}  // namespace weir::avro
