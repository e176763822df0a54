// Reads interface XML into topics. Every reason a topic can be refused for is in this file.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <unordered_map>

#include "weir/sal/interface.h"
#include "weir/sal/xml_source.h"

namespace weir::sal {
namespace {

constexpr int64_t kLargestCount = 1'000'000;

// What makes a topic unusable, and where.
struct Refusal {
  int line;
  std::string reason;
};

bool is_avro_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

const std::unordered_map<std::string_view, ItemType>& item_types() {
  static const std::unordered_map<std::string_view, ItemType> types = {
      {"null", ItemType::null_value},     {"boolean", ItemType::boolean},
      {"byte", ItemType::byte},           {"octet", ItemType::byte},
      {"bytes", ItemType::byte},          {"char", ItemType::character},
      {"short", ItemType::int16},         {"unsigned short", ItemType::uint16},
      {"int", ItemType::int32},           {"long", ItemType::long32},
      {"unsigned int", ItemType::uint32}, {"unsigned long", ItemType::ulong32},
      {"long long", ItemType::int64},     {"unsigned long long", ItemType::uint64},
      {"float", ItemType::float32},       {"double", ItemType::float64},
      {"string", ItemType::string},
  };
  return types;
}

// Reads one <item>. The first thing that is wrong is kept in `refusal`; what is read after it is
// void.
class ItemReader {
 public:
  ItemReader(const XmlSource& source, const pugi::xml_node& node)
      : source_(source), node_(node), line_(source.line_of(node)) {}

  Item read() {
    Item item;
    item.line = line_;
    item.name = text("EFDB_Name");
    if (item.name.empty()) refuse("EFDB_Name", "an item has no EFDB_Name");
    if (!is_avro_name(item.name)) {
      refuse("EFDB_Name", fmt::format("item name '{}' is not letters, digits and '_'", item.name));
    }
    name_ = item.name;
    item.description = text("Description");
    item.units = text("Units");
    read_type(item);
    read_enumeration(item);
    read_rarer_tags(item);
    return item;
  }

  std::optional<Refusal>& refusal() { return refusal_; }

 private:
  std::string text(const char* tag) const { return child_text(node_, tag); }

  void refuse(const char* tag, std::string reason) {
    if (refusal_) return;
    const pugi::xml_node child = node_.child(tag);
    refusal_ = Refusal{child ? source_.line_of(child) : line_, std::move(reason)};
  }

  void read_type(Item& item) {
    item.idl_type = text("IDL_Type");
    if (!node_.child("IDL_Type")) refuse("", fmt::format("item '{}' has no IDL_Type", name_));
    const auto type = item_types().find(item.idl_type);
    if (type == item_types().end()) {
      refuse("IDL_Type",
             fmt::format("item '{}' has the unknown IDL_Type '{}'", name_, item.idl_type));
    } else {
      item.type = type->second;
    }
    item.count = integer("Count").value_or(1);
    if (item.count < 1 || item.count > kLargestCount) {
      refuse("Count", fmt::format("item '{}' has Count {}; it must be 1 to {}", name_, item.count,
                                  kLargestCount));
    }
  }

  void read_enumeration(Item& item) {
    const std::string list = text("Enumeration");
    if (list.empty()) return;
    std::set<std::string> seen;
    for (size_t at = 0; at <= list.size();) {
      const size_t comma = std::min(list.find(',', at), list.size());
      Enumerator next = enumerator(strip_ascii(std::string_view(list).substr(at, comma - at)));
      if (!seen.insert(next.symbol).second) {
        refuse("Enumeration",
               fmt::format("item '{}' lists the symbol '{}' twice", name_, next.symbol));
      }
      item.enumeration.push_back(std::move(next));
      at = comma + 1;
    }
  }

  static std::string_view strip_ascii(std::string_view part) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const size_t first = part.find_first_not_of(kBlanks);
    if (first == part.npos) return {};
    return part.substr(first, part.find_last_not_of(kBlanks) - first + 1);
  }

  Enumerator enumerator(std::string_view part) {
    const size_t equals = part.find('=');
    Enumerator made;
    made.symbol = strip_ascii(part.substr(0, equals));
    if (!is_avro_name(made.symbol)) {
      refuse("Enumeration",
             fmt::format("item '{}' has '{}' among its symbols, which is not letters, "
                         "digits and '_'",
                         name_, made.symbol));
    }
    if (equals == part.npos) return made;
    std::string_view digits = strip_ascii(part.substr(equals + 1));
    const int base = digits.starts_with("0x") || digits.starts_with("0X") ? 16 : 10;
    if (base == 16) digits.remove_prefix(2);
    int64_t value = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
      refuse("Enumeration", fmt::format("item '{}': '{}' gives no number", name_, part));
    }
    made.value = value;
    return made;
  }

