#include "weir/broker/server/broker.h"

#include <fmt/format.h>

#include "weir/cli/verb.h"

namespace weir::cli::verbs {
namespace {

using weir::broker::handlers::ReplicationPolicy;
using weir::broker::server::BrokerOptions;

class BrokerVerb : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.option("data", &data_, "folder of topics and records; made if absent")
        .value_name("DIR");
    options.option("listen", &listen_, "where to accept clients; port 0 picks a free one")
        .value_name("HOST:PORT");
    options
        .option("advertise", &advertise_,
                "where to send clients; by default the address they came by")
        .value_name("HOST:PORT");
    options.option("port-file", &port_file_, "write the port there once clients can connect")
        .value_name("FILE");
    options
        .option("replicas", &replicas_,
                "what a topic gets that asks for more than one replica: one, or an error")
        .one_of({"clamp", "refuse"});
    broker_.declare(options.settings());
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const BrokerOptions options, broker_options());
    StopFlag& stop = context.stop_on_signals();
    WEIR_TRY_ASSIGN(const auto broker,
                    weir::broker::server::Broker::start(options, context.files(), context.clock()));
    const io::TcpAddress address{.host = options.listen.host, .port = broker->port()};
    context.print(
        fmt::format("broker on {}, data in {}", address.to_string(), options.data_folder));
    context.out().flush();  // who started us may wait for this line
    if (!port_file_.empty()) {
      WEIR_TRY(io::write_file_atomically(context.files(), port_file_,
                                         fmt::format("{}\n", broker->port())));
    }
    stop.wait();
    WEIR_TRY(broker->stop());
    return ExitCode::ok;
  }

 private:
  Result<BrokerOptions> broker_options() const {
    BrokerOptions options = broker_;
    options.data_folder = data_;
    WEIR_TRY_ASSIGN(options.listen, io::TcpAddress::parse(listen_));
    if (!advertise_.empty()) {
      WEIR_TRY_ASSIGN(options.settings.advertise, io::TcpAddress::parse(advertise_));
    }
    options.settings.replication =
        replicas_ == "refuse" ? ReplicationPolicy::refuse : ReplicationPolicy::clamp;
    return options;
  }

  BrokerOptions broker_;
  std::string data_ = "weir-data";
  std::string listen_ = "localhost:9092";
  std::string advertise_;
  std::string port_file_;
  std::string replicas_ = "clamp";
};

}  // namespace

Verb broker() {
  return make_verb<BrokerVerb>(
      {.path = {"broker"},
       .summary = "Run the Kafka broker alone",
       .description =
           "Serves any Kafka client from one folder and one port until Ctrl-C or SIGTERM. What it "
           "acknowledges has been written to the disk; what it was asked and had not answered is "
           "answered before it ends. Topics are made when a client first asks for them.",
       .examples =
           {{"Serve on the usual port of this machine", "weir broker --data /var/lib/weir"},
            {"A throw-away broker for a test, on a free port",
             "weir broker --data $(mktemp -d) --listen 127.0.0.1:0 --port-file port"},
            {"Behind another name, for clients of other machines",
             "weir broker --listen :9092 --advertise bus.example.org:9092"},
            {"Write and read a record with kcat",
             "echo hello | kcat -b localhost:9092 -t greetings -P && kcat -b localhost:9092 -t "
             "greetings -C -e"}},
       .log_level = LogLevel::info});
}

}  // namespace weir::cli::verbs
