#include "weir/avro/compatibility_finding.h"

#include <algorithm>
#include <utility>

namespace weir::avro {
namespace {

std::string kind_in_capitals(const Type& type) {
  std::string word(to_string(type.kind));
  for (char& c : word) c = static_cast<char>(c - 'a' + 'A');
  return word;
}

std::string message_of(const Finding& finding) {
  const Type& reader = *finding.reader;
  const Type& writer = *finding.writer;
  switch (finding.type) {
    case IncompatibilityType::name_mismatch:
      return "expected: " + writer.name.full();
    case IncompatibilityType::fixed_size_mismatch:
      return "expected: " + std::to_string(writer.size) + ", found: " + std::to_string(reader.size);
    case IncompatibilityType::missing_enum_symbols: {
      std::string list;
      for (const std::string_view symbol : missing_symbols(reader, writer)) {
        if (!list.empty()) list += ", ";
        list += symbol;
      }
      return "[" + list + "]";
    }
    case IncompatibilityType::reader_field_missing_default_value:
      return finding.field->name;
    case IncompatibilityType::type_mismatch:
      return "reader type: " + kind_in_capitals(reader) +
             " not compatible with writer type: " + kind_in_capitals(writer);
    case IncompatibilityType::missing_union_branch:
      return "reader union lacking writer type: " + kind_in_capitals(writer);
    case IncompatibilityType::ambiguous_reader_field:
      return "the name and the aliases of the reader's field " + finding.field->name +
             " fit several fields of " + writer.name.full();
  }
  return {};
}

class Listing {
 public:
  Listing(const Places& places, const ComparisonLimits& limits)
      : places_(places), limits_(limits) {}

  void append(const Findings& findings) {
    for (const Finding& finding : findings) {
      if (is_full()) return;
      if (finding.inside != nullptr) {
        append(*finding.inside);
      } else {
        list.push_back({finding.type, places_.pointer(finding.place), message_of(finding)});
        text_ += list.back().location.size() + list.back().message.size();
      }
    }
  }

  std::vector<Incompatibility> list;

 private:
  bool is_full() const {
    return !list.empty() && (list.size() >= limits_.max_listed || text_ >= limits_.max_text);
  }

  const Places& places_;
  const ComparisonLimits& limits_;
  size_t text_ = 0;
};

}  // namespace

std::string_view to_string(IncompatibilityType type) {
  switch (type) {
    case IncompatibilityType::name_mismatch:
      return "NAME_MISMATCH";
    case IncompatibilityType::fixed_size_mismatch:
      return "FIXED_SIZE_MISMATCH";
    case IncompatibilityType::missing_enum_symbols:
      return "MISSING_ENUM_SYMBOLS";
    case IncompatibilityType::reader_field_missing_default_value:
      return "READER_FIELD_MISSING_DEFAULT_VALUE";
    case IncompatibilityType::type_mismatch:
      return "TYPE_MISMATCH";
    case IncompatibilityType::missing_union_branch:
      return "MISSING_UNION_BRANCH";
    case IncompatibilityType::ambiguous_reader_field:
      return "AMBIGUOUS_READER_FIELD";
  }
  return "TYPE_MISMATCH";
}

std::string Places::pointer(Place place) const {
  std::vector<Place> way;
  for (; place != kRoot; place = all_[place].outer) way.push_back(place);
  if (way.empty()) return "/";
  std::string text;
  std::for_each(way.rbegin(), way.rend(), [&](Place step) {
    const Step& one = all_[step];
    text += '/';
    text += one.word.empty() ? std::to_string(one.index) : std::string(one.word);
  });
  return text;
}

std::vector<std::string_view> missing_symbols(const Type& reader, const Type& writer) {
  std::vector<std::string_view> missing;
  for (const std::string& symbol : writer.symbols) {
    if (!reader.find_symbol(symbol)) missing.push_back(symbol);
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

std::vector<Incompatibility> in_words(const Findings& findings, const Places& places,
                                      const ComparisonLimits& limits) {
  Listing listing(places, limits);
  listing.append(findings);
  return std::move(listing.list);
}

}  // namespace weir::avro
