// The C interface of api_access, for hosts that are not written in C++, and the
// one promise about a binary form that the project makes. C99; usable from any
// C++.
//
//   1. Read an account out of the provider's answers:  aac_account_parse
//   2. Compile it, once per account:                   aac_evaluator_compile
//   3. Describe each TLS client certificate, once
//      per connection:                                 aac_certificate_create
//   4. Decide on each request:                         aac_decide
//   5. Ask for everything else, as JSON:               aac_ask
//
// Results. A function that may fail for its input returns an error that the
// caller owns, or NULL where all is well. aac_decide and aac_classify return a
// code and do not allocate. What is called `out` is NULL, or zero, after an
// error. No function prints, reads a clock or a file, sets errno or throws. A
// process that is out of memory is ended, as by abort().
//
// Texts that go in are a pointer and a size, need no NUL byte at their end, may
// contain any bytes, and are not needed after the call. Texts that come out as
// `const char*` are printable ASCII and end with a NUL byte.
//
// Structs that begin with `struct_size` may grow at their end. Zero one, set
// struct_size to its sizeof, then the rest. A library that is older than the
// program refuses members that it does not know unless they are zero: it
// ignores no condition. A zeroed struct is denied.
//
// Threads. Functions may be called concurrently on the same objects, except for
// the one that frees an object: that has to be the last.

