"""What every gRPC service offers beside its own calls: health and reflection, on every node."""

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool

from Harness.stubs import broker, coordinator, groups, metadata
from Interop import protos

SERVICES = {
    "coordinator": "newswire.v1.Coordinator",
    "broker": "newswire.v1.Broker",
    "group-coordinator": "newswire.v1.GroupCoordinator",
}
SERVING = protos.health.HealthCheckResponse.SERVING


def health(cluster, role):
    return protos.health_grpc.HealthStub(cluster.channel(role))


def ask(service=""):
    return protos.health.HealthCheckRequest(service=service)


@pytest.mark.parametrize("role", SERVICES)
def test_each_service_is_healthy_by_its_name(cluster, role):
    for service in ("", SERVICES[role], "newswire.v1.Metadata"):
        assert health(cluster, role).Check(ask(service), timeout=10).status == SERVING
        watch = health(cluster, role).Watch(ask(service), timeout=10)
        assert next(watch).status == SERVING
        watch.cancel()


@pytest.mark.parametrize("role", SERVICES)
def test_the_health_of_what_is_not_here_is_not_known(cluster, role):
    with pytest.raises(grpc.RpcError) as caught:
        health(cluster, role).Check(ask("no.such.Service"), timeout=10)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    watch = health(cluster, role).Watch(ask("no.such.Service"), timeout=10)
    assert next(watch).status == protos.health.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
@pytest.mark.parametrize("role", SERVICES)
def test_a_tool_learns_all_calls_from_reflection_alone(cluster, role, version):
    pb2, pb2_grpc = protos.reflection(version)
    question = pb2.ServerReflectionRequest
    stub = pb2_grpc.ServerReflectionStub(cluster.channel(role))
    asked = [question(list_services=""), question(file_containing_symbol=SERVICES[role])]
    listed, found = stub.ServerReflectionInfo(iter(asked), timeout=10)
    names = {service.name for service in listed.list_services_response.service}
    assert {SERVICES[role], "newswire.v1.Metadata", "grpc.health.v1.Health"} <= names

    files, missing = {}, [descriptor_pb2.FileDescriptorProto.FromString(f) for f in files_of(found)]
    while missing:
        file = missing.pop()
        files[file.name] = file
        wanted = [name for name in file.dependency if name not in files]
        for answer in stub.ServerReflectionInfo(iter([question(file_by_filename=n) for n in wanted]), timeout=10):
            missing += [descriptor_pb2.FileDescriptorProto.FromString(f) for f in files_of(answer)]
    pool = descriptor_pool.DescriptorPool()
    add(pool, files)
    told = pool.FindServiceByName(SERVICES[role])
    generated = {"coordinator": coordinator, "broker": broker, "group-coordinator": groups}[role]
    known = generated.DESCRIPTOR.services_by_name[SERVICES[role].rsplit(".", 1)[-1]]
    assert [m.name for m in told.methods] == [m.name for m in known.methods]
    for mine, theirs in zip(known.methods, told.methods, strict=True):
        assert [f.name for f in mine.input_type.fields] == [f.name for f in theirs.input_type.fields]


def files_of(answer):
    return answer.file_descriptor_response.file_descriptor_proto


def add(pool, files):
    """Adds the files to the pool, each after those that it needs."""
    done = set()

    def visit(name):
        if name in done:
            return
        done.add(name)
        for dependency in files[name].dependency:
            visit(dependency)
        pool.Add(files[name])

    for name in sorted(files):
        visit(name)


@pytest.mark.parametrize("role", SERVICES)
def test_every_call_that_the_protos_promise_is_answered(cluster, role):
    """An empty request gets an answer or a refusal of its own, never UNIMPLEMENTED for want of a handler."""
    generated = {"coordinator": coordinator, "broker": broker, "group-coordinator": groups}[role]
    services = [*generated.DESCRIPTOR.services_by_name.values(), *metadata.DESCRIPTOR.services_by_name.values()]
    for service in services:
        for method in service.methods:
            try:
                call(cluster.channel(role), service.full_name, method)
            except grpc.RpcError as error:
                assert "there is no method" not in error.details(), method.full_name
                assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), method.full_name


def call(channel, service, method):
    path = f"/{service}/{method.name}"
    if method.client_streaming:
        return list(channel.stream_stream(path)(iter([b""]), timeout=2))
    if method.server_streaming:
        stream = channel.unary_stream(path)(b"", timeout=2)
        first = next(stream)
        stream.cancel()
        return first
    return channel.unary_unary(path)(b"", timeout=2)


@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("coordinator", "newswire.v1.Broker"),
        ("broker", "newswire.v1.GroupCoordinator"),
        ("broker", "newswire.v1.Coordinator"),
    ],
)
def test_a_call_at_the_wrong_service_is_unimplemented(cluster, role, service):
    with pytest.raises(grpc.RpcError) as caught:
        cluster.channel(role).unary_unary(f"/{service}/Anything")(b"", timeout=5)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
