#include "weir/config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

namespace weir::config {
namespace {

constexpr int kDeepest = 8;

class Flattener {
 public:
  explicit Flattener(std::string_view file_name) : file_name_(file_name) {}

  Status map(const YAML::Node& node, const std::string& prefix, int depth) {
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return problem(entry.first, "a name must be a word");
      const std::string name = prefix + entry.first.Scalar();
      if (!seen_.insert(name).second)
        return problem(entry.first, fmt::format("'{}' is given twice", name));
      if (entry.second.IsMap()) {
        if (depth == kDeepest) return problem(entry.first, "nested too deeply");
        WEIR_TRY(map(entry.second, name + ".", depth + 1));
      } else {
        WEIR_TRY(value(entry.second, entry.first, name));
      }
    }
    return {};
  }

  Error problem(const YAML::Node& node, std::string_view what) const {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("{}:{}: {}", file_name_, node.Mark().line + 1, what));
  }

  std::vector<YamlValue> values;

 private:
  Status value(const YAML::Node& node, const YAML::Node& key, const std::string& name) {
    YamlValue value{name, {}, key.Mark().line + 1};
    if (node.IsNull()) return {};  // "name:" without a value leaves the default
    if (node.IsScalar()) value.texts.push_back(node.Scalar());
    if (node.IsSequence()) {
      for (const auto& item : node) {
        if (!item.IsScalar())
          return problem(item, fmt::format("'{}' must be a list of words", name));
        value.texts.push_back(item.Scalar());
      }
    }
    values.push_back(std::move(value));
    return {};
  }

  const std::string file_name_;
  std::set<std::string> seen_;
};

}  // namespace

Result<std::vector<YamlValue>> parse_yaml(std::string_view text, std::string_view file_name) {
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    Flattener flattener(file_name);
    if (root.IsNull()) return std::vector<YamlValue>{};
    if (!root.IsMap()) return flattener.problem(root, "must hold 'name: value' lines");
    WEIR_TRY(flattener.map(root, "", 1));
    return std::move(flattener.values);
  } catch (const YAML::Exception& exception) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("{}:{}: {}", file_name, exception.mark.line + 1, exception.msg));
  }
}

}  // namespace weir::config
