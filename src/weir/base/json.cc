#include "weir/base/json.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "weir/base/json_print.h"

namespace weir {

Json Json::object() { return Json(Data(std::vector<Member>())); }
Json Json::object(std::vector<Member> members) { return Json(Data(std::move(members))); }

Json Json::of_real_text(std::string text) {
  const char last = text.back();
  if (last == 'N' || last == 'y') return Json(std::move(text));
  return Json(Data(Number{std::move(text)}));
}

Json Json::real(double value, NumberStyle style) { return of_real_text(format_real(value, style)); }

Json Json::single(float value, NumberStyle style) {
  return of_real_text(format_single(value, style));
}

std::optional<bool> Json::as_boolean() const {
  const bool* value = std::get_if<bool>(&data_);
  return value == nullptr ? std::nullopt : std::optional<bool>(*value);
}

const std::string* Json::number_text() const {
  const Number* number = std::get_if<Number>(&data_);
  return number == nullptr ? nullptr : &number->text;
}

namespace {

template <typename T>
std::optional<T> read_number(const std::string* text) {
  if (text == nullptr) return std::nullopt;
  T value{};
  const char* end = text->data() + text->size();
  const auto [at, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<int64_t> Json::as_int64() const { return read_number<int64_t>(number_text()); }
std::optional<uint64_t> Json::as_uint64() const { return read_number<uint64_t>(number_text()); }
std::optional<double> Json::as_double() const { return read_number<double>(number_text()); }

const std::vector<Json>& Json::items() const {
  static const std::vector<Json> none;
  const auto* items = std::get_if<std::vector<Json>>(&data_);
  return items == nullptr ? none : *items;
}

const std::vector<Json::Member>& Json::members() const {
  static const std::vector<Member> none;
  const auto* members = std::get_if<std::vector<Member>>(&data_);
  return members == nullptr ? none : *members;
}

const Json* Json::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

const std::string* Json::find_string(std::string_view key) const {
  const Json* value = find(key);
  return value == nullptr ? nullptr : value->as_string();
}

std::optional<int64_t> Json::find_int64(std::string_view key) const {
  const Json* value = find(key);
  return value == nullptr ? std::nullopt : value->as_int64();
}

Json& Json::set(std::string_view key, Json value) {
  if (!is_object()) data_ = std::vector<Member>();
  auto& members = std::get<std::vector<Member>>(data_);
  const auto at = std::find_if(members.begin(), members.end(),
                               [&](const Member& member) { return member.key == key; });
  if (at == members.end()) {
    members.push_back({std::string(key), std::move(value)});
  } else {
    at->value = std::move(value);
  }
  return *this;
}

Json& Json::push_back(Json value) {
  if (!is_array()) data_ = std::vector<Json>();
  std::get<std::vector<Json>>(data_).push_back(std::move(value));
  return *this;
}

bool Json::operator==(const Json& other) const { return data_ == other.data_; }

std::string Json::print(const JsonPrintOptions& options) const {
  std::string out;
  JsonPrinter(options, out).print(*this, 0);
  return out;
}

}  // namespace weir
