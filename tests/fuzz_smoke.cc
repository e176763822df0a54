// Drives a libFuzzer entry point without libFuzzer, so that every build runs every fuzz target.
//
// Feeds deterministic inputs: the empty one, short runs of each byte, random bytes, and mutations of
// the inputs named on the command line. It finds crashes and hangs, not coverage: the `fuzz` preset does.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string mutate(std::string input, std::mt19937_64& random) {
  for (uint64_t edits = random() % 8 + 1; edits > 0 && !input.empty(); --edits) {
    const size_t at = random() % input.size();
    switch (random() % 4) {
      case 0: input[at] = static_cast<char>(random()); break;
      case 1: input.erase(at, random() % 9); break;
      case 2: input.insert(at, std::string(random() % 9, static_cast<char>(random()))); break;
      default: input.resize(at); break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  std::mt19937_64 random(20190121);
  std::vector<std::string> seeds = {""};
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  for (int byte = 0; byte < 256; ++byte) run(std::string(16, static_cast<char>(byte)));
  for (const std::string& seed : seeds) run(seed);
  size_t runs = 0;
  for (; runs < 20000; ++runs) {
    const std::string& seed = seeds[random() % seeds.size()];
    if (!seed.empty() && random() % 4 != 0) {
      run(mutate(seed, random));
      continue;
    }
    std::string input(random() % 300, '\0');
    for (char& c : input) c = static_cast<char>(random() % 3 == 0 ? random() % 4 : random());
    run(input);
  }
  std::printf("%zu inputs, no crash\n", runs);
  return 0;
}
