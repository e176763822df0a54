#include "weir/sal/text_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "weir/base/utf8.h"

namespace weir::sal {
namespace {

// Bound on the work for one line with quotes inside its texts: texts of the topic times quotes.
constexpr size_t kMostQuoteChoices = size_t{1} << 22;
// A Timestamp's range: about the year 294,000.
constexpr double kLargestStamp = 9.2e12;

bool skip_blanks(const char*& at, const char* end) {
  while (at != end && *at == ' ') ++at;
  return at != end;
}

}  // namespace

TextReading::TextReading(const TextParser& parser, std::string_view content, Bytes& out)
    : parser_(parser), content_(content), end_(content.data() + content.size()), out_(out) {}

Status TextReading::read() {
  const auto quotes = static_cast<size_t>(std::count(content_.begin(), content_.end(), '\''));
  const size_t texts = parser_.texts_;
  if (quotes <= 2 * texts) return read_plain();
  if (quotes * texts > kMostQuoteChoices) {
    return Error(ErrorCode::unsupported,
                 fmt::format("{} quotes in one line are too many to tell which "
                             "belong to the texts",
                             quotes));
  }
  collect_quotes();
  for (const Blanks blanks : {Blanks::exact, Blanks::any}) {
    if (std::optional<Status> done = read_quoted(blanks)) return std::move(*done);
  }
  return read_plain();  // fails too, and says at which field
}

Status TextReading::read_plain() {
  Spot spot;
  const char* at = content_.data();
  for (;;) {
    switch (run(spot, at, Blanks::any)) {
      case Stop::end:
        return {};
      case Stop::failed:
        return error();
      case Stop::text:
        break;
    }
    const void* close = std::memchr(at, '\'', static_cast<size_t>(end_ - at));
    if (close == nullptr) return fail(Flaw::no_closing_quote, spot, at), error();
    const char* after = static_cast<const char*>(close);
    if (!append_text(spot, {at, static_cast<size_t>(after - at)})) return error();
    at = after + 1;
  }
}

// After text number k is closed by quote q, a run leads to quote q + 1, which opens text k + 1, or
// to the end. So readings(k, q), the ways to read on when text k ends at quote q, follow from those
// of k + 1 by one sum from the right: texts x quotes runs decide a line, however many readings it
// has.
std::optional<Status> TextReading::read_quoted(Blanks blanks) {
  const std::vector<Spot> after = spots_after_texts();
  const size_t texts = after.size();
  const size_t quotes = quotes_.size();
  std::vector<uint8_t> readings(texts * quotes, 0);  // 0, 1, or 2 for "several"
  std::vector<uint8_t> opened(quotes + 1, 0);        // ways when quote i opens text k
  std::vector<uint8_t> opened_next(quotes + 1, 0);   // the same for k + 1
  const size_t mark = out_.size();
  for (size_t k = texts; k-- > 0;) {
    unsigned sum = 0;
    for (size_t q = quotes; q-- > 0;) {
      opened[q] = static_cast<uint8_t>(sum);
      const unsigned ways = k + 1 == texts ? 1u : opened_next[q + 1];
      if (ways == 0) continue;
      Spot spot = after[k];
      const char* at = quotes_[q] + 1;
      const Stop stop = run(spot, at, blanks);
      out_.bytes().resize(mark);
      if (stop == (k + 1 == texts ? Stop::end : Stop::text)) {
        readings[k * quotes + q] = static_cast<uint8_t>(ways);
        sum = std::min(sum + ways, 2u);
      }
    }
    std::swap(opened, opened_next);
  }
  Spot first;
  const char* at = content_.data();
  if (run(first, at, blanks) != Stop::text || at - 1 != quotes_[0] || opened_next[0] == 0) {
    out_.bytes().resize(mark);
    return std::nullopt;
  }
  if (opened_next[0] > 1) {
    return Error(ErrorCode::unsupported,
                 "ambiguous: quotes inside the texts allow more than one reading");
  }
  out_.bytes().resize(mark);
  return append_reading(readings, after) ? Status() : error();
}

bool TextReading::append_reading(const std::vector<uint8_t>& readings,
                                 const std::vector<Spot>& after) {
  Spot spot;
  const char* at = content_.data();
  size_t open = 0;
  run(spot, at, Blanks::any);
  for (size_t k = 0; k < after.size(); ++k) {
    size_t close = open + 1;
    while (readings[k * quotes_.size() + close] == 0) ++close;
    if (!append_text(spot, {at, static_cast<size_t>(quotes_[close] - at)})) return false;
    at = quotes_[close] + 1;
    run(spot, at, Blanks::any);
    open = close + 1;
  }
  return true;
}

void TextReading::collect_quotes() {
  for (const char& c : content_) {
    if (c == '\'') quotes_.push_back(&c);
  }
}

std::vector<TextReading::Spot> TextReading::spots_after_texts() const {
  std::vector<Spot> spots;
  for (size_t field = 0; field < parser_.fields_.size(); ++field) {
    if (!TextParser::is_text(parser_.fields_[field].form)) continue;
    const uint32_t count = parser_.fields_[field].count;
    for (size_t element = 1; element < count; ++element) spots.push_back({field, element});
    spots.push_back({field + 1, 0});
  }
  return spots;
}

TextReading::Stop TextReading::run(Spot& spot, const char*& at, Blanks blanks) {
  while (spot.field < parser_.fields_.size()) {
    const TextParser::Field& field = parser_.fields_[spot.field];
    if (!separator(spot, at, blanks)) return Stop::failed;
    if (spot.element == 0 && field.array) out_.varint(field.count);
    if (TextParser::is_text(field.form)) {
      if (at == end_ || *at != '\'') return fail(Flaw::no_quote, spot, at), Stop::failed;
      ++at;
      return Stop::text;
    }
    if (!field_values(field, spot, at, blanks)) return Stop::failed;
    if (field.array) out_.varint(0);
    spot = {spot.field + 1, 0};
  }
  if (blanks == Blanks::any) skip_blanks(at, end_);
  if (at != end_) return fail(Flaw::too_many_values, spot, at), Stop::failed;
  return Stop::end;
}

bool TextReading::separator(const Spot& spot, const char*& at, Blanks blanks) {
  if (spot.field == 0 && spot.element == 0) return skip_blanks(at, end_), true;
  if (blanks == Blanks::exact) {
    const std::string_view wanted = spot.element == 0 ? " , " : ", ";
    const std::string_view rest(at, static_cast<size_t>(end_ - at));
    if (!rest.starts_with(wanted)) return fail(Flaw::no_comma, spot, at);
    at += wanted.size();
    return true;
  }
  if (!skip_blanks(at, end_)) return fail(Flaw::too_few_values, spot, at);
  if (*at != ',') return fail(Flaw::no_comma, spot, at);
  ++at;
  skip_blanks(at, end_);
  return true;
}

bool TextReading::field_values(const TextParser::Field& field, Spot& spot, const char*& at,
                               Blanks blanks) {
  for (;;) {
    if (!value(field, spot, at)) return false;
    if (++spot.element == field.count) return true;
    if (!separator(spot, at, blanks)) return false;
  }
}

bool TextReading::value(const TextParser::Field& field, const Spot& spot, const char*& at) {
  using Form = TextParser::Form;
  int64_t number = 0;
  switch (field.form) {
    case Form::float64: {
      double exact = 0;
      if (!real(spot, at, exact)) return false;
      return out_.le(exact), true;
    }
    case Form::float32: {
      float single = 0;
      if (!real(spot, at, single)) return false;
      return out_.le(single), true;
    }
    case Form::int32:
      if (!integer(std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max(), spot,
                   at, number)) {
        return false;
      }
      return out_.varint(number), true;
    case Form::int64:
      if (!integer(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), spot,
                   at, number)) {
        return false;
      }
      return out_.varint(number), true;
    case Form::byte:
      if (!integer(0, 255, spot, at, number)) return false;
      out_.varint(1);
      return out_.byte(static_cast<uint8_t>(number)), true;
    case Form::boolean:
      return boolean(spot, at);
    case Form::enumeration:
      return enumerator(field, spot, at);
    case Form::stamp:
      return stamp(spot, at);
    case Form::string:
    case Form::characters:
    case Form::character:
      break;
  }
  return fail(Flaw::no_quote, spot, at);
}

