#pragma once

#include <string>
#include <string_view>

#include "weir/base/json.h"
#include "weir/sal/interface.h"

// What both profiles keep of the XML as attributes, under the same keys.
namespace weir::sal {

// A text that the XML leaves out has no key.
void set_text(Json& object, std::string_view key, const std::string& text);

// How often, by how many, from where and for whom an item is published. Not `needed_by_dm`, which
// the profiles read differently.
void set_rarer_tags(Json& field, const Item& item);

}  // namespace weir::sal
