#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "weir/avro/resolution_graph.h"

namespace weir::avro {

// Makes the graph of a resolution: collects the pairs of types that can meet, finds out which of
// them can be read (and read always), and lets every union of the reader's choose. Used once.
//
// Schemas contain themselves, so "can be read" is the greatest answer that contradicts nothing:
// everything can until something in it cannot, and that spreads to whatever holds it.
class ResolutionBuilder {
 public:
  ResolutionBuilder(const Schema& writer, const Schema& reader, const ResolutionOptions& options);

  Result<std::shared_ptr<const Resolution::Graph>> run();

 private:
  // What holds for a pair until a part of it takes it away.
  struct Claim {
    bool holds = true;
    uint32_t left = 0;          // parts for which it still holds, where one is enough
    uint32_t cause = kNowhere;  // the part that took it away; kNowhere: the pair itself
  };
  enum : size_t { kReadable, kReadsEverything, kIdentical, kClaims };

  struct Pair {
    std::vector<uint32_t> parts;  // nodes; of a reader's union: candidates, best first
    std::vector<uint32_t> parents;
    std::vector<uint32_t> candidates;  // the reader's branch of each part, where it is a union
    std::array<Claim, kClaims> claims;
  };

  Error too_large() const;
  bool count(size_t steps);
  uint32_t node_of(const Type& writer, const Type& reader);
  uint32_t part_of(uint32_t parent, const Type& writer, const Type& reader);

  Status explore(uint32_t at);
  void explore_scalar(uint32_t at);
  void explore_enumeration(uint32_t at);
  void explore_reader_union(uint32_t at);
  Status explore_record(uint32_t at);
  Status fill(uint32_t at, size_t field);
  void refuse(uint32_t at, std::string problem);

  void spread(size_t claim);
  bool one_part_is_enough(uint32_t at, size_t claim) const;
  void explain(uint32_t at);
  void choose();
  void compare_unions();
  void finish();
  std::string reason() const;

  std::shared_ptr<Resolution::Graph> graph_;
  std::vector<Pair> pairs_;  // beside graph_->nodes
  std::unordered_map<const Type*, std::unordered_map<const Type*, uint32_t>> known_;
  std::unordered_map<const Field*, uint32_t> defaults_;
  std::vector<uint32_t> fallen_;  // pairs that lost the claim at hand, in the order they did
  size_t steps_left_;
  size_t max_steps_;
};

}  // namespace weir::avro
