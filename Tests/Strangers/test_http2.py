"""What speaks HTTP/2 and is no client of ours: curl, h2load, slow and broken peers."""

import re
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from Harness.cluster import free_port_base, programs, until
from Harness.stubs import metadata

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


SETTINGS = frame(4)


def headers_of(path):
    """:method POST, :scheme https, :path, :authority a, content-type application/grpc."""
    return b"\x83\x87\x44" + bytes([len(path)]) + path + b"\x41\x01a\x5f\x10application/grpc"


HEADERS = headers_of(b"/")
HEADERS_OF_CALL = headers_of(b"/newswire.v1.Broker/Produce")
HEADERS_OF_STREAM = headers_of(b"/newswire.v1.Broker/ProduceStream")


ROLES = ("coordinator", "broker", "group-coordinator")


@pytest.fixture(scope="module", autouse=True)
def processes(cluster):
    """Whatever is said to them, the processes at the end are those of the beginning, and have not grown much."""
    before = [cluster.pid(f"{role}-1") for role in ROLES]
    yield
    assert [cluster.pid(f"{role}-1") for role in ROLES] == before
    for pid in before:
        resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        assert int(resident.group(1)) < 250_000, "kB of memory"


def is_well(cluster):
    """The service still answers others."""
    request = metadata.DescribeClusterRequest()
    return all(cluster.metadata(role).DescribeCluster(request, timeout=10).cluster_id for role in ROLES)


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


def call_by_curl(cluster, body, *headers, path="/newswire.v1.Metadata/DescribeCluster"):
    """`grpc-status` and `grpc-message` of a call whose bytes are the test's own, and how often curl had to connect."""
    identity = [cluster.settings[word] for word in ("NEWSWIRE_CA", "NEWSWIRE_CERT", "NEWSWIRE_KEY")]
    options = [part for pair in zip(("--cacert", "--cert", "--key"), identity, strict=True) for part in pair]
    for header in ("content-type: application/grpc", "te: trailers", *headers):
        options += ["--header", header]
    url = f"https://localhost:{cluster.port('broker')}{path}"
    # The second call goes over the same connection, if that has survived the first. Some versions of curl that get an
    # answer before they have sent everything wait for more until their time is over.
    good = ["--next", "--silent", *options[:10], "--http2", "--data-binary", "@-", "--output", "/dev/null"]
    command = [
        "curl", "--silent", "--max-time", "4", "--http2", *options, "--data-binary", "@/dev/fd/0", "--output",
        "/dev/null", "--dump-header", "-", url,
        *good, "--write-out", "connects: %{num_connects} %{http_code}\n", url,
    ]  # fmt: skip
    ended = subprocess.run(command, input=body, capture_output=True, timeout=30, check=False)
    told = ended.stdout.decode(errors="replace")
    status = re.search(r"grpc-status: (\d+)", told)
    message = re.search(r"grpc-message: ([^\r\n]*)", told)
    again = re.search(r"connects: (\d+) (\d+)", told)
    assert status and again, told + ended.stderr.decode()
    assert again.groups() == ("0", "200"), "the connection lives on"
    return int(status.group(1)), message.group(1) if message else ""


EMPTY = bytes(5)


