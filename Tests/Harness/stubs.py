"""Python's view of the protocol, generated from Protos/ as any stranger would."""

import importlib
import os
import sys
from pathlib import Path

import grpc_tools
from google.rpc import error_details_pb2, status_pb2
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".build" / "python-stubs"


def generate(protos, includes):
    """Generates modules for .proto files into OUT, if one of them is newer, and makes them importable."""
    mark = OUT / ("." + "-".join(p.stem for p in protos))
    if not mark.exists() or any(p.stat().st_mtime > mark.stat().st_mtime for p in protos):
        OUT.mkdir(parents=True, exist_ok=True)
        wellknown = Path(grpc_tools.__file__).parent / "_proto"
        paths = [f"-I{path}" for path in [*includes, wellknown]]
        if protoc.main(["", *paths, f"--python_out={OUT}", f"--grpc_python_out={OUT}", *map(str, protos)]) != 0:
            raise RuntimeError("protoc refused the protos")
        mark.touch()
    if str(OUT) not in sys.path:
        sys.path.insert(0, str(OUT))


def module(name):
    """One generated module of `newswire.v1`, such as "broker_pb2"."""
    return importlib.import_module(f"newswire.v1.{name}")


os.environ.setdefault("GRPC_VERBOSITY", "NONE")
generate(sorted((ROOT / "Protos/newswire/v1").glob("*.proto")), [ROOT / "Protos"])

types = module("types_pb2")
metadata = module("metadata_pb2")
coordinator = module("coordinator_pb2")
broker = module("broker_pb2")
groups = module("group_coordinator_pb2")
metadata_grpc = module("metadata_pb2_grpc")
coordinator_grpc = module("coordinator_pb2_grpc")
broker_grpc = module("broker_pb2_grpc")
groups_grpc = module("group_coordinator_pb2_grpc")


def error_info(error):
    """The `google.rpc.ErrorInfo` of a failed call, as the common model of gRPC has it; nothing if there is none."""
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                return info
    return None


def reason(error):
    """The reason of a failed call by the catalogue, or nothing."""
    info = error_info(error)
    return info.reason if info is not None and info.domain == "newswire" else None


def wrong_fields(error):
    """The fields that a failed call's `google.rpc.BadRequest` names."""
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    fields = []
    for detail in status_pb2.Status.FromString(packed).details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            fields += [violation.field for violation in bad.field_violations]
    return fields
