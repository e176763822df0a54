#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace weir::sal {

// One XML file in memory: the tree and the line of each node. Stricter than the library below it,
// which lets pass a second root, unknown entities, document types, any depth and bytes that are not
// UTF-8. Takes memory in proportion to the text. Confined.
class XmlSource {
 public:
  struct Failure {
    int line = 1;
    std::string reason;
  };

  // Never fails as a call: what is wrong with the file is in `failure`, and then there is no root.
  explicit XmlSource(std::string contents);
  ~XmlSource();
  XmlSource(const XmlSource&) = delete;
  XmlSource& operator=(const XmlSource&) = delete;

  const Failure* failure() const { return failed_ ? &failure_ : nullptr; }
  pugi::xml_node root() const;
  int line_of(const pugi::xml_node& node) const;

 private:
  void parse();
  bool fail(size_t offset, std::string reason);
  bool check_encoding();
  bool check_document();
  bool check_depth();
  bool check_entities();
  void find_line_ends();
  std::string_view line_text(size_t offset) const;
  int line_at(size_t offset) const;

  std::string contents_;  // UTF-8 without a byte-order mark
  std::vector<size_t> line_ends_;
  std::unique_ptr<pugi::xml_document> document_;
  Failure failure_;
  bool failed_ = false;
};

// All character data of an element, stripped of blanks at both ends.
std::string text_of(const pugi::xml_node& element);
// That of the child `name`; "" when it is absent.
std::string child_text(const pugi::xml_node& parent, const char* name);

}  // namespace weir::sal
