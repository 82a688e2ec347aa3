"""The descriptors as the generator and the lint look at them: files, messages, enums, services, with their comments."""

from google.protobuf import descriptor_pb2

import names

Field = descriptor_pb2.FieldDescriptorProto
PAYLOAD_FIELD = 1000


class Comments:
    """The comments of one file, by the path of what they stand at."""

    def __init__(self, file):
        self.by_path = {}
        for location in file.source_code_info.location:
            text = location.leading_comments or location.trailing_comments
            if text.strip():
                self.by_path[tuple(location.path)] = [line.strip() for line in text.strip("\n").split("\n")]

    def at(self, path):
        return self.by_path.get(tuple(path), [])


class Enum:
    def __init__(self, proto, full_name, swift_name, comments, path):
        self.proto, self.full_name, self.swift_name = proto, full_name, swift_name
        self.comment = comments.at(path)
        self.value_comments = [comments.at(path + [2, index]) for index in range(len(proto.value))]
        self.has_negative = any(value.number < 0 for value in proto.value)


class Message:
    def __init__(self, proto, full_name, swift_name, comments, path):
        self.proto, self.full_name, self.swift_name = proto, full_name, swift_name
        self.comment = comments.at(path)
        self.field_comments = [comments.at(path + [2, index]) for index in range(len(proto.field))]
        self.oneof_comments = [comments.at(path + [8, index]) for index in range(len(proto.oneof_decl))]
        self.messages, self.enums = [], []

    @property
    def is_map_entry(self):
        return self.proto.options.map_entry

    @property
    def payload_field(self):
        """The large bytes field that is never copied, if there is one."""
        for field in self.proto.field:
            if field.number == PAYLOAD_FIELD and field.type == Field.TYPE_BYTES:
                return field
        return None


class Service:
    def __init__(self, proto, full_name, comments, index):
        self.proto, self.full_name = proto, full_name
        self.comment = comments.at([6, index])
        self.method_comments = [comments.at([6, index, 2, i]) for i in range(len(proto.method))]


class File:
    """One .proto file; `own` if it was written for this project, so that its comments are carried over."""

    def __init__(self, proto, own):
        self.proto, self.own = proto, own
        self.namespace = names.namespace(proto.package)
        comments = Comments(proto if own else descriptor_pb2.FileDescriptorProto())
        self.enums = [
            Enum(e, f"{proto.package}.{e.name}", f"{self.namespace}.{e.name}", comments, [5, i])
            for i, e in enumerate(proto.enum_type)
        ]
        self.messages = [
            self._message(m, proto.package, self.namespace, comments, [4, i]) for i, m in enumerate(proto.message_type)
        ]
        self.services = [
            Service(s, f"{proto.package}.{s.name}", comments, i) for i, s in enumerate(proto.service)
        ]

    def _message(self, proto, outer, swift_outer, comments, path):
        full_name = f"{outer}.{proto.name}"
        swift_name = f"{swift_outer}.{names.RENAMED.get(full_name, proto.name)}"
        message = Message(proto, full_name, swift_name, comments, path)
        message.messages = [
            self._message(m, full_name, swift_name, comments, path + [3, i]) for i, m in enumerate(proto.nested_type)
        ]
        message.enums = [
            Enum(e, f"{full_name}.{e.name}", f"{swift_name}.{e.name}", comments, path + [4, i])
            for i, e in enumerate(proto.enum_type)
        ]
        return message

    def all_messages(self):
        """Every message of the file, nested ones behind the one that they stand in."""
        def walk(messages):
            for message in messages:
                yield message
                yield from walk(message.messages)
        return list(walk(self.messages))

    def all_enums(self):
        return self.enums + [enum for message in self.all_messages() for enum in message.enums]


class Model:
    """All files of a descriptor set, in the order of their dependencies."""

    def __init__(self, descriptor_set, is_own):
        self.files = [File(proto, is_own(proto.name)) for proto in descriptor_set.file]
        self.messages = {"." + m.full_name: m for file in self.files for m in file.all_messages()}
        self.enums = {"." + e.full_name: e for file in self.files for e in file.all_enums()}

    def file(self, name):
        return next(file for file in self.files if file.proto.name == name)
