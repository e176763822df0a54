#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "weir/sal/synthetic/dice.h"

namespace weir::sal::synthetic {

// How a subsystem's files are written. Older files leave most units and descriptions blank and have
// tags (versions, authors, rates) that newer ones dropped.
enum class Style { older, newer };

// One item of a topic, before it is XML. Texts are UTF-8 and not escaped.
struct FieldPlan {
  std::string name, description, units;
  std::string_view idl_type;  // a word of a table that lives as long as the program
  int64_t count = 1;
  std::vector<std::string> symbols;  // "Open" or "Open=1"
  std::string comment;               // a comment inside the item
  int64_t size = 0;                  // characters of a text; 0: not said
  bool tells_rates = false;          // the tags about rates and volumes of older files
};

// Names in use, so that no topic has two fields of one name.
using UsedNames = std::set<std::string>;
std::string unused_name(std::string name, UsedNames& used);

// A list of symbols as a set or an item declares it, some with numbers of their own.
struct EnumerationPlan {
  std::string name;
  std::vector<std::string> symbols;
};

// Draws fields with the types, array lengths and enumerations of a real tree. Confined.
class FieldMaker {
 public:
  explicit FieldMaker(uint64_t seed);

  FieldPlan scalar(Style style, UsedNames& used);
  FieldPlan array(Style style, UsedNames& used);
  // An array of that type and length, for topics that are made by hand.
  FieldPlan array_of(std::string_view idl_type, int64_t count, Style style, UsedNames& used);

  // An enumeration that belongs to a whole set and to no item: "PumpState_Idle=0".
  EnumerationPlan set_enumeration();

 private:
  struct ScalarType {
    std::string_view idl_type;
    bool enumerated = false;
  };
  struct ArrayType {
    std::string_view idl_type;
    uint16_t count;
    bool enumerated = false;
  };
  enum class Numbering { none, decimal, padded, hexadecimal };
  static const std::vector<Card<ScalarType>>& scalar_types();
  static const std::vector<Card<ArrayType>>& array_types();
  static const std::vector<Card<Numbering>>& numberings();

  FieldPlan field(std::string_view idl_type, int64_t count, Style style, UsedNames& used);
  void enumerate(FieldPlan& field);
  std::vector<std::string> symbols(size_t count, std::string_view prefix, Numbering numbering);

  Dice dice_;
  Deck<ScalarType> scalar_types_;
  Deck<ArrayType> array_types_;
  Deck<Numbering> numberings_;
  Deck<Range> symbol_counts_, set_symbol_counts_;
  Deck<std::string_view> remarks_;
  Deck<uint16_t> text_sizes_;
};

}  // namespace weir::sal::synthetic
