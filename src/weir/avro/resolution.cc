#include "weir/avro/resolution.h"

#include "weir/avro/resolution_builder.h"

namespace weir::avro {

Result<Resolution> Resolution::make(const Schema& writer, const Schema& reader,
                                    const ResolutionOptions& options) {
  WEIR_TRY_ASSIGN(std::shared_ptr<const Graph> graph,
                  ResolutionBuilder(writer, reader, options).run());
  return Resolution(std::move(graph));
}

const Schema& Resolution::writer() const { return graph_->writer; }
const Schema& Resolution::reader() const { return graph_->reader; }
bool Resolution::reads_everything() const { return graph_->nodes[graph_->root].reads_everything; }
bool Resolution::is_identity() const { return graph_->nodes[graph_->root].identical; }

}  // namespace weir::avro
