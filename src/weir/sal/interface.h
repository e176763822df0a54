#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"

namespace weir::sal {

// XML declares the first three; acknowledgements of commands belong to every component that has
// some and come with its generic topics (generics.h).
enum class TopicKind { command, event, telemetry, acknowledgement };

// "command", "event", "telemetry", "acknowledgement"
std::string_view to_string(TopicKind kind);
// The XML tag of a kind: "SALCommand"; for acknowledgements, which have none, "SALAck".
std::string_view xml_tag(TopicKind kind);
// How the kind is spelled in the name of a text topic: "command", "logevent", "telemetry",
// "ackcmd".
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
  std::string symbol;            // as written, not empty: neither distinct nor an Avro name
  std::optional<int64_t> value;  // where the XML writes `symbol=value`
};

// The number of each enumerator: as written, else one more than the one before, from 0.
std::vector<int64_t> enumerator_numbers(const std::vector<Enumerator>& enumerators);

// Where something stands in the XML.
struct Place {
  std::string file;
  int line = 0;  // 0: the file as a whole
};

// One item of a topic as the XML declares it. Texts are stripped; an absent or blank tag is "".
struct Item {
  std::string name;
  std::string description, explanation;
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

// One topic as the XML declares it; its name and those of its items are Avro names, and the items'
// are distinct. Immutable once read.
struct Topic {
  std::string name;  // "ATDome_command_moveAzimuth": also the name in the text
  TopicKind kind = TopicKind::telemetry;
  std::string subsystem;  // the tag; "" when the XML leaves it out
  // Trees before 2022 explain a topic in `explanation`, later ones in `description`.
  std::string description, explanation;
  std::string version, author, alias, device, property, action, value;
  std::string category;  // of a generic topic: subsystems take whole categories
  std::vector<Item> items;
  bool indexed = false;  // its component runs in several instances, told apart by an index
  Place place;

  // The subsystem for names of text topics: the tag, or else what stands before the first "_".
  std::string_view effective_subsystem() const;
  // "ATDome_command": the text topic that carries it.
  std::string text_topic() const;

  // The component that the name begins with: the subsystem where it is the first part, else what
  // stands before the first "_"; the subsystem for a name without "_".
  std::string_view component() const;
  // The rest of the name: "command_moveAzimuth". Not always an Avro name.
  std::string_view short_name() const;
};

// What SALSubsystems.xml says about one subsystem.
struct Subsystem {
  enum class Generics {
    all,     // older trees: <Generics>yes</Generics>
    none,    // <Generics>no</Generics>
    listed,  // the category "mandatory" and what `added` names: categories and topics
  };

  std::string name;
  Generics generics = Generics::all;
  std::vector<std::string> added;  // "csc", "logevent_clockOffset"
  bool indexed = false;
  Place place;
};

enum class ProblemEffect {
  file_skipped,    // nothing of the file was used
  topic_skipped,   // one topic was left out
  topic_replaced,  // a later declaration of the same name took its place
  warning,         // odd, and used as it is
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

// What the interface XML of an observatory declares. What is broken costs as little as possible: a
// bad topic only that topic, an unreadable file only that file, each with file, line and reason in
// `problems`. What is odd and kept is in `warnings`.
//
// The form of a file is known by its elements, not by its name or folder:
// - a set of commands, events or telemetry declares topics;
// - sets nested in another element (SALGenerics.xml) declare generic topics, which subsystems have
//   besides their own; they are kept apart until `with_generics` (generics.h) hands them out;
// - a list of subsystems (SALSubsystems.xml) says which subsystem has which;
// - enumerations of a whole set name constants for programmers, declare no topic and are passed
//   over.
struct Interfaces {
  std::vector<Topic> topics;  // sorted by name
  std::vector<Problem> problems;
  std::vector<Problem> warnings;
  size_t files = 0;

  std::vector<Topic> generics;            // sorted by name: "SALGeneric_command_enable"
  std::vector<Problem> generic_problems;  // what befell them; nobody is hurt who does not use them
  std::vector<Subsystem> subsystems;      // sorted by name

  const Topic* find(std::string_view name) const;
  const Subsystem* find_subsystem(std::string_view name) const;
  // Distinct subsystems of `topics`.
  size_t subsystem_count() const;
};

// Reads interface files one by one, so that only one is in memory at a time. Files count in the
// order they are added: of two topics with one name the later wins. Confined.
//
//   InterfaceReader reader;
//   reader.add({"Dome_Events.xml", contents});
//   const Interfaces interfaces = reader.finish();
class InterfaceReader {
 public:
  InterfaceReader();
  ~InterfaceReader();

  void add(InterfaceFile file);
  // A file that could not be read at all.
  void add_unreadable(std::string path, std::string reason);
  // Empties the reader.
  Interfaces finish();

 private:
  struct Read;
  std::unique_ptr<Read> read_;
};

// All at once, in the order of their paths whatever order they come in.
Interfaces read_interfaces(std::vector<InterfaceFile> files);

}  // namespace weir::sal
