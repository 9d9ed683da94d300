#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "tests/oracle/folders.h"
#include "tests/oracle/plain_map.h"
#include "tests/oracle/worlds.h"

namespace api_access {
namespace {

constexpr oracle::Milliseconds kFirst = -62'135'596'800'000;
constexpr oracle::Milliseconds kLast = 253'402'300'799'999;
constexpr long long kHighestMax = 3'153'600'000;

// The bits before those of the IPv4 address in an IPv4-mapped one.
const std::string kMapped = std::string(80, '0') + std::string(16, '1');

// The address after or before, within the family; the edge wraps around.
std::string Beside(std::string bits, bool up) {
  const char wrapped = up ? '0' : '1';
  for (std::size_t i = bits.size(); i-- > 1;) {
    bits[i] = bits[i] == '0' ? '1' : '0';
    if (bits[i] != wrapped) break;
  }
  return bits;
}

std::size_t SizeOf(const std::string& bits) {
  return bits[0] == '4' ? 33 : 129;
}

// No IPv6 address is an IPv4-mapped one: that is IPv4.
std::string Unmapped(std::string bits) {
  if (bits[0] == '6' && bits.substr(1).starts_with(kMapped)) {
    bits.replace(0, 1 + kMapped.size(), "4");
  }
  return bits;
}

}  // namespace

void Fail(const std::string& what) {
  std::cerr << what << std::endl;
  std::abort();
}

void CheckMessage(const absl::Status& error) {
  const std::string message(error.message().data(), error.message().size());
  if (message.empty() || !IsPrintable(message) || message.size() > 4096) {
    Fail("unclear: " + message);
  }
}

std::uint8_t Draw::Byte() {
  if (left_.empty()) return 0;
  const char byte = left_.front();
  left_.remove_prefix(1);
  return static_cast<std::uint8_t>(byte);
}

std::size_t Draw::Below(std::size_t limit) {
  std::size_t drawn = Byte();
  if (limit > 256) drawn = drawn << 8 | Byte();
  return drawn % limit;
}

std::int64_t Draw::Number() {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | Byte();
  return static_cast<std::int64_t>(number);
}

std::string Draw::Text(std::size_t limit) {
  // One draw a statement: compilers differ in the order within one.
  const std::size_t drawn = Below(limit + 1);
  const std::size_t size = std::min(drawn, left_.size());
  std::string text(left_.substr(0, size));
  left_.remove_prefix(size);
  return text;
}

std::optional<std::string> Draw::MaybeText() {
  if (!Flag()) return std::nullopt;
  return Text();
}

std::string Draw::Rest() { return std::string(std::exchange(left_, {})); }

std::string Draw::AddressBits() {
  std::string bits;
  const auto add_bytes = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t byte = Byte();
      for (int bit = 7; bit >= 0; --bit) bits += (byte >> bit & 1) ? '1' : '0';
    }
  };
  switch (Below(8)) {
    case 0:
    case 1:
      bits = "4";
      add_bytes(4);
      return bits;
    case 2:
      bits = "6";
      add_bytes(16);
      return Unmapped(bits);
    case 3:
      // Few bits, and the other way round beside ::ffff:0:0/96.
      bits = "6" + std::string(128, '0');
      if (Flag()) bits.replace(1, kMapped.size(), kMapped);
      bits[1 + Below(128)] ^= 1;
      return Unmapped(bits);
    default:
      break;
  }
  bits = ranges_.empty() ? "4" : Pick(ranges_);
  const std::size_t size = SizeOf(bits);
  const std::size_t way = Below(5);
  if (way == 4) {
    while (bits.size() < size) add_bytes(1);
    bits.resize(size);
  } else {
    bits.resize(size, way % 2 == 0 ? '0' : '1');
    if (way >= 2) bits = Beside(bits, way % 2 != 0);
  }
  return Unmapped(bits);
}

std::string Draw::AddressText() {
  const std::string bits = AddressBits();
  const std::string text = oracle::AddressText(bits);
  return bits[0] == '4' && Below(8) == 7 ? "::ffff:" + text : text;
}

std::string Draw::RangeBits() {
  if (ranges_.empty() || Below(2) == 0) {
    const std::string address = AddressBits();
    return address.substr(0, 1 + Below(SizeOf(address)));
  }
  std::string bits = Pick(ranges_);
  switch (Below(5)) {
    case 0:
      for (std::size_t i = Below(9); i > 0 && bits.size() > 1; --i) {
        bits.pop_back();
      }
      break;
    case 1:
      if (bits.size() > 1) bits.back() ^= 1;
      break;
    case 2:
      for (std::size_t i = Below(9); i > 0 && bits.size() < SizeOf(bits); --i) {
        bits += Flag() ? '1' : '0';
      }
      break;
    case 3:
      // The first or the last address.
      bits.resize(SizeOf(bits), Flag() ? '1' : '0');
      break;
    default:
      break;
  }
  return bits;
}

