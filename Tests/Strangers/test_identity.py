"""Who may come in: TLS 1.3 with a certificate of the right authority, and each role only where it belongs."""

import os
import socket
import ssl
import subprocess

import grpc
import pytest

from Harness import certificates, stubs
from Harness.cluster import programs, until
from Harness.stubs import metadata

# What the services say to each other, and where it is answered.
INTERNAL = [
    ("coordinator", "/newswire.internal.v1.BrokerLifecycle/RegisterBroker"),
    ("coordinator", "/newswire.internal.v1.BrokerLifecycle/BrokerHeartbeat"),
    ("coordinator", "/newswire.internal.v1.BrokerLifecycle/AllocateProducerIds"),
    ("coordinator", "/newswire.internal.v1.GroupLifecycle/RegisterGroupCoordinator"),
    ("coordinator", "/newswire.internal.v1.GroupLifecycle/GroupCoordinatorHeartbeat"),
    ("coordinator", "/newswire.internal.v1.MetadataFeed/WatchMetadata"),
    ("broker", "/newswire.internal.v1.Replication/Replicate"),
]
# What is not answered there, or not yet.
NOT_HERE = [
    ("coordinator", "/newswire.internal.v1.Quorum/Vote"),
    ("group-coordinator", "/newswire.internal.v1.MetadataFeed/WatchMetadata"),
]
REGISTER = INTERNAL[0][1]
ROLES = ["coordinator", "broker", "group-coordinator"]


@pytest.fixture(scope="module")
def authorities(cluster):
    """The cluster's own two authorities with their keys, as their owner has them."""
    found = {}
    for kind in ("node", "client"):
        certificate = cluster.data / "tls" / f"{kind}-ca.pem"
        found[kind] = certificates.load(certificate, certificate.with_name(f"{kind}-ca-key.pem"))
    return found


@pytest.fixture(scope="module")
def cluster_uri(cluster):
    """`newswire://CLUSTER`, as the client's own certificate has it."""
    return certificates.uri_of(cluster.file("NEWSWIRE_CERT")).split("/client/")[0]


def connect(cluster, identity=None, role="coordinator"):
    """A channel with an identity of the test's own making."""
    pair = (identity.key_pem, identity.certificate_pem) if identity else (None, None)
    credentials = grpc.ssl_channel_credentials(cluster.file("NEWSWIRE_CA"), *pair)
    return grpc.secure_channel(f"localhost:{cluster.port(role)}", credentials)


def describe(channel):
    return stubs.metadata_grpc.MetadataStub(channel).DescribeCluster(metadata.DescribeClusterRequest(), timeout=5)


def log_lines(cluster, phrase, node="coordinator-1"):
    """The lines in a node's log that hold a phrase."""
    log = (cluster.data / "run" / f"{node}.log").read_text(errors="replace")
    return [line for line in log.splitlines() if phrase in line]


def is_logged_once(cluster, phrase, node="coordinator-1"):
    until(f"a line with '{phrase}'", lambda: log_lines(cluster, phrase, node), 10)
    return len(log_lines(cluster, phrase, node)) == 1


def call(channel, path, body=b""):
    return channel.unary_unary(path, request_serializer=None, response_deserializer=None)(body, timeout=5)


@pytest.mark.parametrize("role", ROLES)
def test_tls_1_2_is_refused_and_1_3_speaks_http_2(cluster, role):
    for version, is_welcome in ((ssl.TLSVersion.TLSv1_2, False), (ssl.TLSVersion.TLSv1_3, True)):
        context = ssl.create_default_context(cadata=cluster.file("NEWSWIRE_CA").decode())
        context.load_cert_chain(cluster.settings["NEWSWIRE_CERT"], cluster.settings["NEWSWIRE_KEY"])
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("localhost", cluster.port(role)), 5) as raw:
            if is_welcome:
                with context.wrap_socket(raw, server_hostname="localhost") as secure:
                    assert (secure.version(), secure.selected_alpn_protocol()) == ("TLSv1.3", "h2")
            else:
                with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
                    context.wrap_socket(raw, server_hostname="localhost")
    assert is_logged_once(cluster, "1.3 is needed", f"{role}-1")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_comes_in_without_a_certificate_and_the_log_says_why_once(cluster, role):
    for _ in range(3):
        with connect(cluster, role=role) as channel, pytest.raises(grpc.RpcError) as caught:
            describe(channel)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert is_logged_once(cluster, "showed no certificate", f"{role}-1")


@pytest.mark.parametrize(
    ("kind", "times", "phrase"),
    [
        pytest.param("elsewhere", {}, "which is not trusted here", id="another authority"),
        pytest.param("client", {"since": -10, "until": -1}, "expired", id="expired"),
        pytest.param("client", {"since": 1, "until": 2}, "not valid before", id="not valid yet"),
        pytest.param("node", {"since": -10, "until": -1}, "expired", id="a node's, expired"),
    ],
)
def test_a_certificate_that_does_not_hold_is_refused_and_the_log_says_why_once(
    cluster, authorities, cluster_uri, kind, times, phrase
):
    issuer = authorities.get(kind) or certificates.authority()
    who = "broker/7" if kind == "node" else f"client/{phrase.split()[0]}"
    wrong = certificates.issue(issuer, f"{cluster_uri}/{who}", **times)
    subject = who.rsplit("/", 1)[-1]
    for _ in range(3):
        with connect(cluster, wrong) as channel, pytest.raises(grpc.RpcError) as caught:
            describe(channel)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE

    def lines():
        return [line for line in log_lines(cluster, phrase) if f"(CN={subject})" in line]

    until("a line in the log", lines)
    assert len(lines()) == 1, "once for each cause, not once for each try"


