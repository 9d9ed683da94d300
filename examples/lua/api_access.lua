-- Decides on requests in nginx, through LuaJIT and the C interface of api_access.
-- README.md says how it is set up, and what it cannot know.
local ffi = require "ffi"
ffi.cdef [[
struct aac_view { const void *data; size_t size; };
struct aac_certificate_fields { size_t struct_size; const struct aac_view *ca_ids;
  size_t ca_id_count; struct aac_view cn; };
struct aac_request { size_t struct_size; struct aac_view service, method, client_address,
  access_key_id; const struct aac_certificate *certificate; uint64_t login; };
struct aac_decision { size_t struct_size; uint32_t allowed, reason; struct aac_view rule_id;
  int64_t valid_until_ms; uint32_t has_valid_until, provider_error_code; };
const char *aac_error_message(const struct aac_error *);
struct aac_error *aac_account_parse(struct aac_view, struct aac_account **);
struct aac_error *aac_evaluator_compile(const struct aac_account *, const void *,
  struct aac_evaluator **);
struct aac_error *aac_certificate_create(const struct aac_certificate_fields *,
  struct aac_certificate **);
void aac_account_free(struct aac_account *);
void aac_certificate_free(struct aac_certificate *);
const char *aac_reason_name(uint32_t);
int32_t aac_decide(const struct aac_evaluator *, const struct aac_request *, int64_t,
  struct aac_decision *);
]]
local gate = {}
-- Does not own: `text` has to be a local of whoever calls C with it.
local function view(text) return ffi.new("struct aac_view", text, #text) end
-- A struct that begins with its size.
local function sized(kind, ...) return ffi.new(kind, ffi.sizeof(kind), ...) end
local function check(failed)
  if failed ~= nil then error(ffi.string(gate.c.aac_error_message(failed))) end
end

-- Reads the account, one JSON document. A worker that fails here decides nothing.
function gate.open(path, library)
  gate.c = ffi.load(library or "libapi_access_c.so.1")
  local text = assert(io.open(path, "rb")):read("*a")
  local account = ffi.new("struct aac_account *[1]")
  local evaluator = ffi.new("struct aac_evaluator *[1]")
  check(gate.c.aac_account_parse(view(text), account))
  check(gate.c.aac_evaluator_compile(account[0], nil, evaluator))
  gate.c.aac_account_free(account[0])
  gate.evaluator = evaluator[0]
end

-- Of a client that nginx has verified under the CA `ca_id`. A subject with escapes
-- counts as having no CN, like one with several.
local function certificate(ca_id, subject)
  local cn, count = nil, 0
  for part in (subject:find('[\\+"#;<>]') and "" or subject):gmatch("[^,]+") do
    if part:sub(1, 3) == "CN=" then cn, count = part:sub(4), count + 1 end
  end
  local ids = ffi.new("struct aac_view[1]", {view(ca_id)})
  local fields = sized("struct aac_certificate_fields", ids, 1)
  if count == 1 and cn ~= "" then fields.cn = view(cn) end
  local out = ffi.new("struct aac_certificate *[1]")
  check(gate.c.aac_certificate_create(fields, out))
  return ffi.gc(out[0], gate.c.aac_certificate_free)
end

local function deny(reason, code)
  ngx.log(ngx.ERR, "api_access: denied: ", reason, ", rule -, request ", ngx.var.request_id)
  ngx.status, ngx.header["Content-Type"] = 401, "application/json"
  ngx.say('{"Errors":[{"Code":"', code, '","Type":"AccessDenied","Details":""}],',
          '"ResponseContext":{"RequestId":"', ngx.var.request_id, '"}}')
  return ngx.exit(401)
end

-- For access_by_lua: service `api`, whose clients are verified under one CA.
function gate.access(ca_id)
  local path, address = ngx.var.request_uri:match("^[^?]*"), ngx.var.binary_remote_addr
  local name = path == ngx.var.uri and path:match("^/api/%w[%w.-]*/(%w+)$")
  if not name then return deny("method-unclear", 1) end
  local value, key = ngx.var.http_authorization or "", nil
  if value:find("^OSC4%-HMAC%-SHA256 ") or value:find("^AWS4%-HMAC%-SHA256 ") then
    local _, count = value:lower():gsub("credential=", "")
    key = value:match("[ ,]Credential=([^/, ]+)/")
    if count ~= 1 or not key then return deny("credential-unclear", 1) end
  end
  local verify, presented = ngx.var.ssl_client_verify or "NONE", nil
  if verify == "SUCCESS" then presented = certificate(ca_id, ngx.var.ssl_client_s_dn)
  elseif verify ~= "NONE" then return deny("certificate-not-verified", 1) end
  local request = sized("struct aac_request", view("api"), view(name), view(address),
                        view(key or ""), presented, key and 1 or 0)
  local decision = sized("struct aac_decision")
  local code = gate.c.aac_decide(gate.evaluator, request, ngx.now() * 1000, decision)
  if code == 0 and decision.allowed == 1 then return end
  return deny(ffi.string(gate.c.aac_reason_name(decision.reason)),
              code == 0 and decision.provider_error_code or 1)
end
return gate
