#include "weir/sal/synthetic/interface_xml.h"

#include <fmt/format.h>

#include "weir/sal/synthetic/generics.h"

namespace weir::sal::synthetic {
namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Writes indented lines of XML; texts are escaped.
class XmlText {
 public:
  XmlText() { text_ = kDeclaration; }

  void open(std::string_view tag) {
    line(fmt::format("<{}>", tag));
    ++depth_;
  }
  void open_root(std::string_view tag) {
    line(fmt::format("<{} xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", tag));
    line(fmt::format("    xsi:noNamespaceSchemaLocation=\"schema/{}.xsd\">", tag));
    ++depth_;
  }
  void close(std::string_view tag) {
    --depth_;
    line(fmt::format("</{}>", tag));
  }
  void leaf(std::string_view tag, std::string_view text) {
    if (text.empty()) return line(fmt::format("<{}></{}>", tag, tag));
    indent();
    fmt::format_to(std::back_inserter(text_), "<{}>", tag);
    append_escaped(text);
    fmt::format_to(std::back_inserter(text_), "</{}>\n", tag);
  }
  void leaf(std::string_view tag, int64_t number) { leaf(tag, std::to_string(number)); }
  void comment(std::string_view text) { line(fmt::format("<!--{}-->", text)); }

  Bytes take() { return std::move(text_); }

 private:
  void indent() { text_.append(depth_ * 2, ' '); }
  void line(std::string_view text) {
    indent();
    text_ += text;
    text_ += '\n';
  }
  void append_escaped(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '&':
          text_ += "&amp;";
          break;
        case '<':
          text_ += "&lt;";
          break;
        case '>':
          text_ += "&gt;";
          break;
        default:
          text_ += c;
      }
    }
  }

  Bytes text_;
  size_t depth_ = 0;
};

std::string_view topic_tag(SetKind kind) {
  switch (kind) {
    case SetKind::commands:
      return "SALCommand";
    case SetKind::events:
      return "SALEvent";
    case SetKind::telemetry:
      return "SALTelemetry";
  }
  return "";
}

std::string set_tag(SetKind kind) { return fmt::format("{}Set", topic_tag(kind)); }

std::string joined(const std::vector<std::string>& symbols, std::string_view separator) {
  return fmt::format("{}", fmt::join(symbols, separator));
}

void write_rates(XmlText& xml, int64_t count) {
  xml.leaf("Frequency", "0.054");
  xml.leaf("Publishers", 1);
  xml.leaf("Values_per_Publisher", count);
  xml.leaf("Size_in_bytes", 8 * count);
  xml.leaf("Conversion", "");
  xml.leaf("Sensor_location", "on the instrument");
  xml.leaf("Instances_per_night", 2333);
  xml.leaf("Bytes_per_night", 2333 * 8 * count);
  xml.leaf("Needed_by_DM", "true");
  xml.leaf("Needed_by_Camera", "false");
  xml.leaf("Needed_by_OCS", "TRUE");
  xml.leaf("Needed_by_TCS", "");
  xml.leaf("Needed_by_EPO", "false");
}

void write_item(XmlText& xml, const FieldPlan& field) {
  xml.open("item");
  xml.leaf("EFDB_Name", field.name);
  xml.leaf("Description", field.description);
  if (!field.comment.empty()) xml.comment(field.comment);
  xml.leaf("IDL_Type", field.idl_type);
  if (field.size > 0) xml.leaf("IDL_Size", field.size);
  xml.leaf("Units", field.units);
  xml.leaf("Count", field.count);
  if (!field.symbols.empty()) xml.leaf("Enumeration", joined(field.symbols, ","));
  if (field.tells_rates) write_rates(xml, field.count);
  xml.close("item");
}

// Older topics carry an author, a version and, in commands, the command in four words.
void write_older_tags(XmlText& xml, const TopicPlan& topic) {
  const std::string_view name = topic.name;
  xml.leaf("Alias", name.substr(name.rfind('_') + 1));
  if (topic.kind == SetKind::commands) {
    xml.leaf("Device", topic.device);
    xml.leaf("Property", "");
    xml.leaf("Action", topic.action);
    xml.leaf("Value", "");
  }
  xml.leaf("Explanation", topic.description);
}

