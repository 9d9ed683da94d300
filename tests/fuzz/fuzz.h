// What the fuzz targets share: accounts, requests and texts that are made of
// the bytes of an input.

#ifndef API_ACCESS_TESTS_FUZZ_FUZZ_H_
#define API_ACCESS_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/plain_reader.h"

namespace api_access {

// A target: it returns 0, or a property does not hold and it calls Fail.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

// Prints what does not hold and aborts: the input is a finding.
[[noreturn]] void Fail(const std::string& what);

// Fails unless the error can be shown to people as it is.
void CheckMessage(const absl::Status& error);

// Draws out of the bytes of an input. After the last one all that is drawn is
// zero, so that every input is one.
class Draw {
 public:
  Draw(const std::uint8_t* data, std::size_t size)
      : left_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t Byte();
  bool Flag() { return Byte() % 2 == 1; }
  // 0 to `limit` - 1; of one byte where the limit allows.
  std::size_t Below(std::size_t limit);
  template <typename Items>
  const auto& Pick(const Items& items) {
    return items[Below(items.size())];
  }
  std::int64_t Number();
  // Up to `limit` bytes.
  std::string Text(std::size_t limit = 8);
  std::optional<std::string> MaybeText();
  // All bytes that are left.
  std::string Rest();

  // Addresses and ranges that are often near those that were drawn before: on
  // their edges, next to them, within or around them.
  std::string AddressText();
  std::string RangeText();
  std::string CaId();
  std::string Cn();
  oracle::Milliseconds Now();
  // Any, or near an instant that was drawn before.
  oracle::Milliseconds Date();

  oracle::Rule Rule(std::string id);
  // With all that an account can have.
  oracle::ReadFolder Account(std::size_t max_rules);
  // A key and criteria of the account are often among what is presented.
  oracle::Request Request(const oracle::Account& account);
  oracle::Change Change(const oracle::ReadFolder& account,
                        oracle::Milliseconds now);

 private:
  // As AddressBits and RangeBits of the oracle give them.
  std::string AddressBits();
  std::string RangeBits();

  std::string_view left_;
  oracle::Strings ranges_;  // as bits
  std::vector<oracle::Milliseconds> dates_;
};

}  // namespace api_access

#endif  // API_ACCESS_TESTS_FUZZ_FUZZ_H_
