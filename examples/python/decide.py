"""Decides as `api-access decide` does, without any package, at 2030-01-01:
python3 decide.py LIBRARY FOLDER <REQUESTS; LIBRARY is libapi_access_c.so.1."""
import ctypes as c
import ipaddress
import json
import pathlib
import sys
class View(c.Structure):
    _fields_ = [("data", c.c_void_p), ("size", c.c_size_t)]
class Request(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("service", View), ("method", View),
                ("client_address", View), ("access_key_id", View),
                ("certificate", c.c_void_p), ("login", c.c_uint64)]
class Decision(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("allowed", c.c_uint32),
                ("reason", c.c_uint32), ("rule_id", View), ("valid_until_ms", c.c_int64),
                ("has_valid_until", c.c_uint32), ("provider_error_code", c.c_uint32)]
class Certificate(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("ca_ids", c.POINTER(View)),
                ("ca_id_count", c.c_size_t), ("cn", View)]

lib, out = c.CDLL(sys.argv[1]), c.POINTER(c.c_void_p)
# Without these a pointer would be cut to 32 bits.
for name, result, *arguments in [
        ("error_message", c.c_char_p, c.c_void_p), ("reason_name", c.c_char_p, c.c_uint32),
        ("account_parse", c.c_void_p, View, out), ("certificate_free", None, c.c_void_p),
        ("evaluator_compile", c.c_void_p, c.c_void_p, c.c_void_p, out),
        ("certificate_create", c.c_void_p, c.POINTER(Certificate), out),
        ("decide", c.c_int32, c.c_void_p, c.POINTER(Request), c.c_int64, c.POINTER(Decision))]:
    function = getattr(lib, "aac_" + name)
    function.restype, function.argtypes = result, arguments

def view(data):  # `data` has to outlive it
    return View(c.cast(c.c_char_p(data), c.c_void_p), len(data)) if data else View()

def make(name, *arguments):
    handle = c.c_void_p()
    if error := getattr(lib, "aac_" + name)(*arguments, c.byref(handle)):
        sys.exit(lib.aac_error_message(error).decode())
    return handle

answers = {path.stem: json.loads(path.read_bytes())
           for path in pathlib.Path(sys.argv[2]).glob("Read*.json")}
account = make("account_parse", view(document := json.dumps(answers).encode()))
evaluator = make("evaluator_compile", account, None)
for line in map(json.loads, sys.stdin):
    texts = [line.get(name, "").encode() for name in ("Service", "Method", "AccessKeyId")]
    address = ipaddress.ip_address(line["ClientIp"]).packed
    shown = line.get("Certificate") or {}
    ids = [text.encode() for text in shown.get("CaIds", [])]
    fields = Certificate(c.sizeof(Certificate), (View * len(ids))(*map(view, ids)), len(ids),
                         view(cn := (shown.get("Cn") or "").encode()))
    certificate = make("certificate_create", fields)
    request = Request(c.sizeof(Request), view(texts[0]), view(texts[1]), view(address), view(texts[2]),
                      certificate, {"AccessKey": 1, "Password": 2}.get(line.get("Login"), 0))
    decision = Decision(c.sizeof(Decision))
    assert lib.aac_decide(evaluator, request, 1893456000000, decision) == 0
    print("Allow" if decision.allowed else "Deny", lib.aac_reason_name(decision.reason).decode(),
          c.string_at(decision.rule_id.data, decision.rule_id.size).decode(), sep="\t")
    lib.aac_certificate_free(certificate)