#ifndef API_ACCESS_C_API_ACCESS_H_
#define API_ACCESS_C_API_ACCESS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define AAC_NOEXCEPT noexcept
extern "C" {
#else
#define AAC_NOEXCEPT
#endif

// Grows by one with each addition. A program may need a library of at least the
// version of the header that it was compiled with. What is taken away or
// changed gives the library another name: libapi_access_c.so.2.
#define AAC_ABI_VERSION 1

// Of the library that is loaded.
uint32_t aac_abi_version(void) AAC_NOEXCEPT;
// Such as `0.1.0`.
const char* aac_library_version(void) AAC_NOEXCEPT;
// The version of the provider's OpenAPI description that methods are classified
// by, such as `1.41.0`.
const char* aac_catalogue_version(void) AAC_NOEXCEPT;

// Bytes of the caller, or of the object that a function names. `data` may be
// NULL if `size` is 0.
struct aac_view {
  const void* data;
  size_t size;
};

// Why a call failed.
struct aac_error;
// In lower case, without a full stop; valid as long as the error. For NULL, the
// empty text.
const char* aac_error_message(const struct aac_error* error) AAC_NOEXCEPT;
// NULL is nothing to free, here and in the functions like it below.
void aac_error_free(struct aac_error* error) AAC_NOEXCEPT;

// An account: its API access policy, API access rules, access keys and CAs.
// Immutable.
struct aac_account;
// Reads an account from one JSON object that holds the answers of the provider
// by the names of their files:
//   {"ReadAccessKeys":{...},"ReadAccessKeys.alice":{...},
//    "ReadApiAccessRules":{...},"ReadApiAccessPolicy":{...},
//    "ReadUsers":{...},"ReadCas":{...}}
//
// include/api_access/json/README.md says what they hold. Takes O(n log n) time
// in the text.
struct aac_error* aac_account_parse(struct aac_view json,
                                    struct aac_account** out) AAC_NOEXCEPT;
// What the answers have and the account does not, such as fields that the
// provider's description lacks: sentences for a log. No verdict depends on
// them. At most 101.
size_t aac_account_note_count(const struct aac_account* account) AAC_NOEXCEPT;
// Valid as long as the account; NULL for an index that is too high.
const char* aac_account_note(const struct aac_account* account,
                             size_t index) AAC_NOEXCEPT;
void aac_account_free(struct aac_account* account) AAC_NOEXCEPT;

// A method by its service and name, such as `api` and `ReadVms`.
struct aac_method_name {
  struct aac_view service;
  struct aac_view name;
};

struct aac_evaluator_options {
  size_t struct_size;
  // Methods of `api` and `icu` that are newer than the catalogue, and that the
  // host declares ordinary ones. Otherwise they count as unlisted, to which a
  // trusted session does not apply.
  const struct aac_method_name* ordinary;
  size_t ordinary_count;
};

// An account, compiled to decide on requests. Immutable, and counts its
// references.
struct aac_evaluator;
// Copies what it needs. `options` may be NULL: no method is declared. `out` has
// one reference. Takes O(n log n) time in the account.
struct aac_error* aac_evaluator_compile(
    const struct aac_account* account,
    const struct aac_evaluator_options* options,
    struct aac_evaluator** out) AAC_NOEXCEPT;
// Adds a reference, and returns `evaluator`. To replace an evaluator while
// others use it, take a reference under the lock, or in the step, in which the
// pointer is read:
//   lock; mine = aac_evaluator_ref(current); unlock; ... decide ...;
//   aac_evaluator_unref(mine);
struct aac_evaluator* aac_evaluator_ref(struct aac_evaluator* evaluator)
    AAC_NOEXCEPT;
// Takes a reference away, and frees the evaluator with the last one.
void aac_evaluator_unref(struct aac_evaluator* evaluator) AAC_NOEXCEPT;

struct aac_certificate_fields {
  size_t struct_size;
  // Ids of the CAs under which the certificate was verified: several when the
  // same CA was uploaded more than once. Any bytes, none empty. None at all is
  // no certificate, whatever the CN.
  const struct aac_view* ca_ids;
  size_t ca_id_count;
  // The common name: any bytes, not empty. Its `data` is NULL for a certificate
  // without one, and for one with several: it counts as having none.
  struct aac_view cn;
};

// What the host has found out about the client certificate of a connection: it
// has verified the certificate. Immutable.
struct aac_certificate;
struct aac_error* aac_certificate_create(
    const struct aac_certificate_fields* fields,
    struct aac_certificate** out) AAC_NOEXCEPT;
void aac_certificate_free(struct aac_certificate* certificate) AAC_NOEXCEPT;

// Reads an IPv4 or IPv6 address without zone, port and blanks into sixteen
// bytes, IPv4 as ::ffff:a.b.c.d. aac_request takes them.
struct aac_error* aac_parse_address(struct aac_view text,
                                    uint8_t out[16]) AAC_NOEXCEPT;

// What a function of the hot path returns. Anything but AAC_OK is a mistake of
// the host, and nothing was decided.
enum aac_code {
  AAC_OK = 0,
  AAC_NULL_POINTER = 1,     // a pointer is NULL, or that of a view with a size
  AAC_BAD_STRUCT_SIZE = 2,  // a struct_size below the struct's, or above 4096
  AAC_UNKNOWN_MEMBER = 3,   // this library does not know a member that is set
  AAC_BAD_ADDRESS = 4,      // a client_address of neither 4 nor 16 bytes
  AAC_BAD_LOGIN = 5         // a login that is no aac_login
};
// A sentence such as `expected a client_address of 4 or 16 bytes`; `unknown
// code` for any other value.
const char* aac_code_message(int32_t code) AAC_NOEXCEPT;

// What a method needs depends on its class.
enum aac_class {
  AAC_CLASS_UNLISTED = 0,  // not known
  AAC_CLASS_PUBLIC = 1,
  AAC_CLASS_ORDINARY = 2,
  AAC_CLASS_MANAGING = 3,  // manages access keys, rules, the policy or CAs
  AAC_CLASS_EXEMPT = 4     // object storage
};
// `Public`, `Ordinary`, `Managing`, `Exempt`; `Unlisted` for any other value.
const char* aac_class_name(uint32_t method_class) AAC_NOEXCEPT;

// Tells the class, an aac_class, of a method: `api` and `ReadVms` are ordinary.
// Names are compared byte for byte. Any bytes are a method. aac_decide does so
// itself. Returns an aac_code.
int32_t aac_classify(const struct aac_evaluator* evaluator,
                     struct aac_view service, struct aac_view method,
                     uint32_t* out) AAC_NOEXCEPT;

enum aac_login {
  AAC_LOGIN_NONE = 0,
  AAC_LOGIN_ACCESS_KEY = 1,
  AAC_LOGIN_PASSWORD = 2  // login and password of the root user
};

// One request, as facts that the host has verified: the signature or the
// password, and the certificate.
struct aac_request {
  size_t struct_size;
  struct aac_view service;
  struct aac_view method;
  // Four or sixteen bytes in network order, as in `in_addr` and `in6_addr`.
  // Sixteen of an IPv4-mapped address are the IPv4 address.
  struct aac_view client_address;
  // The id of the key that signed the request; read with AAC_LOGIN_ACCESS_KEY
  // only.
  struct aac_view access_key_id;
  // NULL: no certificate was presented.
  const struct aac_certificate* certificate;
  // An aac_login. So wide that no byte of the struct is padding.
  uint64_t login;
};

// Why a request is allowed or denied. Numbers and names are stable; later
// versions may add some. include/api_access/README.md says what they mean.
enum aac_reason {
  AAC_REASON_NOT_DECIDED = 0,
  AAC_REASON_LOGIN_NOT_SUPPORTED = 1,
  AAC_REASON_PUBLIC = 2,  // allowed
  AAC_REASON_NO_CREDENTIAL = 3,
  AAC_REASON_LOGIN_NOT_ALLOWED = 4,
  AAC_REASON_UNKNOWN_ACCESS_KEY = 5,
  AAC_REASON_ACCESS_KEY_INACTIVE = 6,
  AAC_REASON_ACCESS_KEY_EXPIRED = 7,
  AAC_REASON_EIM_USER_NOT_SUPPORTED = 8,
  AAC_REASON_EXEMPT = 9,         // allowed
  AAC_REASON_RULE_MATCHED = 10,  // allowed
  AAC_REASON_CN_NOT_ALLOWED = 11,
  AAC_REASON_CA_NOT_ALLOWED = 12,
  AAC_REASON_CERTIFICATE_MISSING = 13,
  AAC_REASON_SOURCE_IP_NOT_ALLOWED = 14,
  AAC_REASON_NO_RULES = 15
};
// Such as `rule-matched`; `not-decided` for any value that is no aac_reason.
const char* aac_reason_name(uint32_t reason) AAC_NOEXCEPT;

struct aac_decision {
  size_t struct_size;
  uint32_t allowed;  // 1 or 0
  uint32_t reason;   // an aac_reason
  // The id of the rule that matched; valid as long as the evaluator. Of size 0:
  // none did.
  struct aac_view rule_id;
  // The first instant, in milliseconds since 1970 in UTC, at which the same
  // request is denied, since its access key expires; only if has_valid_until
  // is 1.
  int64_t valid_until_ms;
  uint32_t has_valid_until;
  // The code of the provider's answer, of HTTP status 401, to this request; 0
  // if it is allowed.
  uint32_t provider_error_code;
};

// Decides on `request` at the instant `now_ms`, in milliseconds since
// 1970-01-01T00:00:00Z without leap seconds. `out` goes in with its struct_size
// set. Returns an aac_code; with any other than AAC_OK, `out` is a denial if it
// can be written. Takes the time of api_access::Evaluator::Decide and a few
// nanoseconds. Does not allocate.
int32_t aac_decide(const struct aac_evaluator* evaluator,
                   const struct aac_request* request, int64_t now_ms,
                   struct aac_decision* out) AAC_NOEXCEPT;

// An answer of aac_ask.
struct aac_answer;
// A JSON object on one line; valid as long as the answer. For NULL, the empty
// text.
const char* aac_answer_json(const struct aac_answer* answer) AAC_NOEXCEPT;
void aac_answer_free(struct aac_answer* answer) AAC_NOEXCEPT;

// Asks about the account of `evaluator`. The answer is what the command
// `api-access QUESTION --format json` prints. `options` is a JSON object;
// README.md, beside this header, lists the questions and the options of each.
// No clock is asked: the option Now is required where the answer depends on it.
struct aac_error* aac_ask(const struct aac_evaluator* evaluator,
                          struct aac_view question, struct aac_view options,
                          struct aac_answer** out) AAC_NOEXCEPT;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // API_ACCESS_C_API_ACCESS_H_
