// The shares are those of the interface XML of January 2019 (1,227 topics, 4,680 items), counted
// item by item, and for the texts those of 2023; each table's comment says what it was counted
// from.
#include "weir/sal/synthetic/fields.h"

#include <fmt/format.h>

#include "weir/sal/synthetic/words.h"

namespace weir::sal::synthetic {
namespace {

// Symbols of an item's own enumeration (82 of them), and of those of a set (145).
constexpr Card<Range> kSymbolCounts[] = {{25, {2, 2}}, {30, {3, 3}}, {25, {4, 5}},
                                         {10, {6, 7}}, {8, {8, 11}}, {2, {25, 25}}};
constexpr Card<Range> kSetSymbolCounts[] = {{5, {1, 1}},   {20, {2, 2}}, {20, {3, 3}},
                                            {23, {4, 5}},  {10, {6, 6}}, {12, {7, 10}},
                                            {8, {11, 25}}, {2, {26, 58}}};

// What follows the first words of a description: half of them are below 32 characters, one in ten
// above 67, one in a hundred above 185.
constexpr Card<std::string_view> kRemarks[] = {
    {52, ""},
    {12, ", from its controller"},
    {8, ", averaged over one second"},
    {7, " in the frame of the telescope"},
    {6, "; NaN while the sensor is switched off"},
    {4,
     " (good to \xC2\xB1"
     "0.5 \xC2\xB0"
     "C at best)"},
    {3, " & of its spare; < 0 means that nobody knows"},
    {3, ", in the order of the \"as built\" drawings \xE2\x80\x93 not in that of the cables"},
    {2,
     ".\n        The value is kept over a restart.\n        See the r\xC3\xA9sum\xC3\xA9 of the "
     "last test"},
    {2,
     ". It is taken at the end of each cycle, compared with the value of the cycle before, and "
     "sent when "
     "it has changed by more than the dead band; a slow drift is sent once a minute all the same"},
    {1,
     ". One element per sensor, counted from the inner ring outwards and anticlockwise within a "
     "ring as "
     "seen from the sky. Sensors that were never mounted hold NaN; those that failed their last "
     "calibration hold the last good value until the next one. The calibration constants are those "
     "of "
     "the configuration that was applied last, and are told in the event about settings"},
};

// IDL_Size of strings: 1 stands for "as long as it likes".
constexpr Card<uint16_t> kTextSizes[] = {{21, 0}, {43, 1}, {26, 256}, {6, 128},
                                         {2, 32}, {1, 64}, {1, 20}};

bool is_whole(std::string_view idl_type) {
  return quantities(idl_type).data() == quantities("long").data();
}

}  // namespace

std::string unused_name(std::string name, UsedNames& used) {
  if (used.insert(name).second) return name;
  for (int number = 2;; ++number) {
    std::string numbered = fmt::format("{}{}", name, number);
    if (used.insert(numbered).second) return numbered;
  }
}

// Single values by type (4,133), those with an enumeration apart.
const std::vector<Card<FieldMaker::ScalarType>>& FieldMaker::scalar_types() {
  static const std::vector<Card<ScalarType>> table = {
      {1582, {"double"}},      {532, {"float"}},
      {659, {"string"}},       {638, {"boolean"}},
      {424, {"long"}},         {72, {"long", true}},
      {110, {"int"}},          {40, {"short"}},
      {4, {"short", true}},    {8, {"byte"}},
      {5, {"byte", true}},     {18, {"unsigned short"}},
      {15, {"unsigned long"}}, {14, {"unsigned long long"}},
      {3, {"long long"}},      {3, {"char"}},
      {3, {"octet"}},          {3, {"unsigned int"}},
  };
  return table;
}

// Arrays by type and length (546); lengths seen once or twice are put to the nearest other one.
const std::vector<Card<FieldMaker::ArrayType>>& FieldMaker::array_types() {
  static const std::vector<Card<ArrayType>> table = {
      {41, {"float", 156}},
      {36, {"float", 6}},
      {26, {"double", 6}},
      {28, {"short", 6}},
      {26, {"float", 100}},
      {26, {"float", 12}},
      {28, {"float", 2}},
      {22, {"double", 10}},
      {20, {"double", 50}},
      {19, {"byte", 800}},
      {16, {"float", 4}},
      {14, {"double", 19}},
      {14, {"long", 10}},
      {13, {"float", 5}},
      {13, {"double", 37}},
      {13, {"double", 9}},
      {10, {"long", 20}},
      {10, {"float", 112}},
      {8, {"int", 201}},
      {1, {"int", 201, true}},
      {9, {"string", 10}},
      {8, {"float", 68}},
      {9, {"double", 72}},
      {8, {"short", 156}},
      {6, {"long", 6}},
      {5, {"long", 2}},
      {5, {"float", 95}},
      {5, {"double", 64}},
      {4, {"double", 2}},
      {5, {"long", 5}},
      {3, {"float", 34}},
      {5, {"short", 9}},
      {4, {"long", 4}},
      {4, {"unsigned long long", 156}},
      {5, {"long long", 6}},
      {4, {"float", 8}},
      {4, {"int", 400}},
      {3, {"boolean", 5}},
      {3, {"byte", 5}},
      {3, {"char", 5}},
      {1, {"char", 256}},
      {6, {"short", 5}},
      {3, {"int", 5}},
      {3, {"long long", 5}},
      {3, {"octet", 5}},
      {7, {"unsigned short", 5}},
      {3, {"unsigned int", 5}},
      {5, {"unsigned long", 5}},
      {5, {"double", 5}},
      {2, {"boolean", 16}},
      {2, {"boolean", 72}},
      {2, {"double", 440}},
      {2, {"short", 252}},
      {2, {"long", 112}},
      {2, {"long", 200}},
      {2, {"string", 32}},
      {2, {"unsigned long long", 6}},
      {1, {"byte", 950}},
  };
  return table;
}

// Of newer trees: most enumerations of items count from 0 without saying so.
const std::vector<Card<FieldMaker::Numbering>>& FieldMaker::numberings() {
  static const std::vector<Card<Numbering>> table = {{90, Numbering::none},
                                                     {6, Numbering::decimal},
                                                     {2, Numbering::padded},
                                                     {2, Numbering::hexadecimal}};
  return table;
}

FieldMaker::FieldMaker(uint64_t seed)
    : dice_(seed),
      scalar_types_(scalar_types(), dice_.next()),
      array_types_(array_types(), dice_.next()),
      numberings_(numberings(), dice_.next()),
      symbol_counts_(kSymbolCounts, dice_.next()),
      set_symbol_counts_(kSetSymbolCounts, dice_.next()),
      remarks_(kRemarks, dice_.next()),
      text_sizes_(kTextSizes, dice_.next()) {}

FieldPlan FieldMaker::scalar(Style style, UsedNames& used) {
  const ScalarType type = scalar_types_.draw();
  const bool stamps = type.idl_type == "double" && used.empty() && dice_.percent(60);
  FieldPlan made = field(type.idl_type, 1, style, used);
  if (type.enumerated) enumerate(made);
  if (stamps) {
    used = {"timestamp"};
    made.name = "timestamp";
    made.units = "second";
    made.description = "When the values were measured, in TAI seconds since 1970.";
  }
  return made;
}

FieldPlan FieldMaker::array(Style style, UsedNames& used) {
  const ArrayType type = array_types_.draw();
  FieldPlan made = field(type.idl_type, type.count, style, used);
  if (type.enumerated) enumerate(made);
  return made;
}

FieldPlan FieldMaker::array_of(std::string_view idl_type, int64_t count, Style style,
                               UsedNames& used) {
  return field(idl_type, count, style, used);
}

FieldPlan FieldMaker::field(std::string_view idl_type, int64_t count, Style style,
                            UsedNames& used) {
  const std::string_view part = dice_.pick(parts());
  const Quantity& quantity = dice_.pick(quantities(idl_type));
  FieldPlan made;
  made.name = unused_name(fmt::format("{}{}", part, quantity.name), used);
  made.idl_type = idl_type;
  made.count = count;
  if (idl_type == "string") made.size = text_sizes_.draw();
  const std::string_view remark = remarks_.draw();
  const bool tells = style == Style::newer || dice_.percent(30);
  if (tells) made.description = fmt::format("{} {}{}.", quantity.phrase, in_words(part), remark);
  if (style == Style::newer || dice_.percent(15)) made.units = quantity.units;
  if (style == Style::older) {
    if (made.units == "unitless") made.units = "None";
    if (is_whole(idl_type) && dice_.percent(30)) {
      made.comment = fmt::format(" Enumeration: {}{} ", capitalized(part), quantity.name);
    }
    made.tells_rates = dice_.percent(15);
  }
  return made;
}

void FieldMaker::enumerate(FieldPlan& field) {
  const Range range = symbol_counts_.draw();
  const int64_t count = dice_.between(range.low, range.high);
  field.symbols = symbols(static_cast<size_t>(count), "", numberings_.draw());
}

std::vector<std::string> FieldMaker::symbols(size_t count, std::string_view prefix,
                                             Numbering numbering) {
  const auto words = states();
  const size_t first = dice_.below(static_cast<uint32_t>(words.size()));
  std::vector<std::string> made;
  for (size_t i = 0; i < count; ++i) {
    const std::string symbol = fmt::format("{}{}", prefix, words[(first + i) % words.size()]);
    switch (numbering) {
      case Numbering::none:
        made.push_back(symbol);
        break;
      case Numbering::decimal:
        made.push_back(fmt::format("{}={}", symbol, i + 1));
        break;
      case Numbering::padded:
        made.push_back(fmt::format("{}={:02}", symbol, i));
        break;
      case Numbering::hexadecimal:
        made.push_back(fmt::format("{}={:#x}", symbol, i));
        break;
    }
  }
  return made;
}

EnumerationPlan FieldMaker::set_enumeration() {
  EnumerationPlan made;
  made.name = capitalized(dice_.pick(parts()));
  made.name += dice_.percent(70) ? "State" : "Code";
  const Range range = set_symbol_counts_.draw();
  const int64_t count = dice_.between(range.low, range.high);
  const Numbering numbering = dice_.percent(30) ? Numbering::decimal : Numbering::none;
  made.symbols = symbols(static_cast<size_t>(count), made.name + "_", numbering);
  return made;
}

}  // namespace weir::sal::synthetic
