// Every reason an item can be refused for is in this file.
#include "weir/sal/item_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

#include "weir/sal/avro_name.h"

namespace weir::sal {
namespace {

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

// What an item may hold in any release; those that mean nothing to us are IDL_Size and IsJavaArray.
constexpr std::string_view kItemTags[] = {"EFDB_Name",
                                          "Description",
                                          "IDL_Type",
                                          "IDL_Size",
                                          "IsJavaArray",
                                          "Units",
                                          "Count",
                                          "Enumeration",
                                          "Explanation",
                                          "Frequency",
                                          "Publishers",
                                          "Values_per_Publisher",
                                          "Size_in_bytes",
                                          "Conversion",
                                          "Sensor_location",
                                          "Instances_per_night",
                                          "Bytes_per_night",
                                          "Needed_by_DM",
                                          "Needed_by_Camera",
                                          "Needed_by_OCS",
                                          "Needed_by_TCS",
                                          "Needed_by_EPO"};

std::string_view strip(std::string_view part) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = part.find_first_not_of(kBlanks);
  if (first == part.npos) return {};
  return part.substr(first, part.find_last_not_of(kBlanks) - first + 1);
}

// All of `digits` as a number, with or without a plus in front.
template <typename Number>
bool parse_number(std::string_view digits, Number& value) {
  const char* end = digits.data() + digits.size();
  const auto done = std::from_chars(digits.data() + (digits.starts_with('+') ? 1 : 0), end, value);
  return done.ec == std::errc() && done.ptr == end;
}

}  // namespace

void add_remark(std::vector<Remark>& remarks, Remark remark) {
  constexpr size_t kMost = 100;
  if (remarks.size() >= kMost) return;
  if (remarks.size() + 1 == kMost) remark.reason += "; what else is odd here is not listed";
  remarks.push_back(std::move(remark));
}

bool is_one_of(std::string_view tag, std::span<const std::string_view> known) {
  return std::find(known.begin(), known.end(), tag) != known.end();
}

Remark unknown_tag(const XmlSource& source, const pugi::xml_node& tag, std::string_view parent) {
  return {source.line_of(tag),
          fmt::format("<{:.60}> is no tag of {} and is passed over", tag.name(), parent)};
}

ItemReader::ItemReader(const XmlSource& source, const pugi::xml_node& node)
    : source_(source), node_(node), line_(source.line_of(node)) {}

const std::string& ItemReader::text(std::string_view tag) const {
  static const std::string kNone;
  const auto at = tags_.find(tag);
  return at == tags_.end() ? kNone : at->second.text;
}

int ItemReader::line_of(std::string_view tag) const {
  const auto at = tags_.find(tag);
  return at == tags_.end() ? line_ : source_.line_of(at->second.node);
}

void ItemReader::refuse(std::string_view tag, std::string reason) {
  if (!refusal_) refusal_ = Remark{line_of(tag), std::move(reason)};
}

void ItemReader::note(std::string_view tag, std::string reason) {
  add_remark(oddities_, {line_of(tag), std::move(reason)});
}

void ItemReader::collect_tags() {
  for (const pugi::xml_node& child : node_.children()) {
    if (child.type() != pugi::node_element) continue;
    if (!is_one_of(child.name(), kItemTags)) {
      add_remark(oddities_, unknown_tag(source_, child, "an item"));
      continue;
    }
    const auto [at, fresh] = tags_.try_emplace(child.name(), Tag{child, text_of(child)});
    if (fresh) continue;
    add_remark(oddities_,
               {source_.line_of(child),
                fmt::format("an item has the tag {} twice; the first counts", at->first)});
  }
}

Item ItemReader::read() {
  collect_tags();
  Item item;
  item.line = line_;
  item.name = name_ = text("EFDB_Name");
  if (item.name.empty()) refuse("EFDB_Name", "an item has no EFDB_Name");
  if (!is_avro_name(item.name)) {
    refuse("EFDB_Name", fmt::format("item name '{}' is not letters, digits and '_'", item.name));
  }
  item.description = text("Description");
  item.explanation = text("Explanation");
  item.units = text("Units");
  read_type(item);
  read_enumeration(item);
  read_rarer_tags(item);
  return item;
}