  std::optional<int64_t> integer(const char* tag) {
    const std::string digits = text(tag);
    if (digits.empty()) return std::nullopt;
    int64_t value = 0;
    const char* begin = digits.data() + (digits[0] == '+' ? 1 : 0);
    const auto end = std::from_chars(begin, digits.data() + digits.size(), value);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
      refuse(tag, fmt::format("item '{}': {} '{}' is no whole number", name_, tag, digits));
    }
    return value;
  }

  std::optional<double> real(const char* tag) {
    const std::string digits = text(tag);
    if (digits.empty()) return std::nullopt;
    double value = 0;
    const char* begin = digits.data() + (digits[0] == '+' ? 1 : 0);
    const auto end = std::from_chars(begin, digits.data() + digits.size(), value);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size() ||
        !(value - value == 0)) {
      refuse(tag, fmt::format("item '{}': {} '{}' is no finite number", name_, tag, digits));
    }
    return value;
  }

  std::optional<bool> flag(const char* tag) {
    std::string word = text(tag);
    if (word.empty()) return std::nullopt;
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (word != "true" && word != "false") {
      refuse(tag, fmt::format("item '{}': {} '{}' is neither true nor false", name_, tag, word));
    }
    return word == "true";
  }

  void read_rarer_tags(Item& item) {
    item.frequency_hz = real("Frequency");
    item.publishers = integer("Publishers");
    item.values_per_publisher = integer("Values_per_Publisher");
    item.size_in_bytes = integer("Size_in_bytes");
    item.instances_per_night = integer("Instances_per_night");
    item.bytes_per_night = integer("Bytes_per_night");
    item.conversion = text("Conversion");
    item.sensor_location = text("Sensor_location");
    item.needed_by_dm = text("Needed_by_DM");
    item.needed_by_camera = flag("Needed_by_Camera");
    item.needed_by_ocs = flag("Needed_by_OCS");
    item.needed_by_tcs = flag("Needed_by_TCS");
    item.needed_by_epo = flag("Needed_by_EPO");
  }

  const XmlSource& source_;
  const pugi::xml_node& node_;
  const int line_;
  std::string name_;
  std::optional<Refusal> refusal_;
};

class FileReader {
 public:
  FileReader(std::string path, const XmlSource& source, std::map<std::string, Topic>& topics,
             std::vector<Problem>& problems)
      : path_(std::move(path)), source_(source), topics_(topics), problems_(problems) {}

  void read() {
    for (const TopicKind kind : {TopicKind::command, TopicKind::telemetry, TopicKind::event}) {
      for (const pugi::xml_node& node : source_.root().children(xml_tag(kind).data())) {
        read_topic(node, kind);
      }
    }
  }

 private:
  void read_topic(const pugi::xml_node& node, TopicKind kind) {
    Topic topic;
    topic.name = child_text(node, "EFDB_Topic");
    topic.kind = kind;
    topic.place = {path_, source_.line_of(node)};
    std::optional<Refusal> refusal = check_name(node, topic);
    if (!refusal) refusal = fill(node, topic);
    if (refusal) {
      problems_.push_back({{path_, refusal->line},
                           topic.name,
                           std::move(refusal->reason),
                           ProblemEffect::topic_skipped});
    } else {
      add(std::move(topic));
    }
  }

  std::optional<Refusal> check_name(const pugi::xml_node& node, const Topic& topic) const {
    if (topic.name.empty()) {
      return Refusal{topic.place.line, fmt::format("a {} has no EFDB_Topic", xml_tag(topic.kind))};
    }
    if (is_avro_name(topic.name)) return std::nullopt;
    return Refusal{source_.line_of(node.child("EFDB_Topic")),
                   fmt::format("topic name '{}' is not letters, digits and '_'", topic.name)};
  }

  std::optional<Refusal> fill(const pugi::xml_node& node, Topic& topic) const {
    topic.subsystem = child_text(node, "Subsystem");
    topic.version = child_text(node, "Version");
    topic.author = child_text(node, "Author");
    topic.alias = child_text(node, "Alias");
    topic.explanation = child_text(node, "Explanation");
    topic.device = child_text(node, "Device");
    topic.property = child_text(node, "Property");
    topic.action = child_text(node, "Action");
    topic.value = child_text(node, "Value");
    std::set<std::string> names;
    for (const pugi::xml_node& child : node.children("item")) {
      ItemReader reader(source_, child);
      Item item = reader.read();
      if (reader.refusal()) return std::move(reader.refusal());
      if (!names.insert(item.name).second) {
        return Refusal{item.line, fmt::format("two items of the topic are named '{}'", item.name)};
      }
      topic.items.push_back(std::move(item));
    }
    return std::nullopt;
  }

  void add(Topic topic) {
    const auto [at, inserted] = topics_.try_emplace(topic.name);
    if (!inserted) {
      const Place& old = at->second.place;
      problems_.push_back(
          {old, topic.name,
           fmt::format("topic '{}' is declared again at {}:{}, which replaces this one", topic.name,
                       topic.place.file, topic.place.line),
           ProblemEffect::topic_replaced});
    }
    at->second = std::move(topic);
  }

  const std::string path_;
  const XmlSource& source_;
  std::map<std::string, Topic>& topics_;
  std::vector<Problem>& problems_;
};

}  // namespace

Interfaces read_interfaces(std::vector<InterfaceFile> files) {
  std::sort(files.begin(), files.end(),
            [](const InterfaceFile& a, const InterfaceFile& b) { return a.path < b.path; });
  Interfaces interfaces;
  interfaces.files = files.size();
  std::map<std::string, Topic> topics;
  for (InterfaceFile& file : files) {
    const XmlSource source(std::move(file.contents));
    if (const XmlSource::Failure* failure = source.failure()) {
      interfaces.problems.push_back(
          {{file.path, failure->line}, "", failure->reason, ProblemEffect::file_skipped});
      continue;
    }
    FileReader(file.path, source, topics, interfaces.problems).read();
  }
  interfaces.topics.reserve(topics.size());
  for (auto& [name, topic] : topics) interfaces.topics.push_back(std::move(topic));
  return interfaces;
}

}  // namespace weir::sal
