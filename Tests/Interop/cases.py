"""The client's side of gRPC's interoperability tests on Python's grpcio."""

import threading
import time

import grpc

from Interop import protos
from Interop.protos import messages
from Interop.service import INITIAL, TRAILING

SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


def zeros(count):
    return messages.Payload(body=bytes(count))


def flag(value):
    return messages.BoolValue(value=value)


def expect_zeros(payload, count):
    assert payload.body == bytes(count), f"{len(payload.body)} bytes instead of {count} zeros"


def expect_status(code, call, message=None):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()}: {error.details()}"
        assert message is None or error.details() == message, error.details()
    else:
        raise AssertionError(f"the call ended well instead of with {code}")


def output(*sizes, **fields):
    """A request for answers of these sizes."""
    parameters = [messages.ResponseParameters(size=size) for size in sizes]
    return messages.StreamingOutputCallRequest(response_parameters=parameters, **fields)


def large(**fields):
    return messages.SimpleRequest(response_size=314159, payload=zeros(271828), **fields)


class Answers:
    """A bidirectional call whose requests are sent one by one."""

    def __init__(self, stub, **options):
        self.queue = []
        self.is_finished = False
        self.call = stub.FullDuplexCall(self, **options)

    def __iter__(self):
        return self

    def __next__(self):
        while not self.queue:
            if self.is_finished:
                raise StopIteration
            time.sleep(0.001)
        return self.queue.pop(0)


def empty_unary(stub):
    assert stub.EmptyCall(protos.empty.Empty()) == protos.empty.Empty()


def large_unary(stub):
    expect_zeros(stub.UnaryCall(large()).payload, 314159)


def client_compressed_unary(stub):
    lying = large(expect_compressed=flag(True))
    expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: stub.UnaryCall(lying))
    answer = stub.UnaryCall(lying, compression=grpc.Compression.Gzip)
    expect_zeros(answer.payload, 314159)
    expect_zeros(stub.UnaryCall(large(expect_compressed=flag(False))).payload, 314159)


def server_compressed_unary(stub):
    for compress in (True, False):
        expect_zeros(stub.UnaryCall(large(response_compressed=flag(compress))).payload, 314159)


def client_streaming(stub):
    requests = [messages.StreamingInputCallRequest(payload=zeros(n)) for n in (27182, 8, 1828, 45904)]
    assert stub.StreamingInputCall(iter(requests)).aggregated_payload_size == 74922


def client_compressed_streaming(stub):
    """grpcio cannot leave one message of a stream uncompressed: both come compressed here."""
    requests = [
        messages.StreamingInputCallRequest(payload=zeros(n), expect_compressed=flag(True)) for n in (27182, 45904)
    ]
    expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: stub.StreamingInputCall(iter(requests)))
    answer = stub.StreamingInputCall(iter(requests), compression=grpc.Compression.Gzip)
    assert answer.aggregated_payload_size == 73086


def server_streaming(stub):
    sizes = (31415, 9, 2653, 58979)
    answers = list(stub.StreamingOutputCall(output(*sizes)))
    assert [len(answer.payload.body) for answer in answers] == list(sizes)


def server_compressed_streaming(stub):
    parameters = [
        messages.ResponseParameters(size=31415, compressed=flag(True)),
        messages.ResponseParameters(size=92653, compressed=flag(False)),
    ]
    request = messages.StreamingOutputCallRequest(response_parameters=parameters)
    answers = list(stub.StreamingOutputCall(request))
    assert [len(answer.payload.body) for answer in answers] == [31415, 92653]


def ping_pong(stub):
    answers = Answers(stub)
    for request, answer in ((27182, 31415), (8, 9), (1828, 2653), (45904, 58979)):
        answers.queue.append(output(answer, payload=zeros(request)))
        expect_zeros(next(answers.call).payload, answer)
    answers.is_finished = True
    assert list(answers.call) == []
    assert answers.call.code() == grpc.StatusCode.OK


def empty_stream(stub):
    call = stub.FullDuplexCall(iter(()))
    assert list(call) == []
    assert call.code() == grpc.StatusCode.OK


def custom_metadata(stub):
    metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))
    answer, unary = stub.UnaryCall.with_call(large(), metadata=metadata)
    expect_zeros(answer.payload, 314159)
    stream = stub.FullDuplexCall(iter([output(314159, payload=zeros(271828))]), metadata=metadata)
    expect_zeros(next(stream).payload, 314159)
    assert list(stream) == []
    for call in (unary, stream):
        assert dict(call.initial_metadata())[INITIAL] == "test_initial_metadata_value"
        assert dict(call.trailing_metadata())[TRAILING] == b"\xab\xab\xab"


def status_code_and_message(stub):
    status = messages.EchoStatus(code=2, message="test status message")
    unary = messages.SimpleRequest(response_status=status)
    stream = messages.StreamingOutputCallRequest(response_status=status)
    for call in (lambda: stub.UnaryCall(unary), lambda: list(stub.FullDuplexCall(iter([stream])))):
        expect_status(grpc.StatusCode.UNKNOWN, call, "test status message")


def special_status_message(stub):
    request = messages.SimpleRequest(response_status=messages.EchoStatus(code=2, message=SPECIAL))
    expect_status(grpc.StatusCode.UNKNOWN, lambda: stub.UnaryCall(request), SPECIAL)


def unimplemented_method(stub):
    expect_status(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(protos.empty.Empty()))


def unimplemented_service(stub):
    other = protos.test_grpc.UnimplementedServiceStub(stub.channel)
    expect_status(grpc.StatusCode.UNIMPLEMENTED, lambda: other.UnimplementedCall(protos.empty.Empty()))


def cancel_after_begin(stub):
    is_over = threading.Event()

    def never():
        is_over.wait()
        yield from ()

    call = stub.StreamingInputCall.future(never())
    call.cancel()
    is_over.set()
    assert call.code() == grpc.StatusCode.CANCELLED


def cancel_after_first_response(stub):
    answers = Answers(stub)
    answers.queue.append(output(31415, payload=zeros(27182)))
    expect_zeros(next(answers.call).payload, 31415)
    answers.call.cancel()
    answers.is_finished = True
    assert answers.call.code() == grpc.StatusCode.CANCELLED


def timeout_on_sleeping_server(stub):
    answers = Answers(stub, timeout=0.001)
    answers.queue.append(output(payload=zeros(27182)))
    expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(answers.call))
    answers.is_finished = True


def rpc_soak(stub):
    for _ in range(20):
        large_unary(stub)


def channel_soak(stub):
    for _ in range(10):
        with stub.connect() as channel:
            large_unary(protos.test_grpc.TestServiceStub(channel))


ALL = {
    function.__name__: function
    for function in (
        empty_unary,
        large_unary,
        client_compressed_unary,
        server_compressed_unary,
        client_streaming,
        client_compressed_streaming,
        server_streaming,
        server_compressed_streaming,
        ping_pong,
        empty_stream,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        unimplemented_method,
        unimplemented_service,
        cancel_after_begin,
        cancel_after_first_response,
        timeout_on_sleeping_server,
        rpc_soak,
        channel_soak,
    )
}
