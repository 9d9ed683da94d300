"""Certificates, made on the spot by the program openssl."""

import subprocess

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA_SIGNATURE_BYTES = 256


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


class Certificate:
    """A certificate in FOLDER/NAME.pem, followed by those in `chain`, and its key."""

    def __init__(self, folder, name):
        self.pem = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"

    def fingerprint(self):
        printed = openssl("x509", "-in", self.pem, "-noout", "-fingerprint", "-sha1")
        return printed.decode().strip().split("=")[1].replace(":", "").lower()


def make_root(folder, name, subject, rsa=False):
    made = Certificate(folder, name)
    openssl("req", "-x509", *(("-newkey", "rsa:2048") if rsa else CURVE), "-nodes",
            "-subj", subject, "-days", 2, "-keyout", made.key, "-out", made.pem)
    return made


def issue(folder, name, issuer, subject, days=2, is_ca=False, chain=()):
    made = Certificate(folder, name)
    request = openssl("req", "-new", *CURVE, "-nodes", "-subj", subject,
                      "-keyout", made.key)
    extensions = folder / f"{name}.cnf"
    extensions.write_text(
        f"basicConstraints=critical,CA:{'TRUE' if is_ca else 'FALSE'}\n")
    # Only the first certificate of a file counts here.
    pem = openssl("x509", "-req", "-CA", issuer.pem, "-CAkey", issuer.key,
                  "-days", days, "-extfile", extensions, data=request)
    made.pem.write_bytes(pem + b"".join(other.pem.read_bytes() for other in chain))
    return made


def issue_with_nul(folder, name, issuer, cn):
    """A client certificate of a common name with a NUL.

    openssl's command line makes no such name. So it makes one with `!` in that
    place, and the changed certificate is signed again. `issuer` has an RSA key: the
    signature, with which a certificate ends, keeps its size.
    """
    made = issue(folder, name, issuer, "/CN=" + cn.replace("\0", "!"))
    der = openssl("x509", "-in", made.pem, "-outform", "DER")
    # A sequence of what is signed, the algorithm and the signature; the lengths of
    # the first two sequences take two bytes each.
    assert der[:2] == der[4:6] == b"\x30\x82"
    end = 8 + int.from_bytes(der[6:8], "big")
    signed = der[4:end].replace(cn.replace("\0", "!").encode(), cn.encode())
    assert signed != der[4:end]
    signature = openssl("dgst", "-sha256", "-sign", issuer.key, data=signed)
    made.pem.write_bytes(openssl(
        "x509", "-inform", "DER",
        data=der[:4] + signed + der[end:-RSA_SIGNATURE_BYTES] + signature))
    return made
