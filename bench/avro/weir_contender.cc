// weir in the side-by-side run. The protocol of the other tasks is that of run.py.
//
//   weir_avro_contender generate FOLDER TOPIC RECORDS           writes FOLDER/TOPIC.messages
//   weir_avro_contender decode-visitor|decode-columns|decode-tree FOLDER TOPIC
//   weir_avro_contender encode-append|encode-tree FOLDER TOPIC
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/value.h"
#include "weir/base/check.h"

namespace weir::avro {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  WEIR_CHECK(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// Values as telemetry has them. Reals are multiples of 1/4 so that sums are exact in any order:
// every contender must then arrive at the same one.
class Telemetry {
 public:
  Value record(const Type& type) {
    Value::Record fields;
    for (const Field& field : type.fields) fields.fields.push_back({field.name, value(field)});
    ++sequence_;
    return Value{.data = std::move(fields), .branch = {}};
  }

 private:
  static constexpr int64_t kStart = 1'764'000'000'000;  // milliseconds, so six bytes
  static constexpr size_t kItems = 156;

  Value value(const Field& field) {
    switch (field.type->kind) {
      case Kind::int64:
        if (field.name == "sequence" || field.name == "uptime") return {sequence_ * 50, {}};
        return {kStart + sequence_ * 50 + below(20), {}};
      case Kind::int32:
        return {below(field.name == "origin" ? 100'000 : 4), {}};
      case Kind::float64:
        return {field.name == "timestamp" ? kStart / 1000 + quarters() : quarters(), {}};
      case Kind::float32:
        return {quarters(), {}};
      case Kind::boolean:
        return {below(2) == 1, {}};
      case Kind::string:
        return {std::string(field.name == "revision" ? "a5ad8ed6" : "MTMount:1"), {}};
      case Kind::array: {
        std::vector<Value> items(kItems);
        for (Value& item : items) item.data = quarters();
        return {std::move(items), {}};
      }
      default:
        WEIR_CHECK(false);
    }
    return {};
  }

  int64_t below(int64_t limit) {
    return std::uniform_int_distribution<int64_t>(0, limit - 1)(random_);
  }
  double quarters() { return static_cast<double>(below(200'000) - 100'000) / 4; }

  std::mt19937_64 random_{1};
  int64_t sequence_ = 1'000;
};

void generate(const Schema& schema, const std::string& path, int records) {
  Telemetry telemetry;
  std::ofstream file(path, std::ios::binary);
  for (int i = 0; i < records; ++i) {
    Bytes message;
    WEIR_CHECK(encode_value(schema, telemetry.record(schema.root()), message).has_value());
    char size[sizeof(uint32_t)];
    store_be(size, static_cast<uint32_t>(message.size()));
    file.write(size, sizeof(size))
        .write(message.data(), static_cast<std::streamsize>(message.size()));
  }
  WEIR_CHECK(file.flush().good());
}

std::vector<Bytes> read_messages(const std::string& path) {
  const Bytes data = read_file(path);
  std::vector<Bytes> messages;
  ByteReader reader(data);
  while (!reader.at_end()) messages.emplace_back(reader.view(reader.be<uint32_t>()));
  WEIR_CHECK(reader.ok());
  return messages;
}

// In four partial sums, so that additions do not wait for each other.
template <typename Values>
double sum_of(const Values& values) {
  double sums[4] = {};
  size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    for (size_t k = 0; k < 4; ++k) sums[k] += static_cast<double>(values[i + k]);
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]);
  return sums[0] + sums[1] + sums[2] + sums[3];
}

// One task over all messages, again and again.
class Work {
 public:
  virtual ~Work() = default;
  // The sum of all values, or when encoding the bytes that the records took.
  virtual double all() = 0;
};

class DecodeToVisitor : public Work, private Visitor {
 public:
  DecodeToVisitor(const Schema& schema, std::vector<Bytes> messages)
      : plan_(std::move(*DecodePlan::compile(schema))), messages_(std::move(messages)) {}

  double all() override {
    integers_ = 0;
    reals_ = 0;
    for (const Bytes& message : messages_) WEIR_CHECK(plan_.decode(message, *this).has_value());
    return static_cast<double>(integers_) + reals_;
  }

 private:
  void on_boolean(size_t, bool value) override { integers_ += value ? 1 : 0; }
  void on_integer(size_t, int64_t value) override { integers_ += value; }
  void on_real(size_t, double value) override { reals_ += value; }
  void on_text(size_t, std::string_view utf8) override {
    integers_ += static_cast<int64_t>(utf8.size());
  }
  void on_floats(size_t, PackedFloats items) override { reals_ += sum_of(items); }

  DecodePlan plan_;
  std::vector<Bytes> messages_;
  int64_t integers_ = 0;
  double reals_ = 0;
};

// Batches of records, and after each batch a walk over its columns.
class DecodeToColumns : public Work {
 public:
  DecodeToColumns(const Schema& schema, std::vector<Bytes> messages)
      : plan_(std::move(*DecodePlan::compile(schema))),
        columns_(plan_),
        messages_(std::move(messages)) {}

  double all() override {
    double sum = 0;
    for (const Bytes& message : messages_) {
      WEIR_CHECK(plan_.decode(message, columns_).has_value());
      if (columns_.rows() == kBatch) sum += take_batch();
    }
    return sum + take_batch();
  }

 private:
  static constexpr size_t kBatch = 100;

  double take_batch() {
    double sum = 0;
    for (size_t leaf = 0; leaf < plan_.leaves().size(); ++leaf) sum += sum_of_column(leaf);
    columns_.clear();
    return sum;
  }

  double sum_of_column(size_t leaf) const {
    switch (columns_.type(leaf)) {
      case ColumnType::boolean:
        return sum_of(columns_.booleans(leaf));
      case ColumnType::integer:
        return sum_of(columns_.integers(leaf));
      case ColumnType::float32:
        return sum_of(columns_.floats(leaf));
      case ColumnType::float64:
        return sum_of(columns_.doubles(leaf));
      case ColumnType::text: {
        size_t sum = 0;
        const TextColumn texts = columns_.texts(leaf);
        for (size_t i = 0; i < texts.size(); ++i) sum += texts[i].size();
        return static_cast<double>(sum);
      }
      case ColumnType::symbol:
      case ColumnType::none:
        break;
    }
    return 0;
  }

  DecodePlan plan_;
  Columns columns_;
  std::vector<Bytes> messages_;
};

class DecodeToTree : public Work {
 public:
  DecodeToTree(const Schema& schema, std::vector<Bytes> messages)
      : schema_(schema), messages_(std::move(messages)) {}

  double all() override {
    double sum = 0;
    for (const Bytes& message : messages_) {
      const Result<Value> value = decode_value(schema_, message);
      WEIR_CHECK(value.has_value());
      sum += sum_of_tree(*value);
    }
    return sum;
  }

 private:
  static double sum_of_tree(const Value& value) {
    if (const auto* real = std::get_if<double>(&value.data)) return *real;
    if (const auto* integer = std::get_if<int64_t>(&value.data))
      return static_cast<double>(*integer);
    if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? 1 : 0;
    if (const auto* text = std::get_if<std::string>(&value.data))
      return static_cast<double>(text->size());
    double sum = 0;
    if (const auto* items = std::get_if<std::vector<Value>>(&value.data)) {
      for (const Value& item : *items) sum += sum_of_tree(item);
    }
    if (const auto* record = std::get_if<Value::Record>(&value.data)) {
      for (const Value::Entry& field : record->fields) sum += sum_of_tree(field.value);
    }
    return sum;
  }

  Schema schema_;
  std::vector<Bytes> messages_;
};

// Writes the fields of one message one by one, as code for one topic does. The values are laid out
// by kind, ready to be written.
class EncodeByAppend : public Work {
 public:
  EncodeByAppend(const Schema& schema, const std::vector<Bytes>& messages)
      : wide_(schema.root().name.simple == "Wide") {
    const DecodePlan plan = std::move(*DecodePlan::compile(schema));
    for (const Bytes& message : messages) {
      Taker taker(records_.emplace_back());
      WEIR_CHECK(plan.decode(message, taker).has_value());
      encode(records_.back());
      WEIR_CHECK(out_ == message);
    }
  }

  double all() override {
    size_t bytes = 0;
    for (const Record& record : records_) {
      encode(record);
      bytes += out_.size();
    }
    return static_cast<double>(bytes);
  }

 private:
  struct Record {
    std::vector<int64_t> integers;
    std::vector<double> reals;
    std::vector<bool> flags;
    std::vector<std::string> texts;
    std::vector<std::vector<float>> arrays;
  };

  // The values of a message by kind, in the order of the schema.
  class Taker : public Visitor {
   public:
    explicit Taker(Record& record) : record_(record) {}
    void on_boolean(size_t, bool value) override { record_.flags.push_back(value); }
    void on_integer(size_t, int64_t value) override { record_.integers.push_back(value); }
    void on_real(size_t, double value) override { record_.reals.push_back(value); }
    void on_text(size_t, std::string_view utf8) override { record_.texts.emplace_back(utf8); }
    void on_floats(size_t, PackedFloats items) override {
      record_.arrays.emplace_back(items.size());
      items.copy_to(record_.arrays.back().data());
    }

   private:
    Record& record_;
  };

  void encode(const Record& record) {
    const auto single = [&](size_t i) { append_float(out_, static_cast<float>(record.reals[i])); };
    out_.clear();
    append_long(out_, record.integers[0]);
    append_long(out_, record.integers[1]);
    append_string(out_, record.texts[0]);
    append_string(out_, record.texts[1]);
    append_long(out_, record.integers[2]);
    append_long(out_, record.integers[3]);
    append_long(out_, record.integers[4]);
    const size_t doubles = wide_ ? 6 : 4;
    const size_t floats = wide_ ? 3 : 2;
    for (size_t i = 0; i < doubles; ++i) append_double(out_, record.reals[i]);
    for (size_t i = doubles; i < doubles + floats; ++i) single(i);
    append_boolean(out_, record.flags[0]);
    append_boolean(out_, record.flags[1]);
    append_long(out_, record.integers[5]);
    if (wide_) append_long(out_, record.integers[6]);
    for (const std::vector<float>& items : record.arrays) append_floats(out_, items);
  }

  bool wide_;
  std::vector<Record> records_;
  Bytes out_;
};

class EncodeFromTree : public Work {
 public:
  EncodeFromTree(const Schema& schema, const std::vector<Bytes>& messages) : schema_(schema) {
    for (const Bytes& message : messages) {
      records_.push_back(*decode_value(schema, message));
      encode(records_.back());
      WEIR_CHECK(out_ == message);
    }
  }

  double all() override {
    size_t bytes = 0;
    for (const Value& record : records_) {
      encode(record);
      bytes += out_.size();
    }
    return static_cast<double>(bytes);
  }

 private:
  void encode(const Value& record) {
    out_.clear();
    WEIR_CHECK(encode_value(schema_, record, out_).has_value());
  }

  Schema schema_;
  std::vector<Value> records_;
  Bytes out_;
};

std::unique_ptr<Work> make_work(std::string_view task, const Schema& schema,
                                std::vector<Bytes> messages) {
  if (task == "decode-visitor")
    return std::make_unique<DecodeToVisitor>(schema, std::move(messages));
  if (task == "decode-columns")
    return std::make_unique<DecodeToColumns>(schema, std::move(messages));
  if (task == "decode-tree") return std::make_unique<DecodeToTree>(schema, std::move(messages));
  if (task == "encode-append") return std::make_unique<EncodeByAppend>(schema, messages);
  if (task == "encode-tree") return std::make_unique<EncodeFromTree>(schema, messages);
  return nullptr;
}

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void round(Work& work, size_t messages, double seconds) {
  size_t passes = 0;
  double check = 0;
  const double begin = seconds_of(CLOCK_MONOTONIC);
  const double cpu_begin = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  do {
    check = work.all();
    ++passes;
  } while (seconds_of(CLOCK_MONOTONIC) - begin < seconds);
  const double cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu_begin;
  const double wall = seconds_of(CLOCK_MONOTONIC) - begin;
  std::cout.precision(17);
  std::cout << passes * messages << ' ' << cpu << ' ' << wall << ' ' << check << std::endl;
}

int run(const std::vector<std::string>& arguments) {
  const std::string& task = arguments[0];
  const std::string path = arguments[1] + "/" + arguments[2];
  const Schema schema = *parse_schema(read_file(path + ".avsc"));
  if (task == "generate") return generate(schema, path + ".messages", std::stoi(arguments[3])), 0;
  std::vector<Bytes> messages = read_messages(path + ".messages");
  const size_t count = messages.size();
  const std::unique_ptr<Work> work = make_work(task, schema, std::move(messages));
  WEIR_CHECK(work != nullptr);
  for (double seconds = 0; std::cin >> seconds;) round(*work, count, seconds);
  return 0;
}

}  // namespace
}  // namespace weir::avro

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  const size_t wanted = !arguments.empty() && arguments[0] == "generate" ? 4 : 3;
  if (arguments.size() != wanted) {
    std::cerr << "usage: weir_avro_contender generate FOLDER TOPIC RECORDS | TASK FOLDER TOPIC\n";
    return 2;
  }
  return weir::avro::run(arguments);
}
