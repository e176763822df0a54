#pragma once

#include <map>
#include <optional>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/sal/interface.h"
#include "weir/sal/xml_source.h"

namespace weir::sal {

constexpr int64_t kLargestCount = 1'000'000;  // values of a topic, in one item or in all

// Something that is wrong or odd in a topic, and where.
struct Remark {
  int line;
  std::string reason;
};

// Adds a remark, up to a hundred for one topic; the last one says that there are more.
void add_remark(std::vector<Remark>& remarks, Remark remark);

bool is_one_of(std::string_view tag, std::span<const std::string_view> known);
// "<Unit> is no tag of an item and is passed over"
Remark unknown_tag(const XmlSource& source, const pugi::xml_node& tag, std::string_view parent);

// Reads one <item>. The first thing that makes it unusable is kept in `refusal`, and what is read
// after it is void; what is only odd is in `oddities`. Confined.
class ItemReader {
 public:
  ItemReader(const XmlSource& source, const pugi::xml_node& node);

  Item read();
  std::optional<Remark>& refusal() { return refusal_; }
  std::vector<Remark>& oddities() { return oddities_; }

 private:
  const std::string& text(std::string_view tag) const;
  int line_of(std::string_view tag) const;
  void refuse(std::string_view tag, std::string reason);
  void note(std::string_view tag, std::string reason);

  void collect_tags();
  void read_type(Item& item);
  void read_enumeration(Item& item);
  Enumerator enumerator(std::string_view part);
  void read_rarer_tags(Item& item);
  std::optional<int64_t> integer(std::string_view tag);
  std::optional<double> real(std::string_view tag);
  std::optional<bool> flag(std::string_view tag);

  struct Tag {
    pugi::xml_node node;
    std::string text;
  };

  const XmlSource& source_;
  const pugi::xml_node node_;
  const int line_;
  std::map<std::string_view, Tag> tags_;  // names live in the source's tree
  std::string name_;
  std::optional<Remark> refusal_;
  std::vector<Remark> oddities_;
};

}  // namespace weir::sal
