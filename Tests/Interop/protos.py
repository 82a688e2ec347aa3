"""Python's view of gRPC's own protos, generated from Debian's grpc-proto."""

import importlib
from pathlib import Path

import grpc

from Harness import stubs

INCLUDE = Path("/usr/share/grpc-proto")
FILES = [
    "grpc/testing/empty.proto",
    "grpc/testing/messages.proto",
    "grpc/testing/test.proto",
    "grpc/health/v1/health.proto",
    "grpc/reflection/v1/reflection.proto",
    "grpc/reflection/v1alpha/reflection.proto",
]

stubs.generate([INCLUDE / file for file in FILES if (INCLUDE / file).exists()], [INCLUDE])
# The generated modules are part of a package that is installed already.
grpc.__path__.append(str(stubs.OUT / "grpc"))

empty = importlib.import_module("grpc.testing.empty_pb2")
messages = importlib.import_module("grpc.testing.messages_pb2")
test_grpc = importlib.import_module("grpc.testing.test_pb2_grpc")
health = importlib.import_module("grpc.health.v1.health_pb2")
health_grpc = importlib.import_module("grpc.health.v1.health_pb2_grpc")


def reflection(version):
    """The modules of one version of reflection."""
    name = f"grpc.reflection.{version}.reflection_pb2"
    return importlib.import_module(name), importlib.import_module(name + "_grpc")
