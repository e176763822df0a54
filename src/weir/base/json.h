#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/base/result.h"

namespace weir {

// How a number's digits are written. `as_written` keeps the text that was read or set; the others
// rewrite numbers with a fraction or an exponent from their value as a double: `python` as repr
// does (0.02, 1.0, 1e-05), `java` as Double.toString does (0.02, 1.0, 1.0E-5). Integers of any size
// stay.
enum class NumberStyle : uint8_t { as_written, python, java };

// The shortest digits that read back as `value`, in that style (`as_written` means `python`).
// Not-a-number and the infinities have no JSON number: they come out as NaN, Infinity, -Infinity.
std::string format_real(double value, NumberStyle style);
// The same for single precision, which needs fewer digits: 0.1 and not 0.10000000149011612.
std::string format_single(float value, NumberStyle style);

struct JsonPrintOptions {
  int indent = -1;         // spaces per level, one line per value; negative: everything on one line
  bool sort_keys = false;  // by code point
  bool ascii = false;      // everything outside ASCII as \uXXXX, with surrogate pairs
  NumberStyle numbers = NumberStyle::as_written;
};

struct JsonParseOptions {
  size_t max_depth = 128;  // arrays and objects inside each other
};

// One JSON value, ordered and exact: objects keep the order of their members, numbers keep their
// text (so 64-bit integers stay exact), and what was read prints back the same. Confined: a plain
// value, safe to share while nobody changes it. Reading refuses duplicate keys, text that is not
// UTF-8, numbers beyond a double's range and nesting past a limit with `invalid_argument` and
// "line:column: reason"; the memory taken is bounded by a constant times the input.
//
//   WEIR_TRY_ASSIGN(Json schema, Json::parse(text));
//   if (const std::string* name = schema.find_string("name")) …
//   Json reply = Json::object();
//   reply.set("id", 7).set("subjects", Json::array());
//   reply.print();                                                     // {"id":7,"subjects":[]}
//   reply.print({.indent = 2, .sort_keys = true, .ascii = true});      // as Python's json.dumps
class Json {
 public:
  enum class Kind : uint8_t { null, boolean, number, string, array, object };
  struct Member;

  static Result<Json> parse(std::string_view text, const JsonParseOptions& options = {});

  Json() = default;  // null
  Json(std::string text);
  Json(std::string_view text);
  Json(const char* text);
  template <std::same_as<bool> T>
  Json(T value);
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Json(T value);

  // A number from a double; where it has no number (NaN, infinities) the string of `format_real`.
  static Json real(double value, NumberStyle style = NumberStyle::python);
  static Json single(float value, NumberStyle style = NumberStyle::python);
  static Json array();
  static Json array(std::vector<Json> items);
  static Json object();
  // The caller answers for the keys being distinct.
  static Json object(std::vector<Member> members);

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::null; }
  bool is_number() const { return kind() == Kind::number; }
  bool is_string() const { return kind() == Kind::string; }
  bool is_array() const { return kind() == Kind::array; }
  bool is_object() const { return kind() == Kind::object; }

  // The value if it is of that kind (and, for integers, written without fraction or exponent and in
  // range); otherwise nothing. Pointers stay good until the value changes.
  std::optional<bool> as_boolean() const;
  std::optional<int64_t> as_int64() const;
  std::optional<uint64_t> as_uint64() const;
  std::optional<double> as_double() const;
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const std::string* number_text() const;

  // The parts of an array or an object; empty for every other kind.
  const std::vector<Json>& items() const;
  const std::vector<Member>& members() const;

  // The member of an object by key, or nullptr. Linear: meant for objects with few members.
  const Json* find(std::string_view key) const;
  const std::string* find_string(std::string_view key) const;
  std::optional<int64_t> find_int64(std::string_view key) const;

  // Sets a member of an object (or of null, which becomes one); an existing one keeps its place.
  Json& set(std::string_view key, Json value);
  // Appends to an array (or to null, which becomes one).
  Json& push_back(Json value);

  std::string print(const JsonPrintOptions& options = {}) const;

  // Same kinds, same text of numbers, members in the same order.
  bool operator==(const Json& other) const;

 private:
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  using Data = std::variant<std::monostate, bool, Number, std::string, std::vector<Json>,
                            std::vector<Member>>;
  friend class JsonBuilder;

  explicit Json(Data data);
  static Json of_real_text(std::string text);

  Data data_;
};

struct Json::Member {
  std::string key;
  Json value;
  bool operator==(const Member&) const = default;
};

// Here, where Member is complete: clang wants it to be where a variant that may hold it is made.
inline Json::Json(Data data) : data_(std::move(data)) {}
inline Json::Json(std::string text) : data_(std::move(text)) {}
inline Json::Json(std::string_view text) : data_(std::string(text)) {}
inline Json::Json(const char* text) : data_(std::string(text)) {}
template <std::same_as<bool> T>
Json::Json(T value) : data_(value) {}
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) Json::Json(T value)
    : data_(Number{std::to_string(value)}) {}
inline Json Json::array() { return Json(Data(std::vector<Json>())); }
inline Json Json::array(std::vector<Json> items) { return Json(Data(std::move(items))); }

// Appends `text` between quotes, escaped as JSON asks and no more (control characters as Java
// writes them: \b \t \n \f \r, else \u00XX with capital digits).
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir
