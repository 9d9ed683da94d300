"""nginx with the module, as a child of a test, and its clients."""

import getpass
import http.client
import re
import signal
import socket
import ssl
import subprocess
import time

from support import end_with_parent, free_port, write_account

LINE = re.compile(r"api_access: (allowed|denied|would be denied): ([a-z-]+)"
                  r"(?:, rule (\S+))?, request ([0-9a-f]{32})")
DEADLINE = 60  # seconds, for what takes one or two


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Nginx:
    """One nginx with its files in `folder`. `http` is what its http block holds."""

    def __init__(self, program, modules, folder, http="", workers=2, level="info"):
        folder.mkdir(exist_ok=True)
        self.program, self.modules, self.folder = program, modules, folder
        self.workers, self.level, self.process = workers, level, None
        self.log_file = folder / "error.log"
        self.configure(http)

    def configure(self, http):
        paths = "".join(f"  {name}_temp_path {self.folder}/{name};\n" for name in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        load = "".join(f"load_module {module};\n" for module in self.modules)
        (self.folder / "nginx.conf").write_text(
            f"user {getpass.getuser()};\n{load}"
            f"worker_processes {self.workers};\npid {self.folder}/pid;\n"
            f"error_log {self.log_file} {self.level};\n"
            f"events {{ worker_connections 512; }}\n"
            f"http {{\n{paths}  access_log off;\n{http}\n}}\n")

    def command(self, *more):
        return [self.program, "-p", f"{self.folder}/", "-c",
                f"{self.folder}/nginx.conf", "-e", str(self.log_file), *more]

    def check(self):
        """The status of `nginx -t`, and what it says."""
        done = subprocess.run(self.command("-t"), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def start(self, environment=None):
        self.process = subprocess.Popen(
            self.command("-g", "daemon off;"), env=environment,
            stderr=subprocess.DEVNULL, preexec_fn=end_with_parent)
        self.await_log("start worker process \\d+", self.workers)

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def await_log(self, pattern, count=1, seconds=DEADLINE):
        """Waits until the log has that many matches."""
        end = time.monotonic() + seconds
        while len(re.findall(pattern, self.log())) < count:
            if time.monotonic() > end or (
                    self.process and self.process.poll() is not None):
                raise AssertionError(
                    f"expected {pattern} {count} times in the log:\n{self.log()}")
            time.sleep(0.02)

    def reload(self):
        """Returns when the workers of before are gone."""
        gone = len(re.findall("exited with code 0", self.log()))
        self.process.send_signal(signal.SIGHUP)
        self.await_log("exited with code 0", gone + self.workers)

    def decisions(self):
        """What the log tells, by request id: (verdict, reason, rule)."""
        return {request: (verdict, reason, None if rule in (None, "-") else rule.strip("`"))
                for verdict, reason, rule, request in LINE.findall(self.log())}


def tls_context(certificate=None, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    if certificate:
        context.load_cert_chain(certificate.pem, certificate.key)
    return context


class Client:
    """One connection that is kept. Without a context it is plain HTTP; a path in
    place of a port is that of a Unix socket."""

    def __init__(self, port, context=None, source="127.0.0.1", session=None):
        host = "::1" if source == "::1" else "127.0.0.1"
        self.connection = http.client.HTTPConnection(host, timeout=DEADLINE)
        if isinstance(port, int):
            self.connection.sock = socket.create_connection(
                (host, port), DEADLINE, source_address=(source, 0))
            # Header and body go out one by one.
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.connection.sock = socket.socket(socket.AF_UNIX)
            self.connection.sock.connect(str(port))
        if context:
            self.connection.sock = context.wrap_socket(self.connection.sock,
                                                       session=session)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    @property
    def socket(self):
        return self.connection.sock

    def ask(self, path, headers=(), method="POST"):
        """(status, headers, body). `path` goes out as it is."""
        self.connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            self.connection.putheader(name, value)
        body = b"{}" if method == "POST" else b""
        self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body)
        with self.connection.getresponse() as response:
            return response.status, response.headers, response.read().decode()