bool TextReading::append_text(Spot& spot, std::string_view text) {
  const TextParser::Field& field = parser_.fields_[spot.field];
  if (field.form == TextParser::Form::characters) {
    if (!text.empty()) out_.varint(static_cast<int64_t>(text.size()));
    for (const char c : text) {
      out_.varint(1);
      out_.byte(static_cast<uint8_t>(c));
    }
    out_.varint(0);
  } else {
    if (field.form == TextParser::Form::string && !is_utf8(text)) {
      return fail(Flaw::not_utf8, spot, text.data());
    }
    out_.varint(static_cast<int64_t>(text.size()));
    out_.append(text);
  }
  if (++spot.element < field.count) return true;
  if (field.array) out_.varint(0);
  spot = {spot.field + 1, 0};
  return true;
}

bool TextReading::integer(int64_t low, int64_t high, const Spot& spot, const char*& at,
                          int64_t& value) {
  const auto parsed = std::from_chars(at, end_, value);
  const bool ends = parsed.ptr == end_ || *parsed.ptr == ' ' || *parsed.ptr == ',';
  if (parsed.ec == std::errc::invalid_argument || !ends) return fail(Flaw::bad_number, spot, at);
  if (parsed.ec != std::errc() || value < low || value > high) {
    return fail(Flaw::out_of_range, spot, at);
  }
  at = parsed.ptr;
  return true;
}