void ItemReader::read_type(Item& item) {
  item.idl_type = text("IDL_Type");
  const auto type = item_types().find(item.idl_type);
  if (type != item_types().end()) {
    item.type = type->second;
  } else if (!tags_.contains("IDL_Type")) {
    refuse("", fmt::format("item '{}' has no IDL_Type", name_));
  } else {
    refuse("IDL_Type",
           fmt::format("item '{}' has the unknown IDL_Type '{}'", name_, item.idl_type));
  }
  item.count = integer("Count").value_or(1);
  if (item.count < 1 || item.count > kLargestCount) {
    refuse("Count", fmt::format("item '{}' has Count {}; it must be 1 to {}", name_, item.count,
                                kLargestCount));
  }
}

void ItemReader::read_enumeration(Item& item) {
  if (!tags_.contains("Enumeration")) return;
  const std::string& all = text("Enumeration");
  std::string_view list = strip(all);
  if (list.ends_with(',')) {
    note("Enumeration", fmt::format("the Enumeration of item '{}' ends with a comma", name_));
    list = strip(list.substr(0, list.size() - 1));
  }
  if (list.empty()) {
    if (all.empty()) {
      note("Enumeration", fmt::format("the Enumeration of item '{}' has no symbols; the item stays "
                                      "what its IDL_Type says",
                                      name_));
    } else {
      refuse("Enumeration", fmt::format("the Enumeration of item '{}' has no symbols", name_));
    }
    return;
  }
  std::set<std::string_view> seen;
  for (size_t at = 0; at <= list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size());
    item.enumeration.push_back(enumerator(strip(list.substr(at, comma - at))));
    at = comma + 1;
  }
  for (const Enumerator& enumerator : item.enumeration) {
    if (!seen.insert(enumerator.symbol).second) {
      note("Enumeration",
           fmt::format("item '{}' lists the symbol '{}' twice", name_, enumerator.symbol));
    } else if (!is_avro_name(enumerator.symbol)) {
      note("Enumeration", fmt::format("item '{}' has the symbol '{}', which is not letters, digits "
                                      "and '_'",
                                      name_, enumerator.symbol));
    }
  }
}

Enumerator ItemReader::enumerator(std::string_view part) {
  const size_t equals = part.find('=');
  Enumerator made{std::string(strip(part.substr(0, equals))), std::nullopt};
  if (made.symbol.empty()) {
    refuse("Enumeration", fmt::format("the Enumeration of item '{}' has an empty symbol", name_));
  }
  if (equals == part.npos) return made;
  std::string_view digits = strip(part.substr(equals + 1));
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

std::optional<int64_t> ItemReader::integer(std::string_view tag) {
  const std::string& digits = text(tag);
  if (digits.empty()) return std::nullopt;
  int64_t value = 0;
  if (!parse_number(digits, value)) {
    refuse(tag, fmt::format("item '{}': {} '{}' is no whole number", name_, tag, digits));
  }
  return value;
}

std::optional<double> ItemReader::real(std::string_view tag) {
  const std::string& digits = text(tag);
  if (digits.empty()) return std::nullopt;
  double value = 0;
  if (!parse_number(digits, value) || !(value - value == 0)) {
    refuse(tag, fmt::format("item '{}': {} '{}' is no finite number", name_, tag, digits));
  }
  return value;
}

std::optional<bool> ItemReader::flag(std::string_view tag) {
  std::string word = text(tag);
  if (word.empty()) return std::nullopt;
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (word != "true" && word != "false") {
    refuse(tag, fmt::format("item '{}': {} '{}' is neither true nor false", name_, tag, word));
  }
  return word == "true";
}

void ItemReader::read_rarer_tags(Item& item) {
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

}  // namespace weir::sal
