#include "weir/broker/handlers/list_groups.h"

#include <algorithm>
#include <string_view>

namespace weir::broker::handlers {
namespace {

constexpr std::string_view kType = "classic";

// Filters are compared without regard to case; an empty one lets everything pass.
bool passes(const std::vector<std::string>& filter, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto same = [&](const std::string& wanted) {
    return std::equal(wanted.begin(), wanted.end(), word.begin(), word.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
  };
  return filter.empty() || std::any_of(filter.begin(), filter.end(), same);
}

}  // namespace

ListGroupsApi::Response ListGroupsApi::handle(Services& services, const handlers::Request&,
                                              const Request& asked) {
  Response response;
  for (const auto& [id, group] : services.groups.groups()) {
    const std::string_view state = to_string(group->state());
    if (!passes(asked.states_filter, state) || !passes(asked.types_filter, kType)) continue;
    auto& row = response.groups.emplace_back();
    row.group_id = id;
    row.protocol_type = group->protocol_type();
    row.group_state = state;
    row.group_type = kType;
  }
  return response;
}

}  // namespace weir::broker::handlers