template <typename T>
bool TextReading::real(const Spot& spot, const char*& at, T& value) {
  const auto parsed = std::from_chars(at, end_, value);
  const bool ends = parsed.ptr == end_ || *parsed.ptr == ' ' || *parsed.ptr == ',';
  if (parsed.ec == std::errc::invalid_argument || !ends) return fail(Flaw::bad_number, spot, at);
  if (parsed.ec != std::errc()) return fail(Flaw::out_of_range, spot, at);
  at = parsed.ptr;
  return true;
}

bool TextReading::boolean(const Spot& spot, const char*& at) {
  const std::string_view word = token(at);
  const bool yes = word == "1" || word == "true";
  if (!yes && word != "0" && word != "false") return fail(Flaw::bad_boolean, spot, at);
  at += word.size();
  return out_.byte(yes ? 1 : 0), true;
}

bool TextReading::enumerator(const TextParser::Field& field, const Spot& spot, const char*& at) {
  const TextParser::Enumeration& known = parser_.enumerations_[field.enumeration];
  const std::string_view word = token(at);
  int64_t number = 0;
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == word.data() + word.size();
  size_t position = known.enumerators.size();
  if (is_number && known.positional) {
    if (number >= 0) position = std::min(position, static_cast<size_t>(number));
  } else {
    const auto found = std::find_if(
        known.enumerators.begin(), known.enumerators.end(), [&](const Enumerator& candidate) {
          return is_number ? candidate.value == number : candidate.symbol == word;
        });
    position = static_cast<size_t>(found - known.enumerators.begin());
  }
  if (position == known.enumerators.size()) return fail(Flaw::bad_enumerator, spot, at);
  at += word.size();
  if (!field.only_first || spot.element == 0) out_.varint(static_cast<int64_t>(position));
  return true;
}

// Rounded to the microsecond that the writer printed, then cut to the schema's millisecond.
bool TextReading::stamp(const Spot& spot, const char*& at) {
  const char* const begin = at;
  double seconds = 0;
  if (!real(spot, at, seconds)) return false;
  if (!(std::fabs(seconds) < kLargestStamp)) return fail(Flaw::out_of_range, spot, begin);
  const Duration micros(std::llrint(seconds * 1e6));
  return out_.varint(to_millis(Timestamp(micros))), true;
}

bool TextReading::fail(Flaw flaw, const Spot& spot, const char* at) {
  failure_ = {flaw, spot, at};
  return false;
}

// The unquoted value at `at`: up to the next blank or comma.
std::string_view TextReading::token(const char* at) const {
  const char* stop = at;
  while (stop != end_ && *stop != ' ' && *stop != ',') ++stop;
  return {at, static_cast<size_t>(stop - at)};
}

Error TextReading::error() const {
  const auto& [flaw, spot, at] = failure_;
  if (flaw == Flaw::too_many_values) {
    return Error(
        ErrorCode::corrupt,
        fmt::format("more values than the topic has, from '{}' on",
                    std::string_view(at, static_cast<size_t>(std::min<ptrdiff_t>(end_ - at, 40)))));
  }
  const TextParser::Field& field = parser_.fields_[spot.field];
  std::string where = fmt::format("field '{}'", field.name);
  if (field.count > 1) where += fmt::format(" element {} of {}", spot.element + 1, field.count);
  const std::string_view word = token(at).substr(0, 40);
  const auto is = [&](std::string_view what) {
    return fmt::format("{}: '{}' {}", where, word, what);
  };
  switch (flaw) {
    case Flaw::too_few_values:
      return Error(ErrorCode::corrupt, fmt::format("the values end before {}", where));
    case Flaw::no_comma:
      return Error(ErrorCode::corrupt, fmt::format("no comma before {}, but '{}'", where, word));
    case Flaw::no_quote:
      return Error(ErrorCode::corrupt, is("is no text in quotes"));
    case Flaw::no_closing_quote:
      return Error(ErrorCode::corrupt, fmt::format("{}: the text has no closing quote", where));
    case Flaw::bad_number:
      return Error(ErrorCode::corrupt, is("is no number of its type"));
    case Flaw::out_of_range:
      return Error(ErrorCode::corrupt, is("is out of the range of its type"));
    case Flaw::bad_boolean:
      return Error(ErrorCode::corrupt, is("is neither 0, 1, true nor false"));
    case Flaw::bad_enumerator:
      return Error(ErrorCode::corrupt, is("is none of its enumerators"));
    case Flaw::not_utf8:
      return Error(ErrorCode::corrupt, fmt::format("{}: the text is not UTF-8", where));
    case Flaw::too_many_values:
      break;
  }
  return Error(ErrorCode::internal, "a text failed to read for no reason");
}

}  // namespace weir::sal