@pytest.mark.parametrize(
    ("body", "headers", "code", "words"),
    [
        pytest.param(EMPTY, [], 0, "", id="a good call"),
        pytest.param(EMPTY, ["filler: " + "x" * 20_000], 8, "the limit is 16384", id="headers over 16 KiB"),
        pytest.param(b"\x00\xff\xff\xff\xff", [], 8, "over the limit", id="a message of 4 GiB"),
        pytest.param(b"\x00\x00\x50\x00\x00" + bytes(100), [], 8, "over the limit", id="a message of 5 MiB"),
        pytest.param(b"\x02\x00\x00\x00\x00", [], 13, "flag", id="a flag that does not exist"),
        pytest.param(b"\x00\x00", [], 13, "message", id="half a message header"),
        pytest.param(b"\x00\x00\x00\x00\x09abc", [], 13, "message", id="half a message"),
        pytest.param(b"", [], 13, "no request", id="no message"),
        pytest.param(EMPTY + EMPTY, [], 13, "more than one", id="two messages"),
        pytest.param(b"\x01\x00\x00\x00\x03abc", [], 13, "compressed", id="compressed by nothing"),
        pytest.param(
            b"\x01\x00\x00\x00\x03abc", ["grpc-encoding: gzip"], 13, "gzip", id="compressed, but no gzip"
        ),
        pytest.param(EMPTY, ["grpc-encoding: brotli"], 12, "brotli", id="an unknown compression"),
        pytest.param(EMPTY, ["grpc-timeout: soon"], 13, "grpc-timeout", id="a deadline that is none"),
        pytest.param(b"\x00\x00\x00\x00\x01\x07", [], 3, "DescribeClusterRequest", id="malformed protobuf"),
    ],
)
def test_a_call_that_is_broken_gets_its_own_status_and_the_connection_lives_on(cluster, body, headers, code, words):
    status, message = call_by_curl(cluster, body, *headers)
    assert (status, words in message) == (code, True), message
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

    def frames_until(self, is_last):
        """The frames that come, as (kind, flags, stream, payload), up to the first for which `is_last` holds."""
        data, found = b"", []
        self.socket.settimeout(10)
        while not (found and is_last(found[-1])):
            received = self.socket.recv(65536)
            assert received, "the connection has ended"
            data += received
            while len(data) >= 9 + int.from_bytes(data[:3], "big") and not (found and is_last(found[-1])):
                end = 9 + int.from_bytes(data[:3], "big")
                found.append((data[3], data[4], int.from_bytes(data[5:9], "big"), data[9:end]))
                data = data[end:]
        return found

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
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS)
        stream, end = 1, time.monotonic() + 30
        while time.monotonic() < end and stream < 50_000_000:
            burst = b"".join(
                frame(1, 4, s, HEADERS) + frame(3, 0, s, b"\0\0\0\x08") for s in range(stream, stream + 400, 2)
            )
            stream += 400
            if not peer.send(burst):
                break
        assert stream < 50_000_000 and time.monotonic() < end, "resets were taken without end"
    assert is_well(cluster)


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(SETTINGS, id="settings"),
        pytest.param(frame(4, 0, 0, b"\0\x04\0\x01\0\0" * 30), id="settings that change windows"),
        pytest.param(frame(0, 0, 1), id="empty data"),
        pytest.param(frame(2, 0, 1, b"\0\0\0\0\x10"), id="priorities"),
        pytest.param(frame(9, 0, 1), id="empty continuations"),
        pytest.param(frame(9, 0, 1, b"\x40\x01a\x01b" * 3000), id="continuations without end"),
    ],
)
def test_a_flood_of_frames_that_say_nothing_ends(cluster, flood):
    """Each is answered by the end of the connection, in seconds and with little memory."""
    opening = frame(1, 0 if flood[3] == 9 else 4, 1, HEADERS)
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS + opening)
        end = time.monotonic() + 20
        while time.monotonic() < end and peer.send(flood * 100):
            pass
        assert time.monotonic() < end, "taken for 20 s"
    assert is_well(cluster)


def test_more_calls_than_are_allowed_at_once_are_refused_one_by_one(cluster):
    """The streams over the limit are refused; those below it, and the connection, live on."""
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS + b"".join(frame(1, 4, 2 * n + 1, HEADERS_OF_STREAM) for n in range(1100)))
        last = 2 * 1099 + 1
        resets = [f for f in peer.frames_until(lambda f: f[0] == 3 and f[2] == last) if f[0] == 3]
        assert [stream for _, _, stream, _ in resets] == list(range(2001, last + 1, 2))
        assert {code for *_, code in resets} == {b"\0\0\0\x07"}, "REFUSED_STREAM"
        peer.send(frame(6, 0, 0, b"are you?"))
        assert peer.frames_until(lambda f: f[0] == 6 and f[1] & 1)[-1][3] == b"are you?"
    assert is_well(cluster)


def test_a_request_that_never_ends_does_not_hold_others_up(cluster):
    with Peer(cluster) as peer:
        peer.send(PREFACE + SETTINGS + frame(1, 4, 1, HEADERS_OF_CALL) + frame(0, 0, 1, b"\0\0\x10\0\0"))
        for _ in range(20):
            peer.send(frame(0, 0, 1, b"x"))
            assert is_well(cluster)


@pytest.fixture(scope="module", autouse=True)
def unfinished(cluster):
    """Peers that have been slow since before the first test: fifty with two bytes of a handshake, two after theirs."""
    slow = [socket.create_connection(("localhost", cluster.port("broker")), 5) for _ in range(50)]
    silent, halfway = Peer(cluster), Peer(cluster)
    for connection in slow:
        connection.sendall(b"\x16\x03")
    halfway.send(PREFACE[:10])
    yield slow, silent, halfway
    for connection in [*slow, silent.socket, halfway.socket]:
        connection.close()


def test_peers_that_never_finish_what_they_began_are_let_go(cluster, unfinished):
    """The last of these tests: the others have been served meanwhile."""
    slow, silent, halfway = unfinished
    end = time.monotonic() + 30
    for connection in slow:
        connection.settimeout(max(1, end - time.monotonic()))
        try:
            while connection.recv(100):
                pass
        except ConnectionError:
            pass
    for peer in (silent, halfway):
        assert peer.is_closed_within(max(1, end - time.monotonic()))
    assert is_well(cluster)
