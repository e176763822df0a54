#include "weir/avro/canonical_form.h"

#include <unordered_set>

namespace weir::avro {
namespace {

class CanonicalPrinter {
 public:
  explicit CanonicalPrinter(std::string& out) : out_(out) {}

  void print(const Type& type) {
    switch (type.kind) {
      case Kind::record:
      case Kind::enumeration:
      case Kind::fixed:
        named(type);
        break;
      case Kind::array:
        out_ += R"({"type":"array","items":)";
        print(*type.items);
        out_ += '}';
        break;
      case Kind::map:
        out_ += R"({"type":"map","values":)";
        print(*type.items);
        out_ += '}';
        break;
      case Kind::union_of:
        list(type.branches, [&](const Type* branch) { print(*branch); });
        break;
      default:
        append_json_string(out_, to_string(type.kind));
    }
  }

 private:
  template <typename T, typename PrintOne>
  void list(const std::vector<T>& all, const PrintOne& print_one) {
    out_ += '[';
    const char* separator = "";
    for (const T& one : all) {
      out_ += separator;
      separator = ",";
      print_one(one);
    }
    out_ += ']';
  }

  void named(const Type& type) {
    if (!printed_.insert(&type).second) return append_json_string(out_, type.name.full());
    out_ += R"({"name":)";
    append_json_string(out_, type.name.full());
    out_ += R"(,"type":)";
    append_json_string(out_, to_string(type.kind));
    if (type.kind == Kind::record) {
      out_ += R"(,"fields":)";
      list(type.fields, [&](const Field& field) { print_field(field); });
    } else if (type.kind == Kind::enumeration) {
      out_ += R"(,"symbols":)";
      list(type.symbols, [&](const std::string& symbol) { append_json_string(out_, symbol); });
    } else {
      out_ += R"(,"size":)" + std::to_string(type.size);
    }
    out_ += '}';
  }

  void print_field(const Field& field) {
    out_ += R"({"name":)";
    append_json_string(out_, field.name);
    out_ += R"(,"type":)";
    print(*field.type);
    out_ += '}';
  }

  std::string& out_;
  std::unordered_set<const Type*> printed_;
};

}  // namespace

std::string canonical_form(const Schema& schema) {
  std::string out;
  CanonicalPrinter(out).print(schema.root());
  return out;
}

}  // namespace weir::avro
