// Reads interface files into topics and subsystems. Reasons that concern an item are in
// item_reader.cc, those that concern a whole file in xml_source.cc.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "weir/sal/avro_name.h"
#include "weir/sal/interface.h"
#include "weir/sal/item_reader.h"
#include "weir/sal/xml_source.h"

namespace weir::sal {
namespace {

// Kafka takes names of 249 characters, and "lsst.sal." and "-value" come to it.
constexpr size_t kLongestName = 200;

// In the order in which a file's topics count: of two with one name the later wins.
constexpr TopicKind kDeclaredKinds[] = {TopicKind::command, TopicKind::telemetry, TopicKind::event};

constexpr std::string_view kTopicTags[] = {
    "Subsystem", "EFDB_Topic", "Description", "Explanation", "Version",  "Author", "Alias",
    "Device",    "Property",   "Action",      "Value",       "Category", "item"};

// What stands below the root of a set.
constexpr std::string_view kSetTags[] = {"SALCommand",  "SALEvent",        "SALTelemetry",
                                         "Enumeration", "Subsystem",       "SALCommandSet",
                                         "SALEventSet", "SALTelemetrySet", "SALSubsystem"};

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return made;
}

// "csc, logevent_clockOffset" → its words.
std::vector<std::string> comma_separated(std::string_view list) {
  std::vector<std::string> words(1);
  for (const char c : list) {
    if (c == ',') {
      words.emplace_back();
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

// Does the name say what the tag says? "ATDome_command_move" is a command.
bool is_named_for(TopicKind kind, std::string_view short_name) {
  const bool command = short_name.starts_with("command_");
  const bool event = short_name.starts_with("logevent_");
  return command == (kind == TopicKind::command) && event == (kind == TopicKind::event);
}

}  // namespace

// What came together so far.
struct InterfaceReader::Read {
  std::map<std::string, Topic> topics, generics;
  std::map<std::string, Subsystem> subsystems;
  Interfaces out;  // everything else
};

namespace {

// Where the topics of one set go to.
struct Destination {
  std::map<std::string, Topic>& topics;
  std::vector<Problem>& problems;
};

class FileReader {
 public:
  FileReader(std::string path, const XmlSource& source, std::vector<Problem>& warnings)
      : path_(std::move(path)), source_(source), warnings_(warnings) {}

  void read_topics(const pugi::xml_node& set, Destination to) {
    note_foreign_tags(set);
    for (const TopicKind kind : kDeclaredKinds) {
      for (const pugi::xml_node& node : set.children(xml_tag(kind).data())) {
        recognised_ = true;
        read_topic(node, kind, to);
      }
    }
  }

  void read_subsystems(std::map<std::string, Subsystem>& subsystems) {
    for (const char* tag : {"Subsystem", "SALSubsystem"}) {
      for (const pugi::xml_node& node : source_.root().children(tag)) {
        recognised_ = true;
        read_subsystem(node, subsystems);
      }
    }
  }

  // Says so when the file has nothing of what weir reads, and is not an empty set of it either.
  void warn_if_foreign() {
    const pugi::xml_node root = source_.root();
    if (recognised_ || std::string_view(root.name()).starts_with("SAL")) return;
    warn(source_.line_of(root), "",
         fmt::format("no interface file: its root element is <{:.60}>", root.name()));
  }

 private:
  void warn(int line, const std::string& topic, std::string reason) {
    warnings_.push_back({{path_, line}, topic, std::move(reason), ProblemEffect::warning});
  }

  // A misspelt tag would lose a topic without a word.
  void note_foreign_tags(const pugi::xml_node& set) {
    if (!std::string_view(set.name()).starts_with("SAL")) return;
    std::vector<Remark> remarks;
    for (const pugi::xml_node& child : set.children()) {
      if (child.type() != pugi::node_element || is_one_of(child.name(), kSetTags)) continue;
      add_remark(remarks, unknown_tag(source_, child, set.name()));
    }
    for (Remark& remark : remarks) warn(remark.line, "", std::move(remark.reason));
  }

  void note_odd_tags(const pugi::xml_node& topic) {
    std::set<std::string_view> seen;
    for (const pugi::xml_node& child : topic.children()) {
      const std::string_view tag = child.name();
      if (child.type() != pugi::node_element || tag == "item") continue;
      if (!is_one_of(tag, kTopicTags)) {
        add_remark(oddities_, unknown_tag(source_, child, "a topic"));
      } else if (!seen.insert(tag).second) {
        add_remark(oddities_, {source_.line_of(child),
                               fmt::format("a topic has the tag {} twice; the first counts", tag)});
      }
    }
  }

  void read_topic(const pugi::xml_node& node, TopicKind kind, Destination to) {
    Topic topic;
    topic.name = child_text(node, "EFDB_Topic");
    topic.kind = kind;
    topic.place = {path_, source_.line_of(node)};
    oddities_.clear();
    std::optional<Remark> refusal = check_name(node, topic);
    if (!refusal) refusal = fill(node, topic);
    if (refusal) {
      to.problems.push_back({{path_, refusal->line},
                             topic.name,
                             std::move(refusal->reason),
                             ProblemEffect::topic_skipped});
      return;
    }
    note_naming(node, topic);
    for (Remark& oddity : oddities_) warn(oddity.line, topic.name, std::move(oddity.reason));
    add(std::move(topic), to);
  }

  std::optional<Remark> check_name(const pugi::xml_node& node, const Topic& topic) const {
    if (topic.name.empty()) {
      return Remark{topic.place.line, fmt::format("a {} has no EFDB_Topic", xml_tag(topic.kind))};
    }
    const int line = source_.line_of(node.child("EFDB_Topic"));
    if (topic.name.size() > kLongestName) {
      return Remark{line, fmt::format("topic name '{:.40}…' has {} characters, more than {}",
                                      topic.name, topic.name.size(), kLongestName)};
    }
    if (is_avro_name(topic.name)) return std::nullopt;
    return Remark{line, fmt::format("topic name '{}' is not letters, digits and '_'", topic.name)};
  }

  std::optional<Remark> fill(const pugi::xml_node& node, Topic& topic) {
    topic.subsystem = child_text(node, "Subsystem");
    topic.description = child_text(node, "Description");
    topic.explanation = child_text(node, "Explanation");
    topic.version = child_text(node, "Version");
    topic.author = child_text(node, "Author");
    topic.alias = child_text(node, "Alias");
    topic.device = child_text(node, "Device");
    topic.property = child_text(node, "Property");
    topic.action = child_text(node, "Action");
    topic.value = child_text(node, "Value");
    topic.category = child_text(node, "Category");
    note_odd_tags(node);
    std::set<std::string> names;
    std::map<std::string, std::string> lower_names;
    int64_t values = 0;
    for (const pugi::xml_node& child : node.children("item")) {
      ItemReader reader(source_, child);
      Item item = reader.read();
      if (reader.refusal()) return std::move(reader.refusal());
      if (!names.insert(item.name).second) {
        return Remark{item.line, fmt::format("two items of the topic are named '{}'", item.name)};
      }
      values += item.count;
      if (values > kLargestCount) {
        return Remark{item.line, fmt::format("the topic has more than {} values up to item '{}'",
                                             kLargestCount, item.name)};
      }
      for (Remark& oddity : reader.oddities()) add_remark(oddities_, std::move(oddity));
      const auto [twin, fresh] = lower_names.emplace(lower(item.name), item.name);
      if (!fresh) {
        add_remark(oddities_, {item.line, fmt::format("items '{}' and '{}' differ only in case",
                                                      twin->second, item.name)});
      }
      topic.items.push_back(std::move(item));
    }
    return std::nullopt;
  }

  void note_naming(const pugi::xml_node& node, const Topic& topic) {
    if (topic.component() != topic.effective_subsystem()) {
      const pugi::xml_node tag = node.child("Subsystem");
      oddities_.push_back(
          {source_.line_of(tag ? tag : node),
           fmt::format("topic '{}' has Subsystem '{}', with which its name does not begin",
                       topic.name, topic.subsystem)});
    }
    if (!is_named_for(topic.kind, topic.short_name())) {
      oddities_.push_back({topic.place.line, fmt::format("topic '{}' is declared as {}, which its "
                                                         "name does not say",
                                                         topic.name, xml_tag(topic.kind))});
    }
  }

  void add(Topic topic, Destination to) {
    const auto [at, inserted] = to.topics.try_emplace(topic.name);
    if (!inserted) {
      const Place& old = at->second.place;
      to.problems.push_back(
          {old, topic.name,
           fmt::format("topic '{}' is declared again at {}:{}, which replaces this one", topic.name,
                       topic.place.file, topic.place.line),
           ProblemEffect::topic_replaced});
    }
    at->second = std::move(topic);
  }

  void read_subsystem(const pugi::xml_node& node, std::map<std::string, Subsystem>& subsystems) {
    Subsystem made;
    made.name = child_text(node, "Name");
    made.place = {path_, source_.line_of(node)};
    if (!is_avro_name(made.name)) {
      return warn(made.place.line, "",
                  made.name.empty() ? "a subsystem has no Name and is passed over"
                                    : fmt::format("the subsystem name '{}' is not letters, digits "
                                                  "and '_'; it is passed over",
                                                  made.name));
    }
    if (node.child("AddedGenerics")) {
      made.generics = Subsystem::Generics::listed;
      made.added = comma_separated(child_text(node, "AddedGenerics"));
    } else if (lower(child_text(node, "Generics")) == "no") {
      made.generics = Subsystem::Generics::none;
    }
    // Older trees list the instances in Enumeration, or leave it empty where there is one.
    const std::string instances =
        child_text(node, node.child("IndexEnumeration") ? "IndexEnumeration" : "Enumeration");
    made.indexed = !instances.empty() && lower(instances) != "no";
    const auto [at, inserted] = subsystems.try_emplace(made.name);
    if (!inserted) {
      warn(made.place.line, "",
           fmt::format("subsystem '{}' is listed twice; the later counts", made.name));
    }
    at->second = std::move(made);
  }

  const std::string path_;
  const XmlSource& source_;
  std::vector<Problem>& warnings_;
  std::vector<Remark> oddities_;  // of the topic that is being read
  bool recognised_ = false;
};

template <typename Named>
std::vector<Named> in_order(std::map<std::string, Named>& by_name) {
  std::vector<Named> made;
  made.reserve(by_name.size());
  for (auto& [name, named] : by_name) made.push_back(std::move(named));
  return made;
}

}  // namespace

InterfaceReader::InterfaceReader() : read_(std::make_unique<Read>()) {}
InterfaceReader::~InterfaceReader() = default;

void InterfaceReader::add(InterfaceFile file) {
  Interfaces& out = read_->out;
  const XmlSource source(std::move(file.contents));
  ++out.files;
  if (const XmlSource::Failure* failure = source.failure()) {
    out.problems.push_back(
        {{file.path, failure->line}, "", failure->reason, ProblemEffect::file_skipped});
    return;
  }
  FileReader reader(std::move(file.path), source, out.warnings);
  reader.read_topics(source.root(), {read_->topics, out.problems});
  for (const pugi::xml_node& set : source.root().children()) {
    if (std::string_view(set.name()).ends_with("Set")) {
      reader.read_topics(set, {read_->generics, out.generic_problems});
    }
  }
  reader.read_subsystems(read_->subsystems);
  reader.warn_if_foreign();
}

void InterfaceReader::add_unreadable(std::string path, std::string reason) {
  ++read_->out.files;
  read_->out.problems.push_back(
      {{std::move(path), 0}, "", std::move(reason), ProblemEffect::file_skipped});
}

Interfaces InterfaceReader::finish() {
  Interfaces made = std::move(read_->out);
  made.topics = in_order(read_->topics);
  made.generics = in_order(read_->generics);
  made.subsystems = in_order(read_->subsystems);
  *read_ = Read();
  for (Topic& topic : made.topics) {
    const Subsystem* subsystem = made.find_subsystem(topic.component());
    topic.indexed = subsystem != nullptr && subsystem->indexed;
  }
  return made;
}

Interfaces read_interfaces(std::vector<InterfaceFile> files) {
  std::sort(files.begin(), files.end(),
            [](const InterfaceFile& a, const InterfaceFile& b) { return a.path < b.path; });
  InterfaceReader reader;
  for (InterfaceFile& file : files) reader.add(std::move(file));
  return reader.finish();
}

}  // namespace weir::sal
