#include "weir/sal/xml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "weir/base/utf8.h"

namespace weir::sal {
namespace {

constexpr int kDeepestElement = 64;  // the formats need five

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The value of encoding="…" in the XML declaration, lower case, or "".
std::string declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return "";
  const std::string_view declaration = text.substr(0, text.find("?>"));
  size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return "";
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return "";
  const size_t end = declaration.find(declaration[at], at + 1);
  std::string name(declaration.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

bool is_known_entity(std::string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos" ||
         (name.size() > 1 && name[0] == '#');
}

// Blanks as the reference strips them: ASCII ones and the Unicode spaces that people paste.
constexpr std::string_view kWideBlanks[] = {"\xC2\xA0",     "\xC2\x85",     "\xE2\x80\xA8",
                                            "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE3\x80\x80"};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f); }

std::string_view strip(std::string_view text) {
  for (size_t before = text.size() + 1; before != text.size();) {
    before = text.size();
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    for (const std::string_view blank : kWideBlanks) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size());
      if (text.ends_with(blank)) text.remove_suffix(blank.size());
    }
  }
  return text;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) made += static_cast<char>(0xc0 | byte >> 6);
    made += static_cast<char>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
  }
  return made;
}

bool is_latin1(std::string_view encoding) {
  return encoding == "iso-8859-1" || encoding == "latin1";
}

bool is_merge_marker(std::string_view line) {
  return line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>");
}

std::string reason_of(const pugi::xml_parse_result& result, bool at_end) {
  switch (result.status) {
    case pugi::status_no_document_element:
      return "the file holds no element";
    case pugi::status_end_element_mismatch:
      return at_end ? "the file ends before its elements are closed"
                    : "an element is closed by another tag";
    case pugi::status_unrecognized_tag:
    case pugi::status_bad_start_element:
      return at_end ? "the file ends inside a tag" : "'<' is followed by something that is no tag";
    case pugi::status_bad_end_element:
      return at_end ? "the file ends inside a tag" : "a closing tag is malformed";
    case pugi::status_bad_attribute:
      return at_end ? "the file ends inside a tag" : "an attribute is malformed";
    case pugi::status_bad_comment:
      return "a comment is not closed";
    case pugi::status_bad_cdata:
      return "a CDATA section is not closed";
    case pugi::status_bad_pi:
      return "a processing instruction is malformed";
    case pugi::status_bad_doctype:
      return "a document type (DOCTYPE) is malformed";
    default:
      return fmt::format("no well-formed XML ({})", result.description());
  }
}

}  // namespace

XmlSource::XmlSource(std::string contents)
    : contents_(std::move(contents)), document_(std::make_unique<pugi::xml_document>()) {
  if (contents_.starts_with(kByteOrderMark)) contents_.erase(0, kByteOrderMark.size());
  find_line_ends();
  parse();
}

XmlSource::~XmlSource() = default;

void XmlSource::find_line_ends() {
  line_ends_.clear();
  for (size_t at = contents_.find('\n'); at != std::string::npos;
       at = contents_.find('\n', at + 1)) {
    line_ends_.push_back(at);
  }
}

bool XmlSource::fail(size_t offset, std::string reason) {
  failed_ = true;
  failure_ = {line_at(offset), std::move(reason)};
  return false;
}

bool XmlSource::check_encoding() {
  if (contents_.starts_with("\xFF\xFE") || contents_.starts_with("\xFE\xFF")) {
    return fail(0, "encoded as UTF-16; only UTF-8 and ISO-8859-1 are read");
  }
  const size_t zero = contents_.find('\0');
  if (zero != std::string::npos) return fail(zero, "the line holds a zero byte");
  const std::string encoding = declared_encoding(contents_);
  if (is_latin1(encoding)) {
    contents_ = latin1_to_utf8(contents_);
    find_line_ends();
    return true;
  }
  if (!encoding.empty() && encoding != "utf-8" && encoding != "utf8" && encoding != "us-ascii" &&
      encoding != "ascii") {
    return fail(0, fmt::format("declares the unknown encoding '{:.40}'", encoding));
  }
  if (is_utf8(contents_)) return true;
  size_t begin = 0;
  for (const size_t end : line_ends_) {
    if (!is_utf8(std::string_view(contents_).substr(begin, end - begin))) break;
    begin = end + 1;
  }
  return fail(begin, "the line holds bytes that are not UTF-8");
}