def test_a_certificate_that_signs_itself_is_refused(cluster):
    alone = certificates.authority("self-made")
    with connect(cluster, alone) as channel, pytest.raises(grpc.RpcError) as caught:
        describe(channel)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "plain HTTP", id="plain HTTP"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "does not speak TLS", id="HTTP/2 in the clear"),
        pytest.param(b"\x00" * 200, "does not speak TLS", id="zeros"),
    ],
)
def test_what_is_no_tls_is_refused_and_the_log_says_so(cluster, said, phrase):
    peers = [socket.create_connection(("localhost", cluster.port("coordinator")), 5) for _ in range(3)]
    for peer in peers:
        peer.sendall(said)
    for peer in peers:
        try:
            while peer.recv(1000):
                pass
        except ConnectionError:
            pass
        peer.close()
    assert is_logged_once(cluster, phrase)


def test_who_does_not_speak_http_2_is_refused_and_the_log_says_so(cluster):
    context = ssl.create_default_context(cadata=cluster.file("NEWSWIRE_CA").decode())
    context.load_cert_chain(cluster.settings["NEWSWIRE_CERT"], cluster.settings["NEWSWIRE_KEY"])
    context.set_alpn_protocols(["http/1.1"])
    for _ in range(3):
        with socket.create_connection(("localhost", cluster.port("coordinator")), 5) as raw:
            with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
                context.wrap_socket(raw, server_hostname="localhost")
    assert is_logged_once(cluster, "does not speak HTTP/2")


def test_a_fresh_client_certificate_is_welcome(cluster, authorities, cluster_uri):
    fresh = certificates.issue(authorities["client"], cluster_uri + "/client/alice")
    for role in ROLES:
        with connect(cluster, fresh, role) as channel:
            assert describe(channel).cluster_id


@pytest.mark.parametrize(("role", "path"), INTERNAL)
def test_a_client_may_not_call_what_is_between_the_services(cluster, refused, role, path):
    for _ in range(3):
        code, reason, told = refused(lambda: call(cluster.channel(role), path))
        assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
        assert told["node"] == f"{role}/1"
    assert is_logged_once(cluster, path, f"{role}-1")


@pytest.mark.parametrize(("role", "path"), NOT_HERE)
def test_what_is_not_here_is_unimplemented(cluster, role, path):
    with pytest.raises(grpc.RpcError) as caught:
        call(cluster.channel(role), path)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def refused_call(cluster, identity, refused, body=b""):
    with connect(cluster, identity) as channel:
        code, reason, _ = refused(lambda: call(channel, REGISTER, body))
    return code, reason


DENIED = (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


def test_the_client_authority_makes_no_nodes(cluster, authorities, cluster_uri, refused):
    pretender = certificates.issue(authorities["client"], cluster_uri + "/broker/1")
    assert refused_call(cluster, pretender, refused) == DENIED
    until("a line in the log", lambda: log_lines(cluster, "is a client's certificate or names no role"), 10)


def test_a_node_without_a_role_is_refused(cluster, authorities, refused):
    nobody = certificates.issue(authorities["node"], "https://example.org/broker/1")
    assert refused_call(cluster, nobody, refused) == DENIED


def test_a_node_of_the_wrong_role_is_refused_and_the_log_names_both(cluster, authorities, cluster_uri, refused):
    wrong = certificates.issue(authorities["node"], cluster_uri + "/group-coordinator/1")
    for _ in range(3):
        assert refused_call(cluster, wrong, refused) == DENIED
    caller = f"{cluster_uri}/group-coordinator/1"
    assert is_logged_once(cluster, f"{REGISTER} is for broker only, and the caller is {caller}")


def test_a_node_that_speaks_for_another_one_is_refused(cluster, authorities, cluster_uri, refused):
    other = certificates.issue(authorities["node"], cluster_uri + "/broker/2")
    assert refused_call(cluster, other, refused, body=b"\x08\x01") == DENIED


def test_a_node_of_another_cluster_is_refused(cluster, authorities, refused):
    foreign = certificates.issue(authorities["node"], "newswire://another-cluster/broker/1")
    assert refused_call(cluster, foreign, refused) == DENIED
    assert is_logged_once(cluster, "belongs to the cluster \\\"another-cluster\\\"")


def test_a_client_trusts_no_server_with_a_clients_certificate(cluster, authorities, cluster_uri, tmp_path):
    """The authority of clients makes no servers either."""
    certificate, key = certificates.issue(authorities["client"], cluster_uri + "/broker/1").write(tmp_path, "fake")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("localhost", 0)) as listener:
        listener.settimeout(10)
        asked = subprocess.Popen(
            [
                str(programs() / "newswire"), "topics", "list", "--bootstrap",
                f"localhost:{listener.getsockname()[1]}",
            ],
            env={**os.environ, **cluster.settings}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                with context.wrap_socket(listener.accept()[0], server_side=True) as fooled:
                    fooled.recv(1)
                    raise AssertionError("the client has spoken to a server that it must not trust")
        finally:
            listener.close()
            asked.kill()
            asked.wait(20)


def test_private_keys_are_readable_by_their_owner_alone(cluster):
    keys = [*cluster.data.glob("tls/*-key.pem")]
    assert len(keys) >= 6 and all(key.stat().st_mode & 0o077 == 0 for key in keys)