void write_topic(XmlText& xml, const SubsystemPlan& subsystem, const TopicPlan& topic) {
  const std::string_view tag = topic_tag(topic.kind);
  xml.open(tag);
  xml.leaf("Subsystem", subsystem.name);
  if (subsystem.style == Style::older) {
    xml.leaf("Version", "1.4.0");
    xml.leaf("Author", "");
  }
  xml.leaf("EFDB_Topic", topic.name);
  if (subsystem.style == Style::older) {
    write_older_tags(xml, topic);
  } else if (!topic.description.empty()) {
    xml.leaf("Description", topic.description);
  }
  for (const FieldPlan& field : topic.fields) write_item(xml, field);
  xml.close(tag);
}

void write_enumeration(XmlText& xml, const EnumerationPlan& enumeration, Style style) {
  if (style == Style::older) return xml.leaf("Enumeration", joined(enumeration.symbols, ","));
  xml.leaf("Enumeration", fmt::format("\n    {}\n  ", joined(enumeration.symbols, ",\n    ")));
}

Bytes with_carriage_returns(const Bytes& lines) {
  Bytes text;
  for (const char c : lines) {
    if (c == '\n') text += '\r';
    text += c;
  }
  return text;
}

void write_generic(XmlText& xml, const Generic& generic) {
  const std::string_view tag = topic_tag(generic.kind);
  const std::string_view word = generic.kind == SetKind::commands ? "command" : "logevent";
  xml.open(tag);
  xml.leaf("Subsystem", "SALGeneric");
  xml.leaf("EFDB_Topic", fmt::format("SALGeneric_{}_{}", word, generic.name));
  xml.leaf("Description", generic.description);
  if (!generic.category.empty()) xml.leaf("Category", generic.category);
  for (const Generic::Field& field : generic.fields) {
    write_item(xml, {.name = std::string(field.name),
                     .description = std::string(field.description),
                     .units = "unitless",
                     .idl_type = field.idl_type,
                     .symbols = {},
                     .comment = {}});
  }
  xml.close(tag);
}

}  // namespace

Bytes topic_set_xml(const SubsystemPlan& subsystem, SetKind kind) {
  XmlText xml;
  xml.open_root(set_tag(kind));
  if (kind == SetKind::events) {
    for (const EnumerationPlan& enumeration : subsystem.enumerations) {
      write_enumeration(xml, enumeration, subsystem.style);
    }
  }
  for (const TopicPlan& topic : subsystem.topics) {
    if (topic.kind == kind) write_topic(xml, subsystem, topic);
  }
  xml.close(set_tag(kind));
  Bytes text = xml.take();
  if (subsystem.carriage_returns) text = with_carriage_returns(text);
  return subsystem.byte_order_mark ? "\xEF\xBB\xBF" + text : text;
}

Bytes generics_xml() {
  XmlText xml;
  xml.open("SALObjects");
  for (const SetKind kind : {SetKind::commands, SetKind::events}) {
    xml.open(set_tag(kind));
    for (const Generic& generic : generic_topics()) {
      if (generic.kind == kind) write_generic(xml, generic);
    }
    xml.close(set_tag(kind));
  }
  xml.close("SALObjects");
  return xml.take();
}

Bytes subsystems_xml(std::span<const SubsystemEntry> subsystems) {
  XmlText xml;
  xml.open_root("SALSubsystemSet");
  for (const SubsystemEntry& subsystem : subsystems) {
    xml.open("SALSubsystem");
    xml.leaf("Name", subsystem.name);
    xml.leaf("Description", subsystem.description);
    xml.leaf("IndexEnumeration", "no");
    xml.leaf("AddedGenerics", subsystem.generics);
    xml.leaf("SoftwareLanguage", "C++");
    xml.leaf("RuntimeLanguages", "C++, Python");
    xml.leaf("Simulator", "Internal");
    xml.close("SALSubsystem");
  }
  xml.close("SALSubsystemSet");
  return xml.take();
}

}  // namespace weir::sal::synthetic
