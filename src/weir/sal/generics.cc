#include "weir/sal/generics.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>

namespace weir::sal {
namespace {

constexpr std::string_view kGenericPrefix = "SALGeneric_";
constexpr std::string_view kMandatory = "mandatory";
// Topics and their items that may be handed out in all. The largest real tree needs 5,000; hostile
// lists of subsystems and generic topics would multiply without an end.
constexpr size_t kLargestExpansion = 100'000;

// "SALGeneric_command_enable" → "command_enable".
std::string_view generic_name(const Topic& generic) {
  std::string_view name = generic.name;
  if (name.starts_with(kGenericPrefix)) name.remove_prefix(kGenericPrefix.size());
  return name;
}

Item acknowledgement_item(std::string name, std::string idl_type, ItemType type, std::string units,
                          std::string description) {
  Item item;
  item.name = std::move(name);
  item.idl_type = std::move(idl_type);
  item.type = type;
  item.units = std::move(units);
  item.description = std::move(description);
  return item;
}

Topic acknowledgement_topic(std::string_view component) {
  Topic topic;
  topic.name = fmt::format("{}_ackcmd", component);
  topic.kind = TopicKind::acknowledgement;
  topic.subsystem = component;
  topic.description = "How a command fares, from the component that carries it out.";
  topic.items = {
      acknowledgement_item(
          "ack", "long", ItemType::long32, "unitless",
          "State of the command: a code for received, in progress, done or failed."),
      acknowledgement_item("error", "long", ItemType::long32, "unitless",
                           "Number of the error when the command failed."),
      acknowledgement_item("result", "string", ItemType::string, "unitless",
                           "What the component says about it."),
      acknowledgement_item("identity", "string", ItemType::string, "unitless",
                           "The private_identity of the command."),
      acknowledgement_item("origin", "long", ItemType::long32, "unitless",
                           "The private_origin of the command."),
      acknowledgement_item("cmdtype", "long", ItemType::long32, "unitless",
                           "Position of the command among the component's commands in "
                           "alphabetical order, from 0."),
      acknowledgement_item("timeout", "double", ItemType::float64, "second",
                           "How long the command may still take, while it is in progress."),
  };
  return topic;
}

// A subsystem that no list mentions, where there is no list.
Subsystem with_all(std::string name, const Place& place) {
  Subsystem made;
  made.name = std::move(name);
  made.place = place;
  return made;
}

class Expansion {
 public:
  explicit Expansion(Interfaces& interfaces) : interfaces_(interfaces) {
    for (Topic& topic : interfaces.topics) add(std::move(topic));
    interfaces.topics.clear();
    for (const Topic& generic : interfaces.generics) {
      by_name_[generic_name(generic)].push_back(&generic);
      if (!generic.category.empty()) by_name_[generic.category].push_back(&generic);
    }
  }

  void add_generics() {
    if (interfaces_.generics.empty()) return;
    std::map<std::string, Place> declared;
    for (const auto& [name, topic] : topics_) {
      declared.emplace(topic.component(), topic.place);
    }
    if (interfaces_.subsystems.empty()) {
      for (const auto& [component, place] : declared) add_all(with_all(component, place));
      return;
    }
    for (const Subsystem& subsystem : interfaces_.subsystems) add_generics_of(subsystem);
    for (const auto& [component, place] : declared) {
      if (interfaces_.find_subsystem(component) != nullptr) continue;
      warn(place, "",
           fmt::format("subsystem '{}' is not in {}; it has no generic topics", component,
                       interfaces_.subsystems.front().place.file));
    }
  }

  void add_acknowledgements() {
    std::map<std::string, const Topic*, std::less<>> commanded;
    for (const auto& [name, topic] : topics_) {
      if (topic.kind == TopicKind::command) commanded.emplace(topic.component(), &topic);
    }
    for (const auto& [component, command] : commanded) {
      if (component.empty()) continue;
      Topic topic = acknowledgement_topic(component);
      topic.indexed = command->indexed;
      topic.place = command->place;
      add(std::move(topic));
    }
  }

  std::vector<Topic> topics() {
    std::vector<Topic> made;
    made.reserve(topics_.size());
    for (auto& [name, topic] : topics_) made.push_back(std::move(topic));
    return made;
  }

 private:
  // What is there already stays.
  bool add(Topic topic) {
    std::string name = topic.name;
    return topics_.try_emplace(std::move(name), std::move(topic)).second;
  }

  void warn(const Place& place, const std::string& topic, std::string reason) {
    interfaces_.warnings.push_back({place, topic, std::move(reason), ProblemEffect::warning});
  }

  void add_all(const Subsystem& subsystem) {
    for (const Topic& generic : interfaces_.generics) add_generic(generic, subsystem);
  }

  void add_generics_of(const Subsystem& subsystem) {
    switch (subsystem.generics) {
      case Subsystem::Generics::all:
        return add_all(subsystem);
      case Subsystem::Generics::none:
        return;
      case Subsystem::Generics::listed:
        add_named(kMandatory, subsystem);
        for (const std::string& name : subsystem.added) {
          if (add_named(name, subsystem) || name == kMandatory) continue;
          warn(subsystem.place, "",
               fmt::format("subsystem '{}' adds '{}', which is neither a generic topic nor a "
                           "category of them",
                           subsystem.name, name));
        }
        return;
    }
  }

  // False when no generic topic has that name or category.
  bool add_named(std::string_view name, const Subsystem& subsystem) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return false;
    for (const Topic* generic : found->second) add_generic(*generic, subsystem);
    return true;
  }

  void add_generic(const Topic& generic, const Subsystem& subsystem) {
    if (full_) return;
    std::string name = fmt::format("{}_{}", subsystem.name, generic_name(generic));
    if (!given_.insert(name).second) return;
    handed_out_ += 1 + generic.items.size();
    full_ = handed_out_ > kLargestExpansion;
    if (full_) return refuse_more(subsystem);
    Topic topic = generic;
    topic.name = std::move(name);
    topic.subsystem = subsystem.name;
    topic.indexed = subsystem.indexed;
    if (const auto own = topics_.find(topic.name); own != topics_.end()) {
      warn(own->second.place, topic.name,
           fmt::format("topic '{}' is declared besides the generic topic of that name; this "
                       "declaration is used",
                       topic.name));
      return;
    }
    add(std::move(topic));
  }

  void refuse_more(const Subsystem& subsystem) {
    interfaces_.generic_problems.push_back(
        {subsystem.place, "",
         fmt::format("from subsystem '{}' on, the generic topics have more than {} items in all "
                     "and are left out",
                     subsystem.name, kLargestExpansion),
         ProblemEffect::topic_skipped});
  }

  Interfaces& interfaces_;
  std::map<std::string_view, std::vector<const Topic*>> by_name_;  // and by category
  std::map<std::string, Topic> topics_;
  std::set<std::string> given_;  // names of generic topics that were handed out
  size_t handed_out_ = 0;        // these and their items
  bool full_ = false;
};

}  // namespace

Interfaces with_generics(Interfaces declared) {
  Expansion expansion(declared);
  expansion.add_generics();
  expansion.add_acknowledgements();
  declared.topics = expansion.topics();
  std::move(declared.generic_problems.begin(), declared.generic_problems.end(),
            std::back_inserter(declared.problems));
  declared.generic_problems.clear();
  return declared;
}

}  // namespace weir::sal
