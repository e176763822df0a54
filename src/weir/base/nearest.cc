#include "weir/base/nearest.h"

#include <algorithm>
#include <tuple>

namespace weir {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
size_t distance(std::string_view from, std::string_view to) {
  std::vector<size_t> before(to.size() + 1), row(to.size() + 1), next(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t replace = row[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replace});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[to.size()];
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted,
                                       std::span<const std::string> candidates, size_t most) {
  const std::string word = lower(wanted);
  if (word.empty()) return {};
  const size_t bound = std::max<size_t>(1, word.size() / 3);
  std::vector<std::tuple<size_t, std::string>> ranked;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate);
    const size_t sizes = std::max(word.size(), other.size()) - std::min(word.size(), other.size());
    size_t rank = sizes > bound ? bound + 1 : distance(word, other);
    if (rank > bound) {
      const bool contained = word.size() >= 3 && other.find(word) != std::string::npos;
      if (!contained) continue;
      rank = bound + 1 + sizes;
    }
    ranked.emplace_back(rank, candidate);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> names;
  for (auto& [rank, name] : ranked) {
    if (names.size() == most) break;
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates) {
  return did_you_mean(nearest_names(wanted, candidates));
}

std::string did_you_mean(std::span<const std::string> near) {
  if (near.empty()) return "";
  std::string text = "; did you mean ";
  for (size_t i = 0; i < near.size(); ++i) {
    if (i > 0) text += i + 1 == near.size() ? " or " : ", ";
    text += "'" + near[i] + "'";
  }
  return text + "?";
}

}  // namespace weir
