"""Every case of gRPC's interoperability tests: a stranger's client, a stranger's server, and ourselves."""

import signal
import subprocess

import grpc
import pytest

from Interop import cases, protos, service
from Interop.programs import Interop


@pytest.fixture(scope="module")
def interop(tmp_path_factory):
    return Interop(tmp_path_factory.mktemp("interop"))


@pytest.fixture(scope="module")
def port(interop):
    """The port of our server."""
    process, port = interop.start_server()
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


@pytest.fixture(scope="module")
def stub(interop, port):
    return interop.stub(port)


@pytest.fixture(scope="module")
def foreign_port(interop):
    """The port of a server in Python."""
    server, port = service.serve(interop.server_credentials())
    yield port
    server.stop(0)


@pytest.mark.parametrize("case", cases.ALL)
def test_foreign_client_and_our_server(stub, case):
    cases.ALL[case](stub)


@pytest.mark.parametrize("case", cases.ALL)
def test_our_client_and_foreign_server(interop, foreign_port, case):
    result = interop.run_client(foreign_port, case)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{case}: passed\n"


@pytest.mark.parametrize("case", cases.ALL)
def test_our_client_and_our_server(interop, port, case):
    result = interop.run_client(port, case)
    assert result.returncode == 0, result.stderr


def test_soak_flags(interop, port):
    """The soak's limits count: more calls than allowed fail when none may take a millisecond."""
    good = interop.run_client(port, "rpc_soak", "--soak_iterations=30", "--soak-request-size", "10")
    assert "30 of 30 calls passed" in good.stderr
    strict = ["--soak-per-iteration-max-acceptable-latency-ms=1", "--soak_overall_timeout_seconds=20"]
    bad = interop.run_client(port, "channel_soak", "--soak_iterations=5", *strict)
    assert bad.returncode == 1
    assert "5 of 5 calls failed or were slow; 0 may" in bad.stderr


def test_caller_without_certificate_is_refused_unless_allowed(interop, port):
    """Who shows no certificate gets no answer, but from a server that was told to let them in."""
    with interop.channel(port, identity=False) as channel, pytest.raises(grpc.RpcError) as caught:
        protos.test_grpc.TestServiceStub(channel).EmptyCall(protos.empty.Empty(), timeout=5)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    process, open_port = interop.start_server("--insecure-no-client-cert")
    try:
        with interop.channel(open_port, identity=False) as channel:
            protos.test_grpc.TestServiceStub(channel).EmptyCall(protos.empty.Empty(), timeout=5)
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_health(interop):
    """`Check` and `Watch`: serving, then told that the server goes down."""
    process, port = interop.start_server()
    try:
        with interop.channel(port) as channel:
            stub = protos.health_grpc.HealthStub(channel)
            ask = protos.health.HealthCheckRequest
            for name in ("", "grpc.testing.TestService"):
                assert stub.Check(ask(service=name)).status == protos.health.HealthCheckResponse.SERVING
            with pytest.raises(grpc.RpcError) as caught:
                stub.Check(ask(service="no.such.Service"))
            assert caught.value.code() == grpc.StatusCode.NOT_FOUND
            unknown = stub.Watch(ask(service="no.such.Service"))
            assert next(unknown).status == protos.health.HealthCheckResponse.SERVICE_UNKNOWN
            unknown.cancel()
            watch = stub.Watch(ask())
            assert next(watch).status == protos.health.HealthCheckResponse.SERVING
            process.terminate()
            assert next(watch).status == protos.health.HealthCheckResponse.NOT_SERVING
            assert list(watch) == []
        assert process.wait(20) == 0
    finally:
        process.kill()


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_reflection(interop, port, version):
    """A tool can find out what there is, in either version, and gets files that it can load."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    pb2, pb2_grpc = protos.reflection(version)
    ask = pb2.ServerReflectionRequest
    with interop.channel(port) as channel:
        stub = pb2_grpc.ServerReflectionStub(channel)
        questions = [
            ask(list_services=""),
            ask(file_containing_symbol="grpc.health.v1.Health.Watch"),
            ask(file_by_filename="no/such.proto"),
            ask(all_extension_numbers_of_type="grpc.health.v1.HealthCheckRequest"),
            ask(file_containing_extension={"containing_type": "a.B", "extension_number": 1}),
        ]
        listed, found, missing, numbers, extension = stub.ServerReflectionInfo(iter(questions))
    names = {service.name for service in listed.list_services_response.service}
    assert {"grpc.health.v1.Health", f"grpc.reflection.{version}.ServerReflection"} <= names
    pool = descriptor_pool.DescriptorPool()
    for file in reversed(found.file_descriptor_response.file_descriptor_proto):
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(file))
    assert pool.FindServiceByName("grpc.health.v1.Health").methods_by_name["Watch"]
    assert missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
    assert missing.original_request == questions[2]
    assert list(numbers.all_extension_numbers_response.extension_number) == []
    assert extension.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


@pytest.mark.parametrize("words", [["client", "--test-case", "no_such_case", "--use_tls=false"], ["server"], []])
def test_wrong_usage_says_so(interop, words):
    """What cannot be understood ends with status 2 and words."""
    result = subprocess.run([interop.program, *words], capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 2
    assert "newswire-interop" in result.stderr
