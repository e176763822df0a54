// Starts a broker and a registry on free ports and a folder of their own, runs a command with their
// addresses appended (--brokers HOST:PORT --registry URL), and ends as it ends.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "facility_broker.h"
#include "weir/registry/server/registry.h"

namespace {

int run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execvp(arguments[0], arguments.data());
    std::perror(arguments[0]);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  weir::testing::FacilityBroker broker;
  if (const auto started = broker.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().to_string().c_str());
    return 1;
  }
  const auto registry = weir::registry::server::Registry::start(
      {.brokers = broker.brokers(), .port = 0}, weir::io::real_clock());
  if (!registry) {
    std::fprintf(stderr, "%s\n", registry.error().to_string().c_str());
    return 1;
  }
  std::vector<std::string> words(argv + 1, argv + argc);
  words.insert(words.end(), {"--brokers", broker.brokers(), "--registry", (*registry)->url()});
  return run(std::move(words));
}
