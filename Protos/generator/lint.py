"""Checks the project's .proto files beyond what protoc does: lint.py DESCRIPTOR_SET. Called by Protos/check.sh."""

import pathlib
import re
import sys

from google.protobuf import descriptor_pb2

import names
from generate import is_own
from model import Field, Model, PAYLOAD_FIELD


class Lint:
    def __init__(self, model):
        self.model, self.findings = model, []

    def find(self, where, what):
        self.findings.append(f"{where}: {what}")

    def name(self, where, name, pattern):
        if not re.fullmatch(pattern, name):
            self.find(where, f"the name {name} is not of the usual form ({pattern})")

    def file(self, file):
        path = pathlib.PurePosixPath(file.proto.name)
        if file.proto.syntax != "proto3":
            self.find(path, "is not proto3")
        if file.proto.package.replace(".", "/") != str(path.parent):
            self.find(path, f"the package {file.proto.package} does not fit the folder")
        self.name(path, path.stem, r"[a-z][a-z0-9_]*")
        for enum in file.all_enums():
            self.enum(enum)
        for message in file.all_messages():
            if not message.is_map_entry:
                self.message(message)
        for service in file.services:
            self.service(service)

    def enum(self, enum):
        self.name(enum.full_name, enum.proto.name, r"[A-Z][A-Za-z0-9]*")
        self.comment(enum.full_name, enum.comment)
        prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.proto.name).upper()
        first = enum.proto.value[0]
        if first.number != 0 or first.name != f"{prefix}_UNSPECIFIED":
            self.find(enum.full_name, f"does not begin with {prefix}_UNSPECIFIED = 0")
        for value, comment in zip(enum.proto.value, enum.value_comments):
            where = f"{enum.full_name}.{value.name}"
            self.comment(where, comment)
            self.name(where, value.name, prefix + r"(_[A-Z0-9]+)+")

    def message(self, message):
        self.name(message.full_name, message.proto.name, r"[A-Z][A-Za-z0-9]*")
        self.comment(message.full_name, message.comment)
        if len(message.proto.field) > 64:
            self.find(message.full_name, "has more than 64 fields: WireCheck counts no further")
        for oneof, comment in zip(message.proto.oneof_decl, message.oneof_comments):
            self.comment(f"{message.full_name}.{oneof.name}", comment)
        swift_names = [names.lower_camel(field.name) for field in message.proto.field]
        if len(set(swift_names)) != len(swift_names):
            self.find(message.full_name, "has two fields of one name in Swift")
        for field, comment in zip(message.proto.field, message.field_comments):
            self.field(message, field, comment)

    def field(self, message, field, comment):
        where = f"{message.full_name}.{field.name}"
        self.comment(where, comment)
        self.name(where, field.name, r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
        if field.proto3_optional:
            self.find(where, "is `optional`, which protoc-c refuses: use a oneof of one member")
        if field.number > PAYLOAD_FIELD - 1:
            single_bytes = field.type == Field.TYPE_BYTES and field.label != Field.LABEL_REPEATED
            if field.number != PAYLOAD_FIELD or not single_bytes or field.HasField("oneof_index"):
                self.find(where, "only a single bytes field may have a number above 999, and it is 1000")
            if field is not message.proto.field[-1]:
                self.find(where, "the payload is not the last field")
        if field.type == Field.TYPE_MESSAGE and self.model.messages[field.type_name].payload_field:
            self.find(where, "holds a message with a payload: only whole messages may have one")
        if field.name.endswith("_ms") and field.type not in (Field.TYPE_INT64, Field.TYPE_INT32):
            self.find(where, "ends in _ms but is no int64")

    def service(self, service):
        self.name(service.full_name, service.proto.name, r"[A-Z][A-Za-z0-9]*")
        self.comment(service.full_name, service.comment)
        for method, comment in zip(service.proto.method, service.method_comments):
            where = f"{service.full_name}.{method.name}"
            self.comment(where, comment)
            if method.input_type.split(".")[-1] not in (f"{method.name}Request", "ProduceRequest"):
                self.find(where, "its request is not named after it")
            if method.output_type.split(".")[-1] not in (f"{method.name}Response", "ProduceResponse"):
                self.find(where, "its response is not named after it")

    def comment(self, where, comment):
        if not comment:
            self.find(where, "has no comment")
        elif comment[-1][-1] not in ".:)":
            self.find(where, "its comment does not end with a full stop")

    def recursion(self):
        """Reports every message that can hold itself."""
        finished, path = set(), []

        def visit(name):
            if name in path:
                self.find(name, "can hold itself: " + " > ".join(path[path.index(name):] + [name]))
                return
            if name in finished:
                return
            path.append(name)
            for field in self.model.messages[name].proto.field:
                if field.type in (Field.TYPE_MESSAGE, Field.TYPE_GROUP):
                    visit(field.type_name)
            path.pop()
            finished.add(name)

        for name in self.model.messages:
            visit(name)


def main(descriptor_set):
    descriptors = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptor_set).read_bytes())
    lint = Lint(Model(descriptors, is_own))
    for file in lint.model.files:
        if file.own:
            lint.file(file)
    lint.recursion()
    for finding in lint.findings:
        print(finding, file=sys.stderr)
    raise SystemExit(1 if lint.findings else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
