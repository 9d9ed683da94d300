// What the standard library of Debian 12's emscripten 3.1.6, libc++ 13, lacks
// of C++20 and this project uses. The browser's build includes it before each
// source. libc++ 15 has all of it: this header is empty then, and with
// libstdc++.

#ifndef API_ACCESS_EXAMPLES_BROWSER_LIBCXX_H_
#define API_ACCESS_EXAMPLES_BROWSER_LIBCXX_H_

#include <version>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000

#include <algorithm>
#include <chrono>
#include <compare>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace std {

#if _LIBCPP_VERSION < 14000
template <typename To, typename From>
constexpr To bit_cast(const From& from) noexcept {
  return __builtin_bit_cast(To, from);
}
#endif

template <typename Char, typename Traits>
constexpr strong_ordering operator<=>(basic_string_view<Char, Traits> a,
                                      basic_string_view<Char, Traits> b) {
  return a.compare(b) <=> 0;
}

template <typename Char, typename Traits, typename Allocator>
constexpr strong_ordering operator<=>(
    const basic_string<Char, Traits, Allocator>& a,
    const basic_string<Char, Traits, Allocator>& b) {
  return a.compare(b) <=> 0;
}

template <typename T, typename Allocator>
constexpr auto operator<=>(const vector<T, Allocator>& a,
                           const vector<T, Allocator>& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (const auto order = a[i] <=> b[i]; order != 0) return order;
  }
  return decltype(a[0] <=> b[0])(a.size() <=> b.size());
}

namespace chrono {
template <typename Clock, typename Duration>
constexpr strong_ordering operator<=>(const time_point<Clock, Duration>& a,
                                      const time_point<Clock, Duration>& b) {
  return a.time_since_epoch().count() <=> b.time_since_epoch().count();
}
}  // namespace chrono

template <typename T>
constexpr auto operator<=>(const optional<T>& a, const optional<T>& b) {
  return a && b ? *a <=> *b : decltype(*a <=> *b)(bool{a} <=> bool{b});
}

// Algorithms over whole ranges, by those over iterators.
namespace ranges {

template <typename Predicate, typename Projection>
constexpr auto Projected(Predicate& predicate, Projection& projection) {
  return [&](auto&&... items) -> bool {
    return std::invoke(predicate, std::invoke(projection, items)...);
  };
}

#define API_ACCESS_ALGORITHM(name)                             \
  template <typename Range, typename Predicate,                \
            typename Projection = identity>                    \
  constexpr auto name(Range&& range, Predicate predicate,      \
                      Projection projection = {}) {            \
    return std::name(ranges::begin(range), ranges::end(range), \
                     Projected(predicate, projection));        \
  }
API_ACCESS_ALGORITHM(all_of)
API_ACCESS_ALGORITHM(any_of)
API_ACCESS_ALGORITHM(none_of)
API_ACCESS_ALGORITHM(count_if)
API_ACCESS_ALGORITHM(find_if)
#undef API_ACCESS_ALGORITHM

#define API_ACCESS_ALGORITHM(name, Default)                    \
  template <typename Range, typename Predicate = Default,      \
            typename Projection = identity>                    \
  constexpr auto name(Range&& range, Predicate predicate = {}, \
                      Projection projection = {}) {            \
    return std::name(ranges::begin(range), ranges::end(range), \
                     Projected(predicate, projection));        \
  }
API_ACCESS_ALGORITHM(adjacent_find, equal_to)
API_ACCESS_ALGORITHM(min_element, less)
API_ACCESS_ALGORITHM(sort, less)
#undef API_ACCESS_ALGORITHM

template <typename Range, typename Value, typename Projection = identity>
constexpr auto find(Range&& range, const Value& value,
                    Projection projection = {}) {
  return ranges::find_if(
      range, [&](const auto& item) { return item == value; }, projection);
}

template <typename Range, typename Value, typename Projection = identity>
constexpr auto count(Range&& range, const Value& value,
                     Projection projection = {}) {
  return ranges::count_if(
      range, [&](const auto& item) { return item == value; }, projection);
}

template <typename Range, typename Value, typename Less = less,
          typename Projection = identity>
constexpr auto lower_bound(Range&& range, const Value& value, Less less = {},
                           Projection projection = {}) {
  return std::lower_bound(ranges::begin(range), ranges::end(range), value,
                          [&](const auto& item, const auto& bound) {
                            return std::invoke(
                                less, std::invoke(projection, item), bound);
                          });
}

template <typename Range, typename Value, typename Less = less,
          typename Projection = identity>
constexpr auto upper_bound(Range&& range, const Value& value, Less less = {},
                           Projection projection = {}) {
  return std::upper_bound(ranges::begin(range), ranges::end(range), value,
                          [&](const auto& bound, const auto& item) {
                            return std::invoke(less, bound,
                                               std::invoke(projection, item));
                          });
}

template <typename Range, typename Value>
constexpr bool binary_search(Range&& range, const Value& value) {
  return std::binary_search(ranges::begin(range), ranges::end(range), value);
}

template <typename A, typename B, typename Predicate = equal_to,
          typename ProjectionA = identity, typename ProjectionB = identity>
constexpr bool equal(A&& a, B&& b, Predicate predicate = {},
                     ProjectionA projection_a = {},
                     ProjectionB projection_b = {}) {
  return std::equal(ranges::begin(a), ranges::end(a), ranges::begin(b),
                    ranges::end(b), [&](const auto& left, const auto& right) {
                      return std::invoke(predicate,
                                         std::invoke(projection_a, left),
                                         std::invoke(projection_b, right));
                    });
}

template <typename Range, typename Out>
constexpr Out copy(Range&& range, Out out) {
  return std::copy(ranges::begin(range), ranges::end(range), out);
}

template <typename Range, typename Value>
constexpr void fill(Range&& range, const Value& value) {
  std::fill(ranges::begin(range), ranges::end(range), value);
}

template <typename Range>
constexpr void reverse(Range&& range) {
  std::reverse(ranges::begin(range), ranges::end(range));
}

template <typename A, typename B, typename Out>
constexpr Out merge(A&& a, B&& b, Out out) {
  return std::merge(ranges::begin(a), ranges::end(a), ranges::begin(b),
                    ranges::end(b), out);
}

}  // namespace ranges
}  // namespace std

#endif

#endif  // API_ACCESS_EXAMPLES_BROWSER_LIBCXX_H_
