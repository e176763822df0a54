#include "weir/sal/xml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "weir/base/utf8.h"

namespace weir::sal {
namespace {

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

std::string reason_of(const pugi::xml_parse_result& result) {
  switch (result.status) {
    case pugi::status_end_element_mismatch:
      return "an element is closed by another tag";
    case pugi::status_no_document_element:
      return "the file holds no element";
    case pugi::status_unrecognized_tag:
    case pugi::status_bad_start_element:
      return "'<' is followed by something that is no tag";
    case pugi::status_bad_end_element:
      return "a closing tag is malformed";
    case pugi::status_bad_attribute:
      return "an attribute is malformed";
    case pugi::status_bad_comment:
      return "a comment is not closed";
    default:
      return fmt::format("no well-formed XML ({})", result.description());
  }
}

}  // namespace

XmlSource::XmlSource(std::string contents)
    : contents_(std::move(contents)), document_(std::make_unique<pugi::xml_document>()) {
  if (contents_.starts_with(kByteOrderMark)) contents_.erase(0, kByteOrderMark.size());
  for (size_t at = contents_.find('\n'); at != std::string::npos;
       at = contents_.find('\n', at + 1)) {
    line_ends_.push_back(at);
  }
  parse();
}

XmlSource::~XmlSource() = default;

bool XmlSource::fail(size_t offset, std::string reason) {
  failed_ = true;
  failure_ = {line_at(offset), std::move(reason)};
  return false;
}

bool XmlSource::check_encoding() {
  if (contents_.starts_with("\xFF\xFE") || contents_.starts_with("\xFE\xFF")) {
    return fail(0, "encoded as UTF-16; only UTF-8 and ISO-8859-1 are read");
  }
  const std::string encoding = declared_encoding(contents_);
  if (encoding == "iso-8859-1" || encoding == "latin1") return true;
  if (!encoding.empty() && encoding != "utf-8" && encoding != "utf8" && encoding != "us-ascii" &&
      encoding != "ascii") {
    return fail(0, fmt::format("declares the unknown encoding '{}'", encoding));
  }
  size_t begin = 0;
  for (const size_t end : line_ends_) {
    if (!is_utf8(std::string_view(contents_).substr(begin, end - begin))) break;
    begin = end + 1;
  }
  const std::string_view line = std::string_view(contents_).substr(begin);
  return is_utf8(line) || fail(begin, "the line holds bytes that are not UTF-8");
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

void XmlSource::parse() {
  if (!check_encoding()) return;
  const pugi::xml_parse_result result =
      document_->load_buffer(contents_.data(), contents_.size(), pugi::parse_default);
  if (!result) {
    fail(static_cast<size_t>(std::max<ptrdiff_t>(result.offset, 0)), reason_of(result));
    return;
  }
  const pugi::xml_node first = document_->document_element();
  for (pugi::xml_node node = first.next_sibling(); node; node = node.next_sibling()) {
    if (node.type() != pugi::node_element) continue;
    fail(static_cast<size_t>(node.offset_debug()), "a second root element");
    return;
  }
  check_entities();
}

pugi::xml_node XmlSource::root() const {
  return failed_ ? pugi::xml_node() : document_->document_element();
}

int XmlSource::line_at(size_t offset) const {
  const auto line = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
  return static_cast<int>(line - line_ends_.begin()) + 1;
}

int XmlSource::line_of(const pugi::xml_node& node) const {
  return line_at(static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0)));
}

std::string child_text(const pugi::xml_node& parent, const char* name) {
  std::string text;
  for (const pugi::xml_node& piece : parent.child(name).children()) {
    if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata)
      text += piece.value();
  }
  return std::string(strip(text));
}

}  // namespace weir::sal
