// The parsers of texts against the oracle, and back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/access_key.h"
#include "api_access/activation.h"
#include "api_access/api_access_rule.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/explanation.h"
#include "api_access/factors.h"
#include "api_access/impact.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/quote.h"
#include "api_access/request.h"
#include "api_access/required_factors.h"
#include "api_access/review.h"
#include "api_access/timestamp.h"
#include "api_access/usage.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"

namespace api_access {
namespace {

// Bits of an address as the oracle has them.
std::string BitsOf(const IpAddress& address) {
  std::string bits = address.is_v4() ? "4" : "6";
  const auto bytes = address.bytes();
  for (std::size_t i = address.is_v4() ? 12 : 0; i < bytes.size(); ++i) {
    for (int bit = 7; bit >= 0; --bit) {
      bits += (bytes[i] >> bit & 1) != 0 ? '1' : '0';
    }
  }
  return bits;
}

void CheckAddress(const std::string& text) {
  const auto address = IpAddress::Parse(text);
  const auto expected = oracle::AddressBits(text);
  if (address.ok() != expected.has_value()) Fail("address: " + Quote(text));
  if (!address.ok()) return CheckMessage(address.status());
  if (BitsOf(*address) != *expected ||
      *IpAddress::Parse(address->ToString()) != *address) {
    Fail("another address: " + Quote(text));
  }
}

void CheckRange(const std::string& text) {
  const auto range = IpRange::Parse(text);
  const auto expected = oracle::RangeBits(text);
  if (range.ok() != expected.has_value()) Fail("range: " + Quote(text));
  if (!range.ok()) return CheckMessage(range.status());
  const auto size = static_cast<std::size_t>(range->prefix_length());
  if (BitsOf(range->first_address()).substr(0, 1 + size) != *expected ||
      expected->size() != 1 + size ||
      *IpRange::Parse(range->ToString()) != *range ||
      !range->Contains(range->first_address()) ||
      range->Contains(range->last_address()) !=
          (range->is_v4() == range->last_address().is_v4())) {
    Fail("another range: " + Quote(text));
  }
}

void CheckTimestamp(const std::string& text) {
  const auto timestamp = ParseTimestamp(text);
  const auto expected = oracle::ParseDate(text);
  if (timestamp.ok() != expected.has_value()) Fail("date: " + Quote(text));
  if (!timestamp.ok()) return CheckMessage(timestamp.status());
  if (*timestamp != Instant(*expected) ||
      *ParseTimestamp(FormatTimestamp(*timestamp)) != *timestamp) {
    Fail("another date: " + Quote(text));
  }
}

void CheckMethod(const std::string& service, const std::string& name) {
  std::string expected = oracle::ClassOf(service, name);
  expected[0] = static_cast<char>(expected[0] - 'a' + 'A');
  const Method method = FindMethod(service, name);
  if (ToString(method.method_class()) != expected) {
    Fail("another class: " + Quote(service) + ' ' + Quote(name));
  }
  const auto catalogue =
      MethodCatalogue::Create({.ordinary = {{service, name}}});
  if (catalogue.ok() != oracle::MayBeDeclared(service, name)) {
    Fail("declared: " + Quote(service) + ' ' + Quote(name));
  }
  if (!catalogue.ok()) {
    CheckMessage(catalogue.status());
  } else if (catalogue->Find(service, name).method_class() !=
             MethodClass::kOrdinary) {
    Fail("not ordinary: " + Quote(service) + ' ' + Quote(name));
  }
  const std::string_view similar = FindSimilarName(service, name);
  if (!similar.empty() &&
      (method.method_class() != MethodClass::kUnlisted || similar == name)) {
    Fail("a similar name: " + Quote(service) + ' ' + Quote(name));
  }
}

// `parse` reads exactly what ToString gives for each of `all`.
template <typename Value, typename All>
void CheckTexts(absl::StatusOr<Value> (*parse)(std::string_view),
                const All& all, const std::string& text) {
  const auto value = parse(text);
  const auto found = std::ranges::find_if(
      all, [&](Value one) { return ToString(one) == text; });
  if (value.ok() != (found != all.end())) Fail("text: " + Quote(text));
  if (!value.ok()) {
    CheckMessage(value.status());
  } else if (*value != *found) {
    Fail("another value: " + Quote(text));
  }
}

void CheckQuote(const std::string& text) {
  const std::string quoted = Quote(text);
  if (quoted.size() < 2 || !IsPrintable(quoted) || quoted.size() > 1000) {
    Fail("not printable: " + quoted);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The regular expressions of the oracle take stack for each byte.
  Draw draw(data, std::min<std::size_t>(size, 200));
  switch (draw.Below(8)) {
    case 0: {
      const std::string& service = draw.Pick(AllServices());
      CheckMethod(service, draw.Rest());
      break;
    }
    case 1: {
      const std::string service = draw.Text(12);
      CheckMethod(service, draw.Rest());
      break;
    }
    case 2: {
      const std::string text = draw.Rest();
      CheckTexts(&ParseAccessKeyState, kAllAccessKeyStates, text);
      CheckTexts(&ParseViolationCode, kAllViolationCodes, text);
      CheckTexts(&ParseWarningCode, kAllWarningCodes, text);
      CheckTexts(&ParseCriterion, kAllCriteria, text);
      CheckTexts(&ParseRefusalCode, kAllRefusalCodes, text);
      CheckTexts(&ParseVerdict, kAllVerdicts, text);
      CheckTexts(&ParseReason, kAllReasons, text);
      CheckTexts(&ParseCriterionState, kAllCriterionStates, text);
      CheckTexts(&ParseFactor, kAllFactors, text);
      CheckTexts(&ParseLockOut, kAllLockOuts, text);
      CheckTexts(&ParseService, kAllServices, text);
      CheckTexts(&ParseMethodClass, kAllMethodClasses, text);
      CheckTexts(&ParseLoginKind, kAllLoginKinds, text);
      CheckTexts(&ParseCertificateDemand, kAllCertificateDemands, text);
      CheckTexts(&ParseReviewCode, kAllReviewCodes, text);
      CheckTexts(&ParseNotJudgedReason, kAllNotJudgedReasons, text);
      break;
    }
    case 3: {
      // Every instant that has a text.
      const auto span =
          static_cast<std::uint64_t>((kMaxTimestamp - kMinTimestamp).count());
      const auto offset =
          static_cast<std::uint64_t>(draw.Number()) % (span + 1);
      CheckTimestamp(FormatTimestamp(
          kMinTimestamp +
          std::chrono::milliseconds(static_cast<std::int64_t>(offset))));
      CheckAddress(draw.AddressText());
      CheckRange(draw.RangeText());
      break;
    }
    default: {
      const std::string text = draw.Rest();
      CheckAddress(text);
      CheckRange(text);
      CheckTimestamp(text);
      CheckQuote(text);
      break;
    }
  }
  return 0;
}

}  // namespace api_access
