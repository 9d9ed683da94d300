// The C interface as C++ values, for tests.

#ifndef API_ACCESS_TESTS_C_SUPPORT_H_
#define API_ACCESS_TESTS_C_SUPPORT_H_

#include <memory>
#include <string>
#include <string_view>

#include "api_access/account.h"
#include "api_access/c/api_access.h"
#include "api_access/json/account_answers.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using CAccount = std::unique_ptr<aac_account, Freed<aac_account_free>>;
using CAnswer = std::unique_ptr<aac_answer, Freed<aac_answer_free>>;
using CCertificate =
    std::unique_ptr<aac_certificate, Freed<aac_certificate_free>>;
using CError = std::unique_ptr<aac_error, Freed<aac_error_free>>;
using CEvaluator = std::unique_ptr<aac_evaluator, Freed<aac_evaluator_unref>>;

inline aac_view View(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string Text(const aac_view& view) {
  return {static_cast<const char*>(view.data), view.size};
}

// The message of an error, which is freed; empty: there is none.
inline std::string Message(aac_error* error) {
  const CError owned(error);
  return aac_error_message(owned.get());
}

inline CAccount ParseC(std::string_view json) {
  aac_account* account = nullptr;
  EXPECT_EQ(Message(aac_account_parse(View(json), &account)), "");
  return CAccount(account);
}

inline CEvaluator CompileC(const aac_account* account,
                           const aac_evaluator_options* options = nullptr) {
  aac_evaluator* evaluator = nullptr;
  EXPECT_EQ(Message(aac_evaluator_compile(account, options, &evaluator)), "");
  return CEvaluator(evaluator);
}

inline CEvaluator CompileC(const Account& account) {
  return CompileC(ParseC(Valid(FormatAccountDocument(account))).get());
}

}  // namespace api_access

#endif  // API_ACCESS_TESTS_C_SUPPORT_H_
