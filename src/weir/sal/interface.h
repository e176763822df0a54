#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"

namespace weir::sal {

enum class TopicKind { command, event, telemetry };

// The XML tag of a kind: "SALCommand".
std::string_view xml_tag(TopicKind kind);
// How the kind is spelled in the name of a text topic: "command", "logevent", "telemetry".
std::string_view text_kind(TopicKind kind);

// The IDL types that an item may have, by what they mean and not by how a profile maps them.
enum class ItemType {
  null_value,
  boolean,
  byte,  // byte, octet and "bytes": a number from 0 to 255
  character,
  int16,
  uint16,
  int32,    // int
  uint32,   // unsigned int
  long32,   // long: 32 bits in IDL, a profile may widen it
  ulong32,  // unsigned long: the same
  int64,    // long long
  uint64,   // unsigned long long
  float32,
  float64,
  string,
};

struct Enumerator {
  std::string symbol;
  std::optional<int64_t> value;  // where the XML writes `symbol=value`
};

// The number of each enumerator: as written, else one more than the one before, from 0.
std::vector<int64_t> enumerator_numbers(const std::vector<Enumerator>& enumerators);

// Where something stands in the XML.
struct Place {
  std::string file;
  int line = 0;
};

// One item of a topic as the XML declares it. Texts are stripped; an absent or blank tag is "".
struct Item {
  std::string name;
  std::string description;
  std::string units;
  std::string idl_type;  // as written
  ItemType type = ItemType::int32;
  int64_t count = 1;
  std::vector<Enumerator> enumeration;  // empty: a plain value

  // The rarer tags. `needed_by_dm` keeps the text, because one profile reads it oddly.
  std::optional<double> frequency_hz;
  std::optional<int64_t> publishers, values_per_publisher, size_in_bytes, instances_per_night,
      bytes_per_night;
  std::string conversion, sensor_location, needed_by_dm;
  std::optional<bool> needed_by_camera, needed_by_ocs, needed_by_tcs, needed_by_epo;

  int line = 0;

  // A char array travels as one text.
  bool is_text() const { return type == ItemType::string || type == ItemType::character; }
};

// One topic as the XML declares it; names are valid Avro names and distinct. Immutable once read.
struct Topic {
  std::string
      name;  // "ATDome_command_moveAzimuth": also the name in the text and of the Avro record
  TopicKind kind = TopicKind::telemetry;
  std::string subsystem;  // the tag; "" when the XML leaves it out
  std::string version, author, alias, explanation, device, property, action, value;
  std::vector<Item> items;
  Place place;

  // The subsystem for names of text topics: the tag, or else what stands before the first "_".
  std::string_view effective_subsystem() const;
  // "ATDome_command": the text topic that carries it.
  std::string text_topic() const;
};

enum class ProblemEffect {
  file_skipped,    // nothing of the file was used
  topic_skipped,   // one topic was left out
  topic_replaced,  // a later declaration of the same name took its place
};
std::string_view to_string(ProblemEffect effect);

struct Problem {
  Place place;
  std::string topic;  // "" for a file
  std::string reason;
  ProblemEffect effect = ProblemEffect::topic_skipped;

  // "file.xml:12: reason"
  std::string to_string() const;
};

struct InterfaceFile {
  std::string path;
  Bytes contents;
};

// The topics of an observatory, read from its interface XML: each file holds one set of commands,
// events or telemetry. What is broken costs as little as possible: a bad topic only that topic, an
// unreadable file only that file, each with file, line and reason in `problems`.
//
// Files are taken in the order of their paths whatever order they come in; of two topics with one
// name the later wins. Topics are sorted by name. Sets nested in another element (the generic
// topics) and enumerations of a whole set declare no topic and are passed over.
//
//   const Interfaces interfaces = read_interfaces({{"Dome_Events.xml", contents}});
struct Interfaces {
  std::vector<Topic> topics;
  std::vector<Problem> problems;
  size_t files = 0;

  const Topic* find(std::string_view name) const;
  // Distinct subsystems.
  size_t subsystem_count() const;
};

Interfaces read_interfaces(std::vector<InterfaceFile> files);

}  // namespace weir::sal
