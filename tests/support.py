"""What tests in Python share."""

import ctypes
import json
import signal
import socket

libc = ctypes.CDLL(None)


def end_with_parent():
    """Runs in the child: it stops even where this program is killed."""
    libc.prctl(1, signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_account(folder, keys, rules, cas, eim_keys=(), require_trusted_env=False):
    folder.mkdir(exist_ok=True)
    answers = {
        "ReadAccessKeys": {"AccessKeys": keys},
        "ReadAccessKeys.alice": {"AccessKeys": list(eim_keys)},
        "ReadUsers": {"Users": [{"UserName": "alice"}], "HasMoreItems": False},
        "ReadApiAccessRules": {"ApiAccessRules": rules},
        "ReadApiAccessPolicy": {"ApiAccessPolicy": {
            "MaxAccessKeyExpirationSeconds": 3153600000 if require_trusted_env else 0,
            "RequireTrustedEnv": require_trusted_env}},
        "ReadCas": {"Cas": [{"CaId": ca_id, "CaFingerprint": fingerprint}
                            for ca_id, fingerprint in cas]},
    }
    for name, answer in answers.items():
        (folder / f"{name}.json").write_text(json.dumps(answer))
    return folder
