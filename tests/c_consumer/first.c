#include <api_access/c/api_access.h>
#include <stdio.h>

int main(void) {
  static char json[1 << 20];  // one object with the provider's answers
  const struct aac_view text = {json, fread(json, 1, sizeof json, stdin)};
  struct aac_account* account;
  struct aac_evaluator* evaluator = NULL;
  struct aac_error* error = aac_account_parse(text, &account);
  if (error == NULL) error = aac_evaluator_compile(account, NULL, &evaluator);
  if (error != NULL) return fprintf(stderr, "%s\n", aac_error_message(error));
  const unsigned char address[] = {192, 0, 2, 7};
  const struct aac_request request = {
      .struct_size = sizeof request, .service = {"api", 3},
      .method = {"ReadVms", 7}, .client_address = {address, 4},
      .access_key_id = {"ROOTKEY0000000000001", 20},
      .login = AAC_LOGIN_ACCESS_KEY};
  struct aac_decision decision = {.struct_size = sizeof decision};
  aac_decide(evaluator, &request, 1893456000000 /* 2030-01-01 */, &decision);
  return puts(aac_reason_name(decision.reason)) < 0 || !decision.allowed;
}
