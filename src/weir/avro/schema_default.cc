#include "weir/avro/schema_default.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "weir/avro/schema_report.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

// Records whose defaults lead back to themselves would go on for ever.
constexpr int kMaxDepth = 64;

using Problem = std::optional<DefaultProblem>;

// The members of an object by key, without walking it once for every key that is asked for.
class MembersByKey {
 public:
  explicit MembersByKey(const Json& object) : object_(object) {
    if (object.members().size() <= 16) return;
    for (const Json::Member& member : object.members()) by_key_.emplace(member.key, &member.value);
  }

  const Json* find(std::string_view key) const {
    if (by_key_.empty()) return object_.find(key);
    const auto at = by_key_.find(key);
    return at == by_key_.end() ? nullptr : at->second;
  }

 private:
  const Json& object_;
  std::unordered_map<std::string_view, const Json*> by_key_;
};

class Checker {
 public:
  explicit Checker(size_t& steps) : steps_(steps) {}

  bool later_branch() const { return later_branch_; }

  // `whole`: the value is all of a field's default, not a part of one.
  Problem check(const Type& type, const Json& value, int depth, bool whole) {
    const std::string* text = value.as_string();
    if (depth > kMaxDepth) return problem("the default goes on deeper than 64 levels");
    if (!spend(1 + value.members().size() + (text == nullptr ? 0 : text->size() / 64))) {
      return problem("the defaults of this schema take too long to check");
    }
    switch (type.kind) {
      case Kind::null:
        return expect(value.is_null(), type, value);
      case Kind::boolean:
        return expect(value.as_boolean().has_value(), type, value);
      case Kind::int32:
        return in_range(value.as_int64(), std::numeric_limits<int32_t>::min(),
                        std::numeric_limits<int32_t>::max(), type, value);
      case Kind::int64:
        return in_range(value.as_int64(), std::numeric_limits<int64_t>::min(),
                        std::numeric_limits<int64_t>::max(), type, value);
      case Kind::float32:
      case Kind::float64:
        return expect(value.is_number() || (whole && text != nullptr && is_special(*text)), type,
                      value);
      case Kind::string:
        return expect(text != nullptr, type, value);
      case Kind::bytes:
      case Kind::fixed:
        return binary(type, value);
      case Kind::enumeration:
        return symbol(type, value);
      case Kind::array:
        return items(type, value, depth);
      case Kind::map:
        return entries(type, value, depth);
      case Kind::record:
        return record(type, value, depth);
      case Kind::union_of:
        return branches(type, value, depth);
    }
    return problem("it has no type");
  }

 private:
  static DefaultProblem problem(std::string reason) { return {"", std::move(reason)}; }
  static DefaultProblem misfit(const Type& type, const Json& value) {
    return problem(excerpt(value) + " is no " + std::string(to_string(type.kind)));
  }
  static Problem expect(bool fits, const Type& type, const Json& value) {
    if (fits) return std::nullopt;
    return misfit(type, value);
  }
  static Problem within(std::string_view place, Problem problem) {
    if (problem) problem->inside.insert(0, place);
    return problem;
  }
  static bool is_special(std::string_view text) {
    return text == "NaN" || text == "Infinity" || text == "-Infinity";
  }

  bool spend(size_t count) {
    const bool enough = count <= steps_;
    steps_ -= std::min(count, steps_);
    return enough;
  }

  static Problem in_range(std::optional<int64_t> number, int64_t least, int64_t most,
                          const Type& type, const Json& value) {
    if (number && *number >= least && *number <= most) return std::nullopt;
    const std::string* text = value.number_text();
    if (text == nullptr || text->find_first_of(".eE") != std::string::npos)
      return misfit(type, value);
    return problem(excerpt(value) + " is out of the range of " + std::string(to_string(type.kind)));
  }

  static Problem binary(const Type& type, const Json& value) {
    const std::string* text = value.as_string();
    if (text == nullptr) return misfit(type, value);
    size_t count = 0;
    for (size_t at = 0; at < text->size(); ++count) {
      if (next_code_point(*text, at) > 0xFF) {
        return problem(excerpt(value) + " has a character above U+00FF, which is no byte");
      }
    }
    if (type.kind == Kind::bytes || count == type.size) return std::nullopt;
    return problem(excerpt(value) + " has " + std::to_string(count) + " bytes, the fixed has " +
                   std::to_string(type.size));
  }

  static Problem symbol(const Type& type, const Json& value) {
    const std::string* text = value.as_string();
    if (text == nullptr) return misfit(type, value);
    if (type.find_symbol(*text)) return std::nullopt;
    return problem(excerpt(value) + " is none of the symbols");
  }

  Problem items(const Type& type, const Json& value, int depth) {
    if (!value.is_array()) return misfit(type, value);
    for (size_t i = 0; i < value.items().size(); ++i) {
      if (Problem found = check(*type.items, value.items()[i], depth + 1, false)) {
        return within("[" + std::to_string(i) + "]", std::move(found));
      }
    }
    return std::nullopt;
  }

  Problem entries(const Type& type, const Json& value, int depth) {
    if (!value.is_object()) return misfit(type, value);
    for (const Json::Member& member : value.members()) {
      if (Problem found = check(*type.items, member.value, depth + 1, false)) {
        return within("[" + quoted(member.key) + "]", std::move(found));
      }
    }
    return std::nullopt;
  }

  Problem record(const Type& type, const Json& value, int depth) {
    if (!value.is_object()) return misfit(type, value);
    const MembersByKey given(value);
    for (const Field& field : type.fields) {
      const Json* part = given.find(field.name);
      const bool own = part == nullptr && field.default_value;
      if (own) part = &*field.default_value;
      if (part == nullptr) {
        return problem("the record has no " + quoted(field.name) +
                       ", and that field has no default");
      }
      if (Problem found = check(*field.type, *part, depth + 1, own)) {
        return within("." + field.name.substr(0, 80), std::move(found));
      }
    }
    return std::nullopt;
  }

  Problem branches(const Type& type, const Json& value, int depth) {
    const bool before = later_branch_;
    for (size_t i = 0; i < type.branches.size(); ++i) {
      if (!check(*type.branches[i], value, depth + 1, false)) {
        later_branch_ = later_branch_ || i > 0;
        return std::nullopt;
      }
      later_branch_ = before;
      if (steps_ == 0) break;
    }
    return problem(excerpt(value) + " fits no branch of the union");
  }

  size_t& steps_;
  bool later_branch_ = false;
};

}  // namespace

DefaultCheck check_default(const Type& type, const Json& value, size_t& steps) {
  Checker checker(steps);
  DefaultCheck result{checker.check(type, value, 0, true)};
  result.later_branch = !result.problem && checker.later_branch();
  return result;
}

}  // namespace weir::avro
