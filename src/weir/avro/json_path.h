#pragma once

#include <string>
#include <string_view>

namespace weir::avro {

// A place in JSON, written as "$.mount.axes[2]". Steps are taken and left like brackets. Confined.
class JsonPath {
 public:
  const std::string& text() const { return text_; }

  // Both return what `leave` wants.
  size_t enter(std::string_view member) {
    const size_t length = text_.size();
    text_ += '.';
    text_ += member;
    return length;
  }
  size_t enter(size_t item) {
    const size_t length = text_.size();
    text_ += '[' + std::to_string(item) + ']';
    return length;
  }
  void leave(size_t length) { text_.resize(length); }

 private:
  std::string text_ = "$";
};

}  // namespace weir::avro
