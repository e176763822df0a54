#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/sal/synthetic/fields.h"

namespace weir::sal::synthetic {

constexpr int64_t kMostTopics = 100'000;

struct FacilityOptions {
  int64_t topics = 1000;  // 1 to kMostTopics
  uint64_t seed = 1;
};

// The kinds of topics that interface XML declares, each in a set and a file of its own.
enum class SetKind { commands, events, telemetry };
constexpr SetKind kSetKinds[] = {SetKind::commands, SetKind::events, SetKind::telemetry};

struct TopicPlan {
  SetKind kind = SetKind::telemetry;
  std::string name;         // "NorthDome_command_openShutter"
  std::string action;       // commands: "open"
  std::string device;       // commands: "shutter"
  std::string description;  // of the topic; may be blank
  std::vector<FieldPlan> fields;
};

struct SubsystemPlan {
  std::string name, description;
  std::string generics;  // "csc, configurable": which generic topics it has as well
  Style style = Style::newer;
  bool carriage_returns = false;  // lines of its files end in CR LF
  bool byte_order_mark = false;
  std::vector<EnumerationPlan> enumerations;  // of its events
  std::vector<TopicPlan> topics;
};

// Draws an observatory, one subsystem after another: kinds in the shares 28 commands, 51 events, 21
// telemetry; 18.5 topics a subsystem, many small and a few large ones; 6 items and 38 values a
// topic in the mean, most topics far below; and now and then the widest topics there are (1811 and
// 901 values). The same options draw the same observatory on every machine. Confined.
class Facility {
 public:
  // `invalid_argument` when the number of topics is out of bounds.
  static Result<Facility> make(const FacilityOptions& options);

  size_t subsystem_count() const { return sizes_.size(); }
  // Nullopt after the last one.
  std::optional<SubsystemPlan> next();

 private:
  using Kinds = std::array<int64_t, 3>;  // by SetKind

  explicit Facility(const FacilityOptions& options);
  std::string subsystem_name(size_t index) const;
  SetKind draw_kind(const std::vector<SetKind>& allowed);
  TopicPlan draw_topic(const SubsystemPlan& subsystem, SetKind kind, UsedNames& used);
  void name_topic(const SubsystemPlan& subsystem, TopicPlan& topic, UsedNames& used);
  void fill_topic(Style style, TopicPlan& topic);
  // True for the topics that are as wide as the widest real ones; fills them.
  bool fill_widest(Style style, TopicPlan& topic);

  Dice dice_;
  FieldMaker fields_;
  std::vector<uint16_t> names_;  // places × instruments, shuffled
  std::vector<int64_t> sizes_;   // topics of each subsystem
  size_t next_ = 0;
  Kinds left_{};   // topics still to draw
  Kinds drawn_{};  // topics drawn
  Deck<uint16_t> kind_sets_;
  std::array<Deck<Range>, 3> item_counts_;
  Deck<uint16_t> array_counts_;
  Deck<Range> enumeration_counts_;
  Deck<std::string_view> generics_;
  Deck<Style> styles_;
};

}  // namespace weir::sal::synthetic
