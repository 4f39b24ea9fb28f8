"""Real servers on loopback, one for each kind of remote; each serves one folder."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, address: str = "127.0.0.1") -> None:
    """Until somebody listens on `port`."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                return
        threading.Event().wait(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


class _FileHandler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder: GET and HEAD as usual, POST and PUT write."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        path = Path(self.translate_path(self.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(self._chunks()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST

    def _chunks(self) -> Iterator[bytes]:
        if "Content-Length" in self.headers:
            yield self.rfile.read(int(self.headers["Content-Length"]))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, format: str, *args: object) -> None:
        pass


class SlowHandler(_FileHandler):
    """A slow line, until there is a file `quick` beside what is served."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while data := source.read(1 << 20):
            outputfile.write(data)
            if not os.path.exists(os.path.join(self.directory, "quick")):
                time.sleep(0.1)


class _GitHandler(_FileHandler):
    """Git's own server side, `git http-backend`, for the repositories in a folder."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(b"".join(self._chunks()))

    def _answer(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": self.directory,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_USER": "ada",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=environ, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def http_server(folder: Path, handler_type: type[_FileHandler] = _FileHandler) -> Iterator[str]:
    """A web server that also takes files; its URL."""

    def handler(*args: object) -> _FileHandler:
        return handler_type(*args, directory=str(folder))  # type: ignore[arg-type]

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def git_http_server(folder: Path) -> contextlib.AbstractContextManager[str]:
    """A web server of the Git repositories in `folder`; its URL. Everybody may push."""
    return http_server(folder, _GitHandler)


@contextlib.contextmanager
def webdav_server(folder: Path) -> Iterator[str]:
    """A WebDAV server with one user, `ada` with the password `secret`."""
    wsgidav = pytest.importorskip("wsgidav.wsgidav_app")
    wsgi = pytest.importorskip("cheroot.wsgi")
    app = wsgidav.WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "simple_dc": {"user_mapping": {"*": {"ada": {"password": "secret"}}}},
            "logging": {"enable": False},
            "verbose": 0,
        }
    )
    port = free_port()
    server = wsgi.Server(("127.0.0.1", port), app)
    server.prepare()
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield f"webdav://127.0.0.1:{port}"
    finally:
        server.stop()


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """An S3 server with an empty bucket `bucket`; the URL of its endpoint."""
    moto = pytest.importorskip("moto.server")
    boto = pytest.importorskip("boto3")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="bucket")
    try:
        yield endpoint
    finally:
        server.stop()


@contextlib.contextmanager
def gs_server() -> Iterator[str]:
    """A server of Google's kind with an empty bucket `bucket`; the URL of its endpoint."""
    emulator = pytest.importorskip("gcp_storage_emulator.server")
    port = free_port()
    server = emulator.create_server("127.0.0.1", port, in_memory=True, default_bucket="bucket")
    server.start()
    wait_for(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
"""Of the account that every Azurite has, as its manual says; it opens nothing else."""


@contextlib.contextmanager
def azure_server(folder: Path) -> Iterator[str]:
    """Azurite, if `azurite-blob` is on PATH, with an empty container `bucket`; how to connect."""
    blob = pytest.importorskip("azure.storage.blob")
    pytest.importorskip("adlfs")
    azurite = shutil.which("azurite-blob")
    if azurite is None:
        pytest.skip("no Azurite is installed: npm install --global azurite")
    port = free_port()
    options = ["--blobPort", str(port), "--location", str(folder)]
    options += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    process = subprocess.Popen([azurite, *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        text = (
            f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={AZURE_KEY};"
            f"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;"
        )
        blob.BlobServiceClient.from_connection_string(text).create_container("bucket")
        yield text
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def ssh_server(home: Path, address: str = "127.0.0.1") -> Iterator[tuple[int, Path]]:
    """An OpenSSH server for this user; its port and the key that opens it.

    The host's key stands in `home`/.ssh/known_hosts.
    """
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    sftp = "/usr/lib/openssh/sftp-server"
    if sshd is None or not os.path.exists(sftp):
        pytest.skip("no OpenSSH server is installed")
    port = free_port()
    ssh = home / ".ssh"
    ssh.mkdir(parents=True)
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(ssh / name)], check=True
        )
    host_key = (ssh / "host.pub").read_text()
    (ssh / "known_hosts").write_text(f"[{address}]:{port} {host_key}")
    (ssh / "sshd_config").write_text(
        f"Port {port}\nListenAddress {address}\nHostKey {ssh}/host\nPidFile none\n"
        f"AuthorizedKeysFile {ssh}/user.pub\nStrictModes no\nUsePAM no\n"
        f"PasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n"
        f"Subsystem sftp {sftp}\n"
    )
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)  # sshd insists when root starts it
    with open(ssh / "log", "wb") as log:
        process = subprocess.Popen([sshd, "-D", "-e", "-f", str(ssh / "sshd_config")], stderr=log)
    try:
        wait_for(port, address)
        yield port, ssh / "user"
    finally:
        process.terminate()
        process.wait()