bool XmlSource::check_entities() {
  const std::string_view text = contents_;
  for (size_t at = text.find_first_of("&<"); at != std::string_view::npos;
       at = text.find_first_of("&<", at)) {
    const std::string_view rest = text.substr(at);
    std::string_view end;
    if (rest.starts_with("<!--")) end = "-->";
    if (rest.starts_with("<![CDATA[")) end = "]]>";
    if (rest.starts_with("<?")) end = "?>";
    if (!end.empty()) {
      at = text.find(end, at);
      continue;
    }
    if (text[at] == '&') {
      const size_t semicolon = rest.find(';');
      const std::string_view name = rest.substr(1, semicolon == rest.npos ? 0 : semicolon - 1);
      if (!is_known_entity(name)) {
        return fail(at, name.empty() || name.size() > 20
                            ? "'&' starts no entity"
                            : fmt::format("unknown entity '&{};'", name));
      }
    }
    ++at;
  }
  return true;
}

// One root element and no document type: what a document type declares could change what the text
// means, and is not read.
bool XmlSource::check_document() {
  const pugi::xml_node root = document_->document_element();
  for (const pugi::xml_node& node : document_->children()) {
    const auto offset = static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0));
    if (node.type() == pugi::node_doctype) {
      return fail(offset, "declares a document type (DOCTYPE), which is not read: remove it");
    }
    if (node.type() == pugi::node_element && node != root) {
      return fail(offset, "a second root element");
    }
  }
  return true;
}

bool XmlSource::check_depth() {
  int depth = 1;
  for (pugi::xml_node node = document_->document_element(); node;) {
    if (depth > kDeepestElement) {
      return fail(static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0)),
                  fmt::format("more than {} elements inside each other", kDeepestElement));
    }
    if (const pugi::xml_node child = node.first_child()) {
      node = child;
      ++depth;
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    node = node.next_sibling();
  }
  return true;
}

void XmlSource::parse() {
  if (!check_encoding()) return;
  const pugi::xml_parse_result result =
      document_->load_buffer(contents_.data(), contents_.size(),
                             pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!result) {
    const auto offset = static_cast<size_t>(std::max<ptrdiff_t>(result.offset, 0));
    const bool at_end = contents_.find('>', offset) == std::string::npos;
    fail(offset, is_merge_marker(line_text(offset)) ? "a merge conflict was left in the file"
                                                    : reason_of(result, at_end));
    return;
  }
  if (check_document() && check_depth()) check_entities();
}

pugi::xml_node XmlSource::root() const {
  return failed_ ? pugi::xml_node() : document_->document_element();
}

std::string_view XmlSource::line_text(size_t offset) const {
  const size_t line = static_cast<size_t>(line_at(offset)) - 1;
  const size_t begin = line == 0 ? 0 : line_ends_[line - 1] + 1;
  const size_t end = line < line_ends_.size() ? line_ends_[line] : contents_.size();
  return std::string_view(contents_).substr(begin, end - begin);
}

int XmlSource::line_at(size_t offset) const {
  const auto line = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
  return static_cast<int>(line - line_ends_.begin()) + 1;
}

int XmlSource::line_of(const pugi::xml_node& node) const {
  return line_at(static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0)));
}

std::string text_of(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& piece : element.children()) {
    if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata)
      text += piece.value();
  }
  return std::string(strip(text));
}

std::string child_text(const pugi::xml_node& parent, const char* name) {
  return text_of(parent.child(name));
}

}  // namespace weir::sal
