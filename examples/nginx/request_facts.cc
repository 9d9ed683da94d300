#include "examples/nginx/request_facts.h"

#include <algorithm>
#include <cstddef>

namespace api_access::examples {
namespace {

// The functions of <cctype> depend on the locale.
bool IsLetterOrDigit(char c) {
  return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') ||
         ('0' <= c && c <= '9');
}

char ToLower(char c) {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsInAnyCase(char a, char b) { return ToLower(a) == ToLower(b); }

bool StartsWithInAnyCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix,
                            EqualsInAnyCase);
}

}  // namespace

std::optional<std::string_view> PlainPath(std::string_view target,
                                          std::string_view normalised) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != normalised) return std::nullopt;
  return path;
}

std::optional<std::string_view> MethodInPath(std::string_view path) {
  constexpr std::string_view kPrefix = "/api/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view version = path.substr(0, slash);
  const std::string_view name = path.substr(slash + 1);
  if (version.empty() || !IsLetterOrDigit(version.front()) ||
      !std::ranges::all_of(version, [](char c) {
        return IsLetterOrDigit(c) || c == '.' || c == '-';
      })) {
    return std::nullopt;
  }
  if (name.empty() || !std::ranges::all_of(name, IsLetterOrDigit)) {
    return std::nullopt;
  }
  return name;
}

std::optional<std::string_view> AccessKeyIdIn(std::string_view authorization) {
  constexpr std::string_view kName = "Credential=";
  const std::size_t space = authorization.find(' ');
  const std::string_view scheme = authorization.substr(0, space);
  if (scheme != "OSC4-HMAC-SHA256" && scheme != "AWS4-HMAC-SHA256") {
    return "";
  }
  std::optional<std::string_view> id;
  for (std::size_t i = scheme.size(); i < authorization.size(); ++i) {
    std::string_view rest = authorization.substr(i);
    if (!StartsWithInAnyCase(rest, kName)) continue;
    const char before = authorization[i - 1];
    if (id || !rest.starts_with(kName) || (before != ' ' && before != ',')) {
      return std::nullopt;
    }
    rest.remove_prefix(kName.size());
    const std::size_t end = rest.find_first_of("/, ");
    if (end == 0 || end == std::string_view::npos || rest[end] != '/') {
      return std::nullopt;
    }
    id = rest.substr(0, end);
  }
  return id;
}

}  // namespace api_access::examples