std::string Draw::RangeText() {
  const std::string bits = RangeBits();
  ranges_.push_back(bits);
  const std::size_t prefix = bits.size() - 1;
  if (bits[0] == '4' && Below(8) == 7) {
    return "::ffff:" +
           oracle::AddressText(bits + std::string(32 - prefix, '0')) + '/' +
           std::to_string(96 + prefix);
  }
  return prefix + 1 == SizeOf(bits) && Flag() ? oracle::AddressText(bits)
                                              : oracle::RangeText(bits);
}

std::string Draw::CaId() {
  const std::size_t which = Below(16);
  return which == 15 ? "ca" + Text() : "ca-" + std::to_string(which % 6);
}

std::string Draw::Cn() {
  const std::size_t which = Below(16);
  return which == 15 ? "n" + Text() : std::string(1, "abAxyz"[which % 6]);
}

oracle::Milliseconds Draw::Date() {
  const std::size_t which = Below(8);
  oracle::Milliseconds date = static_cast<int>(which) * 500;
  if (which == 6) date = std::clamp<std::int64_t>(Number(), kFirst, kLast);
  if (which == 7 && !dates_.empty()) {
    date = Pick(dates_);
    date = std::clamp(date + static_cast<int>(Below(3)) - 1, kFirst, kLast);
  }
  dates_.push_back(date);
  return date;
}

oracle::Milliseconds Draw::Now() { return Below(16) == 15 ? Number() : Date(); }

oracle::Rule Draw::Rule(std::string id) {
  oracle::Rule rule = {std::move(id), {}, {}, {}};
  const std::size_t shape = Byte();
  for (std::size_t i = shape % 4; i > 0; --i) {
    rule.ranges.push_back(RangeText());
  }
  std::size_t cas = shape / 4 % 4;
  if (rule.ranges.empty() && cas == 0) cas = 1;
  for (std::size_t i = cas; i > 0; --i) rule.cas.push_back(CaId());
  const std::size_t cns = cas == 0 ? 0 : shape / 16 % 4;
  for (std::size_t i = cns; i > 0; --i) rule.cns.push_back(Cn());
  return rule;
}

oracle::ReadFolder Draw::Account(std::size_t max_rules) {
  static constexpr std::array<long long, 8> kMaxima = {
      0, 0, 0, 1, 2, 3600, kHighestMax - 1, kHighestMax};
  oracle::ReadFolder folder;
  oracle::Account& account = folder.account;
  const std::uint8_t flags = Byte();
  account.require = (flags & 1) != 0;
  account.every_user_listed = (flags & 2) == 0;
  if ((flags & 4) != 0) account.users_without_keys = {"carol"};
  // Where there are any, descriptions, tags and dates cost bytes.
  const bool is_told = (flags & 8) != 0;
  account.max = Pick(kMaxima);
  const std::size_t keys = Below(5);
  for (std::size_t i = 0; i < keys; ++i) {
    const std::uint8_t kind = Byte();
    oracle::Key key = {"key-" + std::to_string(i), (kind & 1) == 0,
                       std::nullopt, ""};
    if ((kind & 2) != 0) key.expiration = Date();
    if ((kind & 4) != 0) key.user = (kind & 8) != 0 ? "alice" : "bob";
    if ((kind & 16) != 0) key.id += Text();
    folder.tags[key.id] = is_told ? MaybeText() : std::nullopt;
    folder.creations[key.id] = std::nullopt;
    if (is_told && Flag()) folder.creations[key.id] = Date();
    account.keys.push_back(key);
  }
  if ((flags & 16) != 0) {
    // As many as a user may have, one fewer and one more.
    for (std::size_t i = 8 + Below(4); i > 0; --i) {
      account.keys.push_back(
          {"many-" + std::to_string(i), false, kLast, "alice"});
      folder.tags[account.keys.back().id] = std::nullopt;
      folder.creations[account.keys.back().id] = std::nullopt;
    }
  }
  if ((flags & 32) != 0) {
    folder.cas.emplace();
    for (std::size_t i = Below(5); i > 0; --i) {
      const bool has_fingerprint = Flag();
      folder.cas->emplace_back(
          "ca-" + std::to_string(i - 1),
          has_fingerprint ? std::optional(std::string(40, 'a')) : std::nullopt);
    }
  }
  const std::size_t rules = Below(max_rules + 1);
  for (std::size_t i = 0; i < rules; ++i) {
    account.rules.push_back(Rule("rule-" + std::to_string(i)));
    if (is_told && Below(4) == 3) account.rules.back().id += '.' + Text();
    folder.descriptions[account.rules.back().id] =
        is_told ? MaybeText() : std::nullopt;
  }
  return folder;
}

