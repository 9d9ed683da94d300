// Authentication factors, and which sets of them a request needs.

#ifndef API_ACCESS_FACTORS_H_
#define API_ACCESS_FACTORS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/version.h"

namespace api_access {

// One thing that a caller presents to prove who it is. Source: the provider's
// user guide (About Authentication).
enum class Factor : std::uint8_t {
  kAccessKey = 1,
  kPassword = 2,     // login and password of the root user
  kCertificate = 4,  // a client certificate
};

// In the order in which factors are printed.
inline constexpr std::array<Factor, 3> kAllFactors = {
    Factor::kAccessKey, Factor::kPassword, Factor::kCertificate};

// `AccessKey`, `Password`, `Certificate`; `unknown` for any other value.
constexpr std::string_view ToString(Factor factor) {
  switch (factor) {
    case Factor::kAccessKey:
      return "AccessKey";
    case Factor::kPassword:
      return "Password";
    case Factor::kCertificate:
      return "Certificate";
  }
  return "unknown";
}

// The factor whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<Factor> ParseFactor(std::string_view text);

namespace internal {

// The iterator of a range whose values are the set bits of a byte, the lowest
// first. Range::AtBit(i) is the value of bit i.
template <typename Range>
class BitIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = typename Range::value_type;
  using pointer = const value_type*;
  using reference = value_type;
  using iterator_category = std::input_iterator_tag;

  // The end.
  constexpr BitIterator() = default;
  explicit constexpr BitIterator(std::uint8_t bits) : left_(bits) {}

  constexpr value_type operator*() const {
    return Range::AtBit(std::countr_zero(left_));
  }
  constexpr BitIterator& operator++() {
    left_ = static_cast<std::uint8_t>(left_ & (left_ - 1));
    return *this;
  }
  constexpr BitIterator operator++(int) {
    const BitIterator before = *this;
    ++*this;
    return before;
  }
  friend constexpr bool operator==(BitIterator, BitIterator) = default;

 private:
  std::uint8_t left_ = 0;  // the bits that are still to come
};

}  // namespace internal

// A set of factors in one byte; empty by default. Values that are not
// enumerators of Factor are never members. A range of Factor, in the order of
// kAllFactors. Ordered by bits.
//
// Const members may be called concurrently.
class FactorSet {
 public:
  using value_type = Factor;
  using const_iterator = internal::BitIterator<FactorSet>;

  constexpr FactorSet() = default;
  constexpr FactorSet(std::initializer_list<Factor> factors) {
    for (const Factor factor : factors) {
      for (const Factor known : kAllFactors) {
        if (factor == known) bits_ |= static_cast<std::uint8_t>(factor);
      }
    }
  }

  constexpr const_iterator begin() const { return const_iterator(bits_); }
  constexpr const_iterator end() const { return const_iterator(); }

  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool Contains(Factor factor) const {
    return !FactorSet{factor}.empty() && FactorSet{factor}.IsSubsetOf(*this);
  }
  constexpr bool IsSubsetOf(FactorSet other) const {
    return (bits_ & ~other.bits_) == 0;
  }
  // The factors of either.
  friend constexpr FactorSet operator|(FactorSet a, FactorSet b) {
    return FactorSet(static_cast<std::uint8_t>(a.bits_ | b.bits_));
  }

  // `AccessKey+Certificate`; `none` for the empty set.
  std::string ToString() const;

  friend constexpr bool operator==(FactorSet, FactorSet) = default;
  friend constexpr auto operator<=>(FactorSet, FactorSet) = default;

 private:
  friend class FactorRequirement;
  friend const_iterator;
  friend struct std::hash<FactorSet>;

  static constexpr Factor AtBit(int bit) {
    return static_cast<Factor>(1 << bit);
  }

  explicit constexpr FactorSet(std::uint8_t bits) : bits_(bits) {}

  std::uint8_t bits_ = 0;
};

// Which presented factors are enough: any superset of one of the alternatives.
//   FactorRequirement{{Factor::kAccessKey, Factor::kCertificate},
//                     {Factor::kPassword, Factor::kCertificate}}
//   FactorRequirement{FactorSet{}}   one empty alternative: nothing is needed
//   FactorRequirement{}              no alternative: nothing is ever enough
//
// A minimal set of alternatives in one byte: one that contains another is left
// out. A range of FactorSet, in the order of their bits.
//
// Const members may be called concurrently.
class FactorRequirement {
 public:
  using value_type = FactorSet;
  using const_iterator = internal::BitIterator<FactorRequirement>;

  constexpr FactorRequirement() = default;
  constexpr FactorRequirement(std::initializer_list<FactorSet> alternatives) {
    for (const FactorSet set : alternatives) Add(set);
  }

  constexpr bool IsSatisfiedBy(FactorSet presented) const {
    for (const FactorSet alternative : *this) {
      if (alternative.IsSubsetOf(presented)) return true;
    }
    return false;
  }

  constexpr bool empty() const { return alternatives_ == 0; }
  constexpr const_iterator begin() const {
    return const_iterator(alternatives_);
  }
  constexpr const_iterator end() const { return const_iterator(); }

  // `AccessKey+Certificate or Password+Certificate`; `impossible` when there is
  // no alternative.
  std::string ToString() const;

  friend constexpr bool operator==(FactorRequirement,
                                   FactorRequirement) = default;
  friend constexpr auto operator<=>(FactorRequirement,
                                    FactorRequirement) = default;

 private:
  friend const_iterator;
  friend struct std::hash<FactorRequirement>;

  static constexpr FactorSet AtBit(int bit) {
    return FactorSet(static_cast<std::uint8_t>(bit));
  }
  constexpr void Add(FactorSet added) {
    if (IsSatisfiedBy(added)) return;
    std::uint8_t kept = 0;
    for (const FactorSet alternative : *this) {
      if (!added.IsSubsetOf(alternative)) kept |= Bit(alternative);
    }
    alternatives_ = kept | Bit(added);
  }
  static constexpr std::uint8_t Bit(FactorSet set) {
    return static_cast<std::uint8_t>(1U << set.bits_);
  }

  // Bit i is set if the set whose bits are i is an alternative.
  std::uint8_t alternatives_ = 0;
};

inline std::ostream& operator<<(std::ostream& out, Factor factor) {
  return out << ToString(factor);
}
inline std::ostream& operator<<(std::ostream& out, FactorSet factors) {
  return out << factors.ToString();
}
inline std::ostream& operator<<(std::ostream& out,
                                FactorRequirement requirement) {
  return out << requirement.ToString();
}

}  // namespace api_access

template <>
struct std::hash<api_access::FactorSet> {
  std::size_t operator()(api_access::FactorSet factors) const {
    return factors.bits_;
  }
};

template <>
struct std::hash<api_access::FactorRequirement> {
  std::size_t operator()(api_access::FactorRequirement requirement) const {
    return requirement.alternatives_;
  }
};

#endif  // API_ACCESS_FACTORS_H_
