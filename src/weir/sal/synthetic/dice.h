#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace weir::sal::synthetic {

// Random numbers that depend on the seed alone: whole numbers and no std:: distribution, because
// those differ between standard libraries. SplitMix64 (Steele, Lea, Flood 2014). Confined.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
  }

  // 0 to limit - 1; the limit is at least 1.
  uint32_t below(uint32_t limit) {
    return static_cast<uint32_t>(((next() >> 32) * uint64_t{limit}) >> 32);
  }
  // Both ends included.
  int64_t between(int64_t low, int64_t high) {
    return low + int64_t{below(static_cast<uint32_t>(high - low + 1))};
  }
  bool percent(uint32_t share) { return below(100) < share; }

  template <typename T>
  const T& pick(std::span<const T> among) {
    return among[below(static_cast<uint32_t>(among.size()))];
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[below(static_cast<uint32_t>(left))]);
    }
  }

 private:
  uint64_t state_;
};

template <typename T>
struct Card {
  uint16_t copies;
  T value;
};

// Draws values in the shares of a table, like cards: when all are dealt they are shuffled again. So
// the shares hold exactly every time round, which independent draws would only come near to.
// The table must outlive the deck. Confined.
template <typename T>
class Deck {
 public:
  Deck(std::span<const Card<T>> table, uint64_t seed) : table_(table), dice_(seed) {
    for (size_t i = 0; i < table_.size(); ++i) {
      order_.insert(order_.end(), table_[i].copies, static_cast<uint16_t>(i));
    }
    next_ = order_.size();
  }

  const T& draw() {
    if (next_ == order_.size()) {
      dice_.shuffle(order_);
      next_ = 0;
    }
    return table_[order_[next_++]].value;
  }

 private:
  std::span<const Card<T>> table_;
  Dice dice_;
  std::vector<uint16_t> order_;
  size_t next_ = 0;
};

// How many of something: any number from `low` to `high`.
struct Range {
  uint16_t low, high;
};

}  // namespace weir::sal::synthetic