oracle::Request Draw::Request(const oracle::Account& account) {
  oracle::Request request = {};
  const std::uint8_t which = Byte();
  request.service = which % 4 != 0 ? "api" : Pick(AllServices());
  request.method = which % 16 == 15 ? Text() : Pick(SampleMethods());
  const std::uint8_t presented = Byte();
  if (presented % 8 != 0) {
    request.login = presented % 8 == 1 ? "Password" : "AccessKey";
  }
  if (request.login == "AccessKey") {
    request.key_id = account.keys.empty() || presented % 8 == 2
                         ? "unknown"
                         : Pick(account.keys).id;
  }
  request.ip = AddressText();
  const bool is_near = presented / 8 % 2 == 1 && !account.rules.empty();
  const oracle::Rule rule =
      is_near ? Pick(account.rules) : oracle::Rule{"", {}, {}, {}};
  if (!rule.ranges.empty() && presented / 16 % 2 == 1) {
    const std::string& range = Pick(rule.ranges);
    request.ip = range.substr(0, range.find('/'));
  }
  for (std::size_t i = presented / 32 % 4; i > 0; --i) {
    request.cas.push_back(rule.cas.empty() || Flag() ? CaId() : Pick(rule.cas));
  }
  if (presented / 128 == 1) {
    request.cn = rule.cns.empty() || Flag() ? Cn() : Pick(rule.cns);
  }
  return request;
}

oracle::Change Draw::Change(const oracle::ReadFolder& account,
                            oracle::Milliseconds now) {
  static constexpr std::array<const char*, 10> kCalls = {
      "CreateAccessKey",
      "UpdateAccessKey",
      "DeleteAccessKey",
      "CreateApiAccessRule",
      "UpdateApiAccessRule",
      "DeleteApiAccessRule",
      "UpdateApiAccessPolicy",
      "CreateCa",
      "UpdateCa",
      "DeleteCa"};
  oracle::Change change = {.call = Pick(kCalls)};
  const std::uint8_t given = Byte();
  // What is there is mostly named rightly.
  const bool is_unknown = given % 8 == 7;
  if (change.call.find("Key") != std::string::npos) {
    const auto& keys = account.account.keys;
    if (!keys.empty() && !is_unknown) {
      const oracle::Key& key = Pick(keys);
      change.id = key.id;
      if (!key.user.empty()) change.user = key.user;
    }
    if (given % 8 == 5) change.user = MaybeText();
    if ((given & 16) != 0) change.state = Flag() ? "ACTIVE" : "INACTIVE";
    if ((given & 32) != 0 && change.call != "DeleteAccessKey") {
      // Around the longest lifetime that is allowed.
      const bool is_edge = Flag() && now >= kFirst && now <= kLast;
      change.date = is_edge ? now + account.account.max * 1000 +
                                  static_cast<int>(Below(3)) - 1
                            : Date();
    }
    change.clear_date = (given & 64) != 0;
    if ((given & 128) != 0) change.tag = MaybeText();
    change.clear_tag = (given & 8) != 0;
  } else if (change.call.find("Rule") != std::string::npos) {
    const auto& rules = account.account.rules;
    if (!rules.empty() && !is_unknown) change.id = Pick(rules).id;
    const oracle::Rule rule = Rule("");
    if ((given & 8) == 0) change.ranges = rule.ranges;
    if ((given & 16) == 0) change.cas = rule.cas;
    if ((given & 32) == 0) change.cns = rule.cns;
    if ((given & 64) != 0) change.description = MaybeText();
  } else if (change.call == "UpdateApiAccessPolicy") {
    if ((given & 8) == 0) {
      change.max = (given & 16) == 0 ? static_cast<int>(Below(8)) : Number();
    }
    if ((given & 32) == 0) change.require = Flag();
  } else {
    if (!is_unknown) change.id = CaId();
    if ((given & 8) == 0) change.pem = "pem";
    if ((given & 16) != 0) change.description = MaybeText();
  }
  // An id that exists already is an error of input.
  if (given % 8 == 6) change.new_id = change.id.value_or("");
  return change;
}

}  // namespace api_access
