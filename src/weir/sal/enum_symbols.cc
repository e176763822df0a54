#include "weir/sal/enum_symbols.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "weir/base/utf8.h"
#include "weir/sal/avro_name.h"

namespace weir::sal {
namespace {

std::string cleaned(std::string_view symbol) {
  std::string made;
  for (size_t at = 0; at < symbol.size();) {
    const uint32_t code = next_code_point(symbol, at);
    const char c = code < 0x80 ? static_cast<char>(code) : '_';
    made += is_avro_name_character(c) ? c : '_';
  }
  if (made.empty() || (made[0] >= '0' && made[0] <= '9')) made.insert(0, 1, '_');
  return made;
}

}  // namespace

std::vector<std::string> avro_symbols(const std::vector<Enumerator>& enumerators) {
  std::set<std::string> taken;
  std::vector<std::string> symbols;
  // Those that stay as they are come first, so that no other takes their name.
  for (const Enumerator& enumerator : enumerators) {
    const bool stays = is_avro_name(enumerator.symbol) && taken.insert(enumerator.symbol).second;
    symbols.push_back(stays ? enumerator.symbol : "");
  }
  std::map<std::string, size_t> last_number;
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (!symbols[i].empty()) continue;
    const std::string base = cleaned(enumerators[i].symbol);
    size_t& number = last_number.try_emplace(base, 0).first->second;
    do {
      ++number;
      symbols[i] = number == 1 ? base : fmt::format("{}_{}", base, number);
    } while (!taken.insert(symbols[i]).second);
  }
  return symbols;
}

}  // namespace weir::sal
