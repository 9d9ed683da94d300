/* usage: gateway ACCOUNT <REQUESTS
 * Decides at 2030-01-01 on requests, one a line, of fields with tabs between
 * them: service, method, address, login, access key id, CA ids with commas
 * between them, and CN; a field that is not there is empty. Prints the verdict,
 * the reason and the id of the rule. ACCOUNT is a file of one JSON object. */
#include <api_access/c/api_access.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFields = 7, kMaxCas = 16 };

static void Check(struct aac_error* error) {
  if (error == NULL) return;
  fprintf(stderr, "%s\n", aac_error_message(error));
  aac_error_free(error);
  exit(1);
}

/* The text up to `separator`, or all; `*next` is what follows, or NULL. */
static struct aac_view Cut(char* text, char separator, char** next) {
  char* const end = strchr(text, separator);
  const struct aac_view view = {
      text, end == NULL ? strlen(text) : (size_t)(end - text)};
  *next = end == NULL ? NULL : end + 1;
  return view;
}

static struct aac_certificate* MakeCertificate(struct aac_view ids,
                                               struct aac_view cn) {
  struct aac_view ca_ids[kMaxCas];
  struct aac_certificate_fields fields = {.struct_size = sizeof fields,
                                          .ca_ids = ca_ids};
  struct aac_certificate* certificate;
  char* next = (char*)ids.data;
  if (ids.size == 0) return NULL;
  next[ids.size] = '\0';
  while (next != NULL && fields.ca_id_count < kMaxCas) {
    ca_ids[fields.ca_id_count++] = Cut(next, ',', &next);
  }
  if (cn.size > 0) fields.cn = cn;
  Check(aac_certificate_create(&fields, &certificate));
  return certificate;
}

static void Decide(const struct aac_evaluator* evaluator, char* line) {
  struct aac_view fields[kFields] = {{NULL, 0}};
  struct aac_request request = {.struct_size = sizeof request};
  struct aac_decision decision = {.struct_size = sizeof decision};
  struct aac_certificate* certificate;
  unsigned char address[16];
  char* next = line;
  int32_t code;
  int i;
  line[strcspn(line, "\n")] = '\0';
  for (i = 0; i < kFields && next != NULL; ++i) {
    fields[i] = Cut(next, '\t', &next);
  }
  Check(aac_parse_address(fields[2], address));
  certificate = MakeCertificate(fields[5], fields[6]);
  request.service = fields[0];
  request.method = fields[1];
  request.client_address.data = address;
  request.client_address.size = sizeof address;
  if (fields[3].size == strlen("AccessKey")) {
    request.login = AAC_LOGIN_ACCESS_KEY;
  } else if (fields[3].size > 0) {
    request.login = AAC_LOGIN_PASSWORD;
  }
  request.access_key_id = fields[4];
  request.certificate = certificate;
  code = aac_decide(evaluator, &request, 1893456000000, &decision);
  if (code != AAC_OK) {
    fprintf(stderr, "%s\n", aac_code_message(code));
    exit(1);
  }
  printf("%s\t%s\t%.*s\n", decision.allowed ? "Allow" : "Deny",
         aac_reason_name(decision.reason), (int)decision.rule_id.size,
         (const char*)decision.rule_id.data);
  aac_certificate_free(certificate);
}

int main(int argc, char** argv) {
  static char text[1 << 20];
  static char line[1 << 16];
  struct aac_view document = {text, 0};
  struct aac_account* account;
  struct aac_evaluator* evaluator;
  FILE* const file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  document.size = fread(text, 1, sizeof text, file);
  fclose(file);
  Check(aac_account_parse(document, &account));
  Check(aac_evaluator_compile(account, NULL, &evaluator));
  aac_account_free(account);
  while (fgets(line, sizeof line, stdin) != NULL) Decide(evaluator, line);
  aac_evaluator_unref(evaluator);
  return 0;
}
