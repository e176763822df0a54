#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::sal::synthetic {

// The words of which names and descriptions are made. All tables are fixed: a word that is added or
// moved changes what a seed makes, and the test that holds a hash of it says so.

// "North" + "Spectrograph" names a subsystem.
std::span<const std::string_view> places();
std::span<const std::string_view> instruments();

// Parts of an instrument, as a name has them: "coolingLoop".
std::span<const std::string_view> parts();

// "move", "open": what a command does to a part.
std::span<const std::string_view> actions();
// "State", "Limits": what an event tells of a part.
std::span<const std::string_view> happenings();
// "Status", "Readings": what telemetry measures of a part.
std::span<const std::string_view> reports();

// What a field holds: the end of its name, its unit, and how its description starts.
struct Quantity {
  std::string_view name;
  std::string_view units;
  std::string_view phrase;
};
// The quantities that an IDL type may hold: reals, whole numbers, booleans, texts.
std::span<const Quantity> quantities(std::string_view idl_type);

// "Idle", "Moving": symbols of enumerations; at least 60, all distinct.
std::span<const std::string_view> states();

// "coolingLoop" is "cooling loop" in a sentence.
std::string in_words(std::string_view name);
// "coolingLoop" at the start of a name: "CoolingLoop".
std::string capitalized(std::string_view name);

}  // namespace weir::sal::synthetic
