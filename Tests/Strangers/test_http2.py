"""What speaks HTTP/2 and is no client of ours: curl, h2load, slow and broken peers."""

import re
import socket
import ssl
import subprocess
import time

import pytest

from Harness.cluster import free_port_base, programs, until
from Harness.stubs import metadata

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


SETTINGS = frame(4)


def is_well(cluster):
    """The service still answers others."""
    for role in ("coordinator", "broker", "group-coordinator"):
        request = metadata.DescribeClusterRequest()
        if not cluster.metadata(role).DescribeCluster(request, timeout=10).cluster_id:
            return False
    return True


def curl(cluster, path, *options, role="broker"):
    """The status code that curl sees, and its exit status."""
    files = ["--cacert", "NEWSWIRE_CA", "--cert", "NEWSWIRE_CERT", "--key", "NEWSWIRE_KEY"]
    identity = [cluster.settings.get(word, word) for word in files]
    command = ["curl", "--silent", "--max-time", "10", "--output", "/dev/null", "--write-out", "%{http_code}"]
    address = f"https://localhost:{cluster.port(role)}{path}"
    ended = subprocess.run([*command, *identity, *options, address], capture_output=True, timeout=20, check=False)
    return int(ended.stdout or 0), ended.returncode


@pytest.mark.parametrize(
    ("path", "options"),
    [
        pytest.param("/", [], id="GET of the root"),
        pytest.param("/newswire.v1.Broker/Produce", [], id="GET of a call"),
        pytest.param("/newswire.v1.Broker/Produce", ["--data", "hello"], id="POST of a form"),
        pytest.param("/newswire.v1.Broker/Produce", ["-X", "DELETE"], id="another method"),
        pytest.param("/" + "x" * 4000, ["--data", "x"], id="a long path"),
    ],
)
def test_curl_gets_a_proper_answer_for_nonsense(cluster, path, options):
    status, ended = curl(cluster, path, "--http2", *options)
    assert ended == 0
    assert 400 <= status < 500
    assert is_well(cluster)


def test_http_1_gets_no_connection(cluster):
    _, ended = curl(cluster, "/", "--http1.1")
    assert ended != 0
    assert is_well(cluster)


def test_h2load_drives_the_server(tmp_path, interop_server):
    body = tmp_path / "empty-message"
    body.write_bytes(bytes(5))
    ended = subprocess.run(
        [
            "h2load", "--requests=20000", "--clients=4", "--max-concurrent-streams=50", f"--data={body}",
            "--header=content-type: application/grpc", "--header=te: trailers",
            f"https://localhost:{interop_server}/grpc.testing.TestService/EmptyCall",
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert re.search(r"requests: 20000 total, 20000 started, 20000 done, 20000 succeeded, 0 failed", ended.stdout)
    assert "status codes: 20000 2xx" in ended.stdout


@pytest.fixture
def interop_server(cluster, tmp_path):
    """The interoperability server without client certificates, for testers that have none."""
    port = free_port_base()
    tls = cluster.data / "tls"
    log = open(tmp_path / "interop.log", "wb")
    server = subprocess.Popen(
        [
            str(programs() / "newswire-interop"), "server", "--port", str(port), "--cert",
            str(tls / "broker-1.pem"), "--key", str(tls / "broker-1-key.pem"), "--ca", cluster.settings["NEWSWIRE_CA"],
            "--insecure-no-client-cert",
        ],
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        until("the interop server", lambda: socket.socket().connect_ex(("localhost", port)) == 0)
        yield port
    finally:
        server.terminate()
        server.wait(20)


class Peer:
    """A client that speaks TLS properly and HTTP/2 as it likes."""

    def __init__(self, cluster, role="broker"):
        context = ssl.create_default_context(cadata=cluster.file("NEWSWIRE_CA").decode())
        context.load_cert_chain(cluster.settings["NEWSWIRE_CERT"], cluster.settings["NEWSWIRE_KEY"])
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("localhost", cluster.port(role)), 10)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends as much as the other side takes; false once it has closed."""
        try:
            self.socket.sendall(data)
            return True
        except (ssl.SSLError, ConnectionError, TimeoutError):
            return False

    def is_closed_within(self, seconds):
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except TimeoutError:
            return False
        except (ssl.SSLError, ConnectionError):
            return True


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3, id="HTTP/1.1 after ALPN h2"),
        pytest.param(PREFACE + SETTINGS + frame(0, 0, 0, b"data on stream 0"), id="DATA on stream 0"),
        pytest.param(PREFACE + SETTINGS + frame(1, 4, 2, b"\x82"), id="HEADERS on an even stream"),
        pytest.param(PREFACE + SETTINGS + frame(1, 4, 1, b"\xff" * 50), id="broken header compression"),
        pytest.param(PREFACE + SETTINGS + frame(8, 0, 0, b"\0\0\0\0"), id="a window update of 0"),
        pytest.param(PREFACE + SETTINGS + frame(6, 0, 0, b"short"), id="a ping that is too short"),
        pytest.param(PREFACE + SETTINGS + b"\xff\xff\xff" + bytes([0, 0]) + bytes(4), id="a frame of 16 MiB"),
        pytest.param(PREFACE + frame(4, 0, 0, b"12345"), id="settings of five bytes"),
    ],
)
def test_a_peer_that_breaks_http_2_loses_its_connection_and_nobody_else_does(cluster, nonsense):
    with Peer(cluster) as peer:
        peer.send(nonsense)
        assert peer.is_closed_within(10)
    assert is_well(cluster)


def test_a_flood_of_pings_ends(cluster):
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS)
        flood = frame(6, 0, 0, b"12345678") * 1000
        end = time.monotonic() + 20
        while time.monotonic() < end and peer.send(flood):
            pass
        assert time.monotonic() < end, "pings were taken for 20 s"
    assert is_well(cluster)


def test_rapid_resets_end(cluster):
    # :method POST, :scheme https, :path /, :authority a, content-type application/grpc
    headers = b"\x83\x87\x84\x41\x01a\x5f\x10application/grpc"
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS)
        stream, end = 1, time.monotonic() + 30
        while time.monotonic() < end and stream < 50_000_000:
            burst = b"".join(
                frame(1, 4, s, headers) + frame(3, 0, s, b"\0\0\0\x08") for s in range(stream, stream + 400, 2)
            )
            stream += 400
            if not peer.send(burst):
                break
        assert stream < 50_000_000 and time.monotonic() < end, "resets were taken without end"
    assert is_well(cluster)


def test_a_peer_that_never_finishes_its_handshake_is_let_go(cluster):
    slow = [socket.create_connection(("localhost", cluster.port("broker")), 5) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"\x16\x03\x01")
        assert is_well(cluster)
        slow[0].settimeout(40)
        assert slow[0].recv(100) is not None
    finally:
        for connection in slow:
            connection.close()


def test_a_request_that_never_ends_does_not_hold_others_up(cluster):
    headers = b"\x83\x87\x44\x1b/newswire.v1.Broker/Produce\x41\x01a\x5f\x10application/grpc"
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS + frame(1, 4, 1, headers) + frame(0, 0, 1, b"\0\0\x10\0\0"))
        for _ in range(20):
            peer.send(frame(0, 0, 1, b"x"))
            assert is_well(cluster)
