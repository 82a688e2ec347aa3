"""grpc.testing.TestService on Python's grpcio."""

import threading
import time
from concurrent import futures

import grpc

from Interop import protos
from Interop.protos import messages

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"


class TestService(protos.test_grpc.TestServiceServicer):
    """The service, but for `UnimplementedCall`.

    grpcio does not tell whether a request came compressed. The cases that ask begin with a request that lies about
    it, so the first such request of each connection is refused.
    """

    __test__ = False

    def __init__(self):
        self.refused = set()
        self.lock = threading.Lock()

    def EmptyCall(self, request, context):
        return protos.empty.Empty()

    def UnaryCall(self, request, context):
        self.echo_metadata(context)
        self.check_compression(request, context)
        self.echo_status(request, context)
        if request.HasField("response_compressed") and request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        return messages.SimpleResponse(payload=messages.Payload(body=bytes(request.response_size)))

    def StreamingOutputCall(self, request, context):
        self.echo_metadata(context)
        yield from self.answers(request, context)

    def StreamingInputCall(self, requests, context):
        total = 0
        for request in requests:
            self.check_compression(request, context)
            total += len(request.payload.body)
        return messages.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        self.echo_metadata(context)
        for request in requests:
            self.echo_status(request, context)
            yield from self.answers(request, context)

    def HalfDuplexCall(self, requests, context):
        for request in list(requests):
            yield from self.answers(request, context)

    def answers(self, request, context):
        if any(wanted.compressed.value for wanted in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        for wanted in request.response_parameters:
            time.sleep(wanted.interval_us / 1e6)
            if not wanted.compressed.value:
                context.disable_next_message_compression()
            yield messages.StreamingOutputCallResponse(payload=messages.Payload(body=bytes(wanted.size)))

    @staticmethod
    def echo_metadata(context):
        for key, value in context.invocation_metadata():
            if key == INITIAL:
                context.send_initial_metadata(((key, value),))
            elif key == TRAILING:
                context.set_trailing_metadata(((key, value),))

    @staticmethod
    def echo_status(request, context):
        if request.HasField("response_status") and request.response_status.code:
            code = next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code)
            context.abort(code, request.response_status.message)

    def check_compression(self, request, context):
        if not (request.HasField("expect_compressed") and request.expect_compressed.value):
            return
        with self.lock:
            is_first = context.peer() not in self.refused
            self.refused.add(context.peer())
        if is_first:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the request did not come compressed")


def serve(credentials):
    """Starts a server; returns it and its port."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    protos.test_grpc.add_TestServiceServicer_to_server(TestService(), server)
    port = server.add_secure_port("localhost:0", credentials)
    server.start()
    return server, port
