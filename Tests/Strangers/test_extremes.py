"""Every number of every request at its very ends: each call is answered or refused, and no process dies of it."""

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor

from Harness.stubs import broker, coordinator, groups, metadata

ROLES = {"coordinator": coordinator, "broker": broker, "group-coordinator": groups}
ENDS = {
    FieldDescriptor.CPPTYPE_INT32: [-(2**31), -1, 2**31 - 1],
    FieldDescriptor.CPPTYPE_INT64: [-(2**63), -1, 2**63 - 1],
    FieldDescriptor.CPPTYPE_ENUM: [-(2**31), 2**31 - 1],
    FieldDescriptor.CPPTYPE_BOOL: [False, True],
    FieldDescriptor.CPPTYPE_STRING: ["", "x" * 300, "\u202e\U0001f4f0", "../..", "%n%s"],
}

SPANS = [(2**63 - 1, 0), (-(2**63), 0), (2**53, 999_999_999), (0, -(2**31)), (-1, 2**31 - 1)]


def is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == FieldDescriptor.LABEL_REPEATED


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def values(field):
    """What is worth trying in a field that is no message."""
    if field.type == FieldDescriptor.TYPE_BYTES:
        return [b"", b"\0" * 16, b"\xff" * 16, b"x" * 17]
    return ENDS[field.cpp_type]


def filled(kind, topic):
    """A request that makes sense as far as names go, so that its numbers are looked at."""
    message = kind()
    for field in kind.DESCRIPTOR.fields:
        if is_map(field):
            continue
        if field.message_type is not None:
            if field.message_type.full_name.startswith("newswire."):
                inner = filled(field.message_type._concrete_class, topic)
                target = getattr(message, field.name)
                target.append(inner) if is_repeated(field) else target.CopyFrom(inner)
        elif field.name in ("topic", "name"):
            setattr(message, field.name, topic)
        elif field.name in ("group", "member_id"):
            setattr(message, field.name, "extreme")
        elif field.name in ("topics", "groups") and is_repeated(field):
            getattr(message, field.name).append(topic)
    return message


def variants(message):
    """The message with one value changed at a time, however deep it stands."""
    for field in message.DESCRIPTOR.fields:
        if is_map(field):
            continue
        if field.message_type is not None:
            target = getattr(message, field.name)
            if is_repeated(field):
                if len(target):
                    for inner in variants(target[0]):
                        yield changed(message, field, inner)
            elif field.message_type.full_name == "google.protobuf.Duration":
                for seconds, nanos in SPANS:
                    yield changed(message, field, type(target)(seconds=seconds, nanos=nanos))
            else:
                for inner in variants(target):
                    yield changed(message, field, inner)
        else:
            for value in values(field):
                yield changed(message, field, value)


def changed(message, field, value):
    copy = type(message)()
    copy.CopyFrom(message)
    if is_repeated(field):
        copy.ClearField(field.name)
        getattr(copy, field.name).append(value)
    elif field.message_type is not None:
        getattr(copy, field.name).CopyFrom(value)
    else:
        setattr(copy, field.name, value)
    return copy


METHODS = [
    pytest.param(role, service, method, id=method.full_name)
    for role, module in ROLES.items()
    for service in [*module.DESCRIPTOR.services_by_name.values(), *metadata.DESCRIPTOR.services_by_name.values()]
    for method in service.methods
]


@pytest.mark.parametrize(("role", "service", "method"), METHODS)
def test_numbers_at_their_ends_harm_nobody(cluster, topic, role, service, method):
    process = cluster.pid(f"{role}-1")
    path = f"/{service.full_name}/{method.name}"
    kind = method.input_type._concrete_class
    channel = cluster.channel(role)
    # Many at once: some are held for as long as they may be.
    calls = [begin(channel, path, method, request) for request in variants(filled(kind, topic))]
    for request, call in calls:
        try:
            list(call) if method.server_streaming else call.result()
        except grpc.RpcError as error:
            assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), (request, error)
    assert cluster.pid(f"{role}-1") == process, "the process lives on"


def begin(channel, path, method, request):
    body = request.SerializeToString()
    # A broker that is drained or topics that go would be in the way of the other tests.
    if "validate_only" in request.DESCRIPTOR.fields_by_name:
        request.validate_only = True
        body = request.SerializeToString()
    if method.client_streaming:
        return request, channel.stream_stream(path)(iter([body]), timeout=1)
    if method.server_streaming:
        return request, channel.unary_stream(path)(body, timeout=1)
    return request, channel.unary_unary(path).future(body, timeout=1)
