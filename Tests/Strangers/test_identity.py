"""Who may come in: TLS 1.3 with a certificate of the right authority, and each role only where it belongs."""

import socket
import ssl

import grpc
import pytest

from Harness import certificates, stubs
from Harness.cluster import until
from Harness.stubs import metadata

INTERNAL = {
    "coordinator": "/newswire.internal.v1.BrokerLifecycle/RegisterBroker",
    "broker": "/newswire.internal.v1.Replication/Replicate",
}


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


def call(channel, path, body=b""):
    return channel.unary_unary(path, request_serializer=None, response_deserializer=None)(body, timeout=5)


@pytest.mark.parametrize("role", ["coordinator", "broker", "group-coordinator"])
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


@pytest.mark.parametrize("role", ["coordinator", "broker", "group-coordinator"])
def test_nobody_comes_in_without_a_certificate(cluster, role):
    with connect(cluster, role=role) as channel, pytest.raises(grpc.RpcError) as caught:
        describe(channel)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_a_certificate_of_another_authority_is_refused(cluster, cluster_uri):
    stranger = certificates.issue(certificates.authority(), cluster_uri + "/client/mallory")
    with connect(cluster, stranger) as channel, pytest.raises(grpc.RpcError) as caught:
        describe(channel)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_a_certificate_that_has_expired_is_refused_and_the_log_says_why(cluster, authorities, cluster_uri):
    expired = certificates.issue(authorities["client"], cluster_uri + "/client/late", since=-10, until=-1)
    for _ in range(5):
        with connect(cluster, expired) as channel, pytest.raises(grpc.RpcError) as caught:
            describe(channel)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE

    def lines():
        logs = [p.read_text(errors="replace") for p in cluster.data.rglob("*.log")]
        return [line for log in logs for line in log.splitlines() if "expired" in line]

    until("a line in the log", lines)
    assert len(lines()) == 1, "once for each cause, not once for each try"


def test_a_certificate_that_is_not_valid_yet_is_refused(cluster, authorities, cluster_uri):
    early = certificates.issue(authorities["client"], cluster_uri + "/client/early", since=1, until=2)
    with connect(cluster, early) as channel, pytest.raises(grpc.RpcError) as caught:
        describe(channel)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_a_fresh_client_certificate_is_welcome(cluster, authorities, cluster_uri):
    fresh = certificates.issue(authorities["client"], cluster_uri + "/client/alice")
    with connect(cluster, fresh) as channel:
        assert describe(channel).cluster_id


@pytest.mark.parametrize("role", sorted(INTERNAL))
def test_a_client_may_not_call_what_is_between_the_services(cluster, role):
    with pytest.raises(grpc.RpcError) as caught:
        call(cluster.channel(role), INTERNAL[role])
    assert caught.value.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNIMPLEMENTED)
    if role == "coordinator":
        assert stubs.reason(caught.value) == "PERMISSION_DENIED"


def test_the_client_authority_makes_no_nodes(cluster, authorities, cluster_uri):
    pretender = certificates.issue(authorities["client"], cluster_uri + "/broker/1")
    with connect(cluster, pretender) as channel, pytest.raises(grpc.RpcError) as caught:
        call(channel, INTERNAL["coordinator"])
    assert caught.value.code() in (
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.UNAVAILABLE,
    )


def test_a_node_of_the_wrong_role_or_number_is_refused(cluster, authorities, cluster_uri):
    wrong = certificates.issue(authorities["node"], cluster_uri + "/group-coordinator/1")
    with connect(cluster, wrong) as channel, pytest.raises(grpc.RpcError) as caught:
        call(channel, INTERNAL["coordinator"])
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_a_node_of_another_cluster_is_refused(cluster, authorities):
    foreign = certificates.issue(authorities["node"], "newswire://another-cluster/broker/1")
    with connect(cluster, foreign) as channel, pytest.raises(grpc.RpcError) as caught:
        call(channel, INTERNAL["coordinator"])
    assert caught.value.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAVAILABLE)
