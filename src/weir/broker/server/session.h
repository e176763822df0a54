#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "weir/base/time.h"
#include "weir/broker/handlers/request.h"
#include "weir/broker/handlers/services.h"
#include "weir/broker/server/frame_assembler.h"
#include "weir/broker/server/memory_budget.h"
#include "weir/io/tcp.h"

namespace weir::broker::server {

class Session;

struct SessionLimits {
  size_t max_request_bytes = 100u << 20;  // socket.request.max.bytes
  size_t max_in_flight = 64;              // requests of one connection being worked on
  size_t max_unsent_bytes = 8u << 20;  // responses not taken by the peer; beyond it nothing is read
};

// What a session needs of its server. Borrowed; outlives the session.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  // The connection is over; the host drops its reference.
  virtual void on_ended(Session& session) = 0;
  // Wants to go on once the memory budget has room.
  virtual void on_starved(Session& session) = 0;

  handlers::Services& services;
  MemoryBudget& memory;
  const SessionLimits limits;

 protected:
  SessionHost(handlers::Services& with, MemoryBudget& budget, const SessionLimits& within)
      : services(with), memory(budget), limits(within) {}
};

// One client connection: cuts frames, reads request headers, hands requests to their handlers, and
// sends the answers in the order of the requests, however late each is ready. A client that breaks
// the framing or asks for what is not served is cut off, as Kafka does (old clients probe that
// way). Confined.
class Session : public io::TcpEvents,
                public handlers::ReplySink,
                public std::enable_shared_from_this<Session> {
 public:
  Session(SessionHost& host, std::unique_ptr<io::TcpConnection> connection);

  void start();
  // Goes on after a wait for memory.
  void resume();
  // Takes no more requests, answers those it has, closes.
  void finish();
  void close();

  SteadyTime last_heard() const { return last_heard_; }
  bool inside_frame() const { return !frames_.between_frames(); }
  // Waits for us (memory, answers under way, the peer's reading), not we for it.
  bool held_back() const { return starved_ || !slots_.empty() || !kept_.empty(); }
  std::string peer() const { return connection_->remote_address().to_string(); }
  // Cuts the client off, saying why in the log.
  void cut_off(const Error& why);

  void on_bytes(BytesView bytes) override;
  void on_drained() override;
  void on_closed() override;
  void on_reply(uint64_t slot, handlers::ResponseBody body) override;
  void on_no_reply(uint64_t slot) override;
  void on_failure(uint64_t slot, const Error& why) override;

 private:
  // A request that was taken, in the order of arrival.
  struct Slot {
    Bytes header;  // of the response: length still open, correlation id, tags
    std::optional<handlers::ResponseBody> body = {};
    bool skipped = false;
  };

  bool can_take_more() const;
  // Works through bytes; keeps what cannot be taken now, and reads on only when nothing is kept.
  void process(BytesView bytes);
  Status take_frames(BytesView& bytes);
  Status dispatch(Bytes frame, MemoryBudget::Share share);
  Slot* find_slot(uint64_t slot);
  void send_ready();
  void go_on();

  SessionHost& host_;
  std::unique_ptr<io::TcpConnection> connection_;
  FrameAssembler frames_;
  MemoryBudget::Share share_;  // of the frame under way
  Bytes kept_;                 // read, not yet taken
  std::deque<Slot> slots_;
  uint64_t first_slot_ = 0;
  SteadyTime last_heard_;
  bool processing_ = false;
  bool starved_ = false;
  bool finishing_ = false;
  bool ended_ = false;
};

}  // namespace weir::broker::server
