#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "weir/avro/binary.h"
#include "weir/avro/resolution.h"

namespace weir::avro {

// What is done with one pair of a writer's and a reader's type.
enum class ResolveCode : uint8_t {
  same,          // a scalar or fixed, read as it is
  promote,       // a number to a wider one, string to bytes, bytes to string
  enumeration,   // by `symbols`
  record,        // by `moves`, then `fills`
  array,         // of items by `target`
  map,           // of values by `target`
  writer_union,  // the branch that comes, by `branches`
  reader_union,  // becomes branch `branch`, by `target`
  refuse         // such a datum cannot be read: `problem`
};

constexpr uint32_t kNowhere = std::numeric_limits<uint32_t>::max();

struct ResolveNode {
  // One field of the writer's record, in its order.
  struct Move {
    uint32_t field = kNowhere;   // of the reader; kNowhere skips the value
    uint32_t target = kNowhere;  // the node that reads it
  };
  // One field of the reader's record that the writer's does not have.
  struct Fill {
    uint32_t field = 0;  // of the reader
    uint32_t value = 0;  // in `defaults`
  };

  ResolveCode code = ResolveCode::refuse;
  bool reads_everything = false;
  bool identical = false;  // the bytes may be read with the reader's type alone
  uint32_t target = kNowhere;
  uint32_t branch = 0;
  const Type* writer = nullptr;
  const Type* reader = nullptr;
  std::vector<Move> moves;
  std::vector<Fill> fills;
  std::vector<uint32_t> branches;
  std::vector<uint32_t> symbols;  // the reader's index for each of the writer's, or kNowhere
  std::string problem;
};

struct ResolveDefault {
  Value value;
  size_t cost = 0;  // bytes of memory, about
};

// One node per pair of types that can meet; a schema inside itself is a node that leads back to
// itself. Immutable.
struct Resolution::Graph {
  Schema writer;
  Schema reader;
  uint32_t root = 0;
  std::vector<ResolveNode> nodes;
  std::vector<ResolveDefault> defaults;
};

// What a read through a graph leaves beside the value.
struct ResolveOutcome {
  std::string path;      // of the place where it stopped
  bool refused = false;  // the bytes are good, and the reader cannot take them

  Error error(const BinaryReader& reader) const;
};

// Reads one value of a node's writer's type as one of its reader's. False leaves the reason in the
// reader and the rest in `outcome`.
bool read_resolved(const Resolution::Graph& graph, uint32_t node, BinaryReader& reader,
                   Value& value, ResolveOutcome& outcome);

constexpr const char* kMissingSymbol =
    "a symbol that the reader's enum does not have, nor a default";
constexpr const char* kBytesAreNoText = "bytes that are read as a string and are not UTF-8";

}  // namespace weir::avro
