#include "weir/sal/synthetic/facility.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "weir/sal/synthetic/words.h"

namespace weir::sal::synthetic {
namespace {

// Topics of a subsystem, as 66 real ones have them; scaled to the total afterwards.
constexpr Card<Range> kSizes[] = {{8, {2, 5}},    {16, {6, 7}},  {8, {8, 10}},  {10, {12, 14}},
                                  {11, {16, 23}}, {7, {26, 40}}, {5, {43, 73}}, {1, {102, 102}}};

// Which kinds a subsystem has, as bits of 1 << SetKind.
constexpr uint16_t kCommands = 1, kEvents = 2, kTelemetry = 4;
constexpr Card<uint16_t> kKindSets[] = {{38, kCommands | kEvents | kTelemetry},
                                        {17, kEvents | kTelemetry},
                                        {5, kCommands | kEvents},
                                        {3, kEvents},
                                        {2, kCommands | kTelemetry},
                                        {1, kTelemetry}};

// Items of a topic. Topics without any are mostly commands ("stop").
constexpr Card<Range> kCommandItems[] = {{15, {0, 0}}, {40, {1, 1}}, {18, {2, 2}}, {10, {3, 3}},
                                         {10, {4, 5}}, {6, {6, 11}}, {1, {12, 20}}};
constexpr Card<Range> kEventItems[] = {{8, {0, 0}},   {52, {1, 1}},  {28, {2, 2}},   {26, {3, 3}},
                                       {38, {4, 6}},  {20, {7, 10}}, {10, {11, 15}}, {10, {16, 29}},
                                       {7, {30, 69}}, {3, {70, 206}}};
constexpr Card<Range> kTelemetryItems[] = {
    {1, {0, 0}},   {24, {1, 1}},   {18, {2, 2}},   {20, {3, 3}},  {44, {4, 6}},
    {44, {7, 11}}, {30, {12, 19}}, {12, {20, 28}}, {5, {29, 52}}, {2, {60, 225}}};

// Arrays of a topic that has arrays, and how many topics in a hundred do, by kind.
constexpr Card<uint16_t> kArrayCounts[] = {{74, 1}, {26, 2}, {24, 3}, {3, 4},  {10, 5}, {4, 6},
                                           {4, 7},  {2, 8},  {3, 9},  {2, 10}, {3, 13}, {2, 21}};
constexpr std::array<uint32_t, 3> kPercentWithArrays = {6, 11, 28};

constexpr std::array<int64_t, 3> kKindShares = {28, 51, 21};

// Enumerations that a set of events declares for itself.
constexpr Card<Range> kEnumerationCounts[] = {
    {30, {0, 0}}, {25, {1, 1}}, {15, {2, 2}}, {20, {3, 5}}, {10, {6, 12}}};

constexpr Card<Style> kStyles[] = {{3, Style::newer}, {1, Style::older}};

constexpr Card<std::string_view> kGenerics[] = {
    {26, "csc, configurable"},
    {10, "csc"},
    {6, "csc, configurable, logevent_largeFileObjectAvailable"},
    {4, "csc, logevent_largeFileObjectAvailable"},
    {3, "csc, command_enterControl, configurable, logevent_largeFileObjectAvailable"},
    {2, "csc, configurable, logevent_clockOffset"},
    {2, "command_setAuthList, command_setLogLevel, logevent_authList"},
    {1, "csc,configurable"},
    {1, "csc, configurable, logevent_statusCode"},
};

// The widest topics come once in the number of topics that a real tree has of their kind.
constexpr int64_t kWidestEventEvery = 629, kWidestEventFirst = 60;
constexpr int64_t kWidestTelemetryEvery = 257, kWidestTelemetryFirst = 25;

size_t index_of(SetKind kind) { return static_cast<size_t>(kind); }

int64_t draw_from(Deck<Range>& deck, Dice& dice) {
  const Range range = deck.draw();
  return dice.between(range.low, range.high);
}

// Numbers of topics that add up to `topics`, at least 1 each.
std::vector<int64_t> draw_sizes(int64_t topics, Dice& dice) {
  const int64_t subsystems = std::max<int64_t>(1, (2 * topics + 18) / 37);
  Deck<Range> deck(kSizes, dice.next());
  std::vector<int64_t> sizes;
  int64_t total = 0;
  for (int64_t i = 0; i < subsystems; ++i) {
    sizes.push_back(draw_from(deck, dice) - 1);
    total += sizes.back();
  }
  int64_t before = 0, given = 0;
  for (int64_t& size : sizes) {
    before += size;
    const int64_t share = (topics - subsystems) * before / total;
    size = 1 + share - given;
    given = share;
  }
  return sizes;
}

std::array<int64_t, 3> share_kinds(int64_t topics) {
  std::array<int64_t, 3> shares{};
  int64_t before = 0, given = 0;
  for (size_t kind = 0; kind < shares.size(); ++kind) {
    before += kKindShares[kind];
    const int64_t share = (topics * before + 50) / 100;
    shares[kind] = share - given;
    given = share;
  }
  return shares;
}

std::vector<SetKind> kinds_of(uint16_t bits) {
  std::vector<SetKind> kinds;
  for (const SetKind kind : kSetKinds) {
    if ((bits >> index_of(kind)) & 1) kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace

Result<Facility> Facility::make(const FacilityOptions& options) {
  if (options.topics < 1 || options.topics > kMostTopics) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("{} topics: a facility has 1 to {}", options.topics, kMostTopics));
  }
  return Facility(options);
}

Facility::Facility(const FacilityOptions& options)
    : dice_(options.seed),
      fields_(dice_.next()),
      kind_sets_(kKindSets, dice_.next()),
      item_counts_{Deck<Range>(kCommandItems, dice_.next()), Deck<Range>(kEventItems, dice_.next()),
                   Deck<Range>(kTelemetryItems, dice_.next())},
      array_counts_(kArrayCounts, dice_.next()),
      enumeration_counts_(kEnumerationCounts, dice_.next()),
      generics_(kGenerics, dice_.next()),
      styles_(kStyles, dice_.next()) {
  for (size_t i = 0; i < places().size() * instruments().size(); ++i) {
    names_.push_back(static_cast<uint16_t>(i));
  }
  dice_.shuffle(names_);
  sizes_ = draw_sizes(options.topics, dice_);
  left_ = share_kinds(options.topics);
}

std::string Facility::subsystem_name(size_t index) const {
  const size_t pair = names_[index % names_.size()];
  const size_t round = index / names_.size();
  return fmt::format("{}{}{}", places()[pair % places().size()],
                     instruments()[pair / places().size()],
                     round == 0 ? "" : std::to_string(round + 1));
}

std::optional<SubsystemPlan> Facility::next() {
  if (next_ == sizes_.size()) return std::nullopt;
  SubsystemPlan made;
  made.name = subsystem_name(next_);
  made.description = fmt::format("Runs the {} and reports on it.", in_words(made.name));
  made.generics = generics_.draw();
  made.style = styles_.draw();
  made.carriage_returns = dice_.percent(8);
  made.byte_order_mark = dice_.percent(2);
  const std::vector<SetKind> allowed = kinds_of(kind_sets_.draw());
  UsedNames used;
  for (int64_t i = 0; i < sizes_[next_]; ++i) {
    made.topics.push_back(draw_topic(made, draw_kind(allowed), used));
  }
  for (int64_t i = draw_from(enumeration_counts_, dice_); i > 0; --i) {
    made.enumerations.push_back(fields_.set_enumeration());
  }
  ++next_;
  return made;
}

// Among the allowed kinds by how many are left of each, so that the totals come out exactly; a kind
// that is not allowed only when nothing else is left.
SetKind Facility::draw_kind(const std::vector<SetKind>& allowed) {
  std::vector<SetKind> among = allowed;
  const auto count_left = [&] {
    int64_t sum = 0;
    for (const SetKind kind : among) sum += left_[index_of(kind)];
    return sum;
  };
  if (count_left() == 0) among = kinds_of(kCommands | kEvents | kTelemetry);
  int64_t at = int64_t{dice_.below(static_cast<uint32_t>(count_left()))};
  for (const SetKind kind : among) {
    at -= left_[index_of(kind)];
    if (at >= 0) continue;
    --left_[index_of(kind)];
    return kind;
  }
  return among.back();
}

TopicPlan Facility::draw_topic(const SubsystemPlan& subsystem, SetKind kind, UsedNames& used) {
  TopicPlan made;
  made.kind = kind;
  name_topic(subsystem, made, used);
  if (!fill_widest(subsystem.style, made)) fill_topic(subsystem.style, made);
  ++drawn_[index_of(kind)];
  return made;
}

void Facility::name_topic(const SubsystemPlan& subsystem, TopicPlan& topic, UsedNames& used) {
  const std::string_view part = dice_.pick(parts());
  const std::string thing = in_words(part);
  const bool more = dice_.percent(40);
  switch (topic.kind) {
    case SetKind::commands:
      topic.action = dice_.pick(actions());
      topic.device = part;
      topic.name = fmt::format("{}_command_{}{}", subsystem.name, topic.action, capitalized(part));
      topic.description = fmt::format("Asks to {} the {}.", topic.action, thing);
      if (more) topic.description += " It is refused while another motion is under way.";
      break;
    case SetKind::events: {
      const std::string_view happening = dice_.pick(happenings());
      topic.name = fmt::format("{}_logevent_{}{}", subsystem.name, part, happening);
      topic.description = fmt::format("Tells the {} of the {}.", in_words(happening), thing);
      if (more) topic.description += "\n      Sent at the start, and again on every change.";
      break;
    }
    case SetKind::telemetry:
      topic.name = fmt::format("{}_{}{}", subsystem.name, part, dice_.pick(reports()));
      if (more) topic.description = fmt::format("What is measured at the {}.", thing);
      break;
  }
  topic.name = unused_name(std::move(topic.name), used);
}

void Facility::fill_topic(Style style, TopicPlan& topic) {
  const size_t kind = index_of(topic.kind);
  const int64_t arrays =
      dice_.percent(kPercentWithArrays[kind]) ? int64_t{array_counts_.draw()} : 0;
  const int64_t items = std::max(arrays, draw_from(item_counts_[kind], dice_));
  UsedNames used;
  for (int64_t i = 0; i < items - arrays; ++i) topic.fields.push_back(fields_.scalar(style, used));
  for (int64_t i = 0; i < arrays; ++i) topic.fields.push_back(fields_.array(style, used));
}

bool Facility::fill_widest(Style style, TopicPlan& topic) {
  const int64_t number = drawn_[index_of(topic.kind)];
  UsedNames used;
  if (topic.kind == SetKind::events && number % kWidestEventEvery == kWidestEventFirst) {
    for (int i = 0; i < 2; ++i) topic.fields.push_back(fields_.scalar(style, used));
    for (int i = 0; i < 9; ++i) {
      topic.fields.push_back(fields_.array_of("long", 201, style, used));
    }
    return true;
  }
  if (topic.kind == SetKind::telemetry && number % kWidestTelemetryEvery == kWidestTelemetryFirst) {
    topic.fields.push_back(fields_.scalar(style, used));
    for (int i = 0; i < 18; ++i) {
      topic.fields.push_back(fields_.array_of("double", 50, style, used));
    }
    return true;
  }
  return false;
}

}  // namespace weir::sal::synthetic
