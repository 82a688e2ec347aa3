"""Swift source for one .proto file: value types, their conversion to and from the C structs, services."""

import names
from swift_fields import FieldCode, OneofCode

HEADER = ["// swift-format-ignore-file", "// Generated from {source} by Protos/generate.sh. Change that, not this.", ""]
KINDS = {
    (False, False): ".unary", (True, False): ".clientStreaming", (False, True): ".serverStreaming",
    (True, True): ".bidirectional",
}


def doc(lines, indent):
    return [f"{indent}/// {line}".rstrip() for line in lines]


def closed(out, indent):
    """The lines with a brace behind the last that is not empty."""
    while out[-1] == "":
        out.pop()
    return out + [f"{indent}}}", ""]


def members(model, message):
    """The message's properties: fields and oneofs in the order of the .proto file."""
    result, oneofs = [], {}
    for field, comment in zip(message.proto.field, message.field_comments):
        code = FieldCode(model, message, field, comment)
        if not field.HasField("oneof_index"):
            result.append(code)
        elif field.oneof_index in oneofs:
            oneofs[field.oneof_index].append(code)
        else:
            oneofs[field.oneof_index] = [code]
            result.append((field.oneof_index, oneofs[field.oneof_index]))
    return [OneofCode(message, *m) if isinstance(m, tuple) else m for m in result]


def enum_lines(enum, indent):
    out = doc(enum.comment or [f"The enum `{enum.full_name}`."], indent)
    out.append(f"{indent}public struct {enum.proto.name}: RawRepresentable, Hashable, Sendable {{")
    inner = indent + "  "
    out += doc(["The number on the wire; one that is not listed here comes from a newer program."], inner)
    out.append(f"{inner}public var rawValue: Int32")
    out += doc(["The value with this number."], inner)
    out.append(f"{inner}public init(rawValue: Int32) {{ self.rawValue = rawValue }}")
    for value, comment in zip(enum.proto.value, enum.value_comments):
        case = names.quoted(names.enum_case(enum.proto.name, value.name))
        out += doc(comment or [f"`{value.name}`."], inner)
        out.append(f"{inner}public static let {case} = Self(rawValue: {value.number})")
    return out + [f"{indent}}}", ""]


def oneof_lines(member, indent):
    out = doc(member.comment, indent)
    out.append(f"{indent}public enum {member.enum}: Hashable, Sendable {{")
    for field in member.fields:
        out += doc(field.comment, indent + "  ")
        out.append(f"{indent}  case {names.quoted(field.name)}({field.element_type()})")
    return out + [f"{indent}}}", ""]


def message_lines(model, message, indent):
    """The value type."""
    name = message.swift_name.split(".")[-1]
    fields = members(model, message)
    inner = indent + "  "
    out = doc(message.comment or [f"The message `{message.full_name}`."], indent)
    out.append(f"{indent}public struct {name}: Message {{")
    for member in fields:
        out += doc(member.comment, inner)
        out.append(f"{inner}public var {names.quoted(member.name)}: {member.property_type()} = {member.default()}")
    if fields:
        out.append("")
    out += doc(["The message with every field at its default."], inner) + [f"{inner}public init() {{}}", ""]
    if fields:
        out += doc(["The message with these fields; what is left out has its default."], inner)
        out.append(f"{inner}public init(")
        parameters = [f"{inner}  {m.name}: {m.property_type()} = {m.default()}" for m in fields]
        out.append(",\n".join(parameters))
        out.append(f"{inner}) {{")
        out += [f"{inner}  self.{m.name} = {names.quoted(m.name)}" for m in fields]
        out += [f"{inner}}}", ""]
    for member in fields:
        if isinstance(member, OneofCode) and not member.single:
            out += oneof_lines(member, inner)
    for enum in message.enums:
        out += enum_lines(enum, inner)
    for nested in message.messages:
        if not nested.is_map_entry:
            out += message_lines(model, nested, inner)
    return closed(out, indent)


def wire_lines(model, message):
    """The conversion to and from the C struct."""
    prefix, ctype = names.c_prefix(message.full_name), names.c_type(message.full_name)
    fields = members(model, message)
    out = [
        f"extension {message.swift_name}: WireMessage {{",
        "  /// The message's full name.",
        f'  public static let messageName = "{message.full_name}"',
        f"  package typealias Wire = {ctype}",
        f"  package static let schema = MessageSchema(of: {ctype}.self, {prefix}__init)",
        "",
        "  /// Reads the message from its bytes; throws if they are not exactly one.",
        "  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }",
        "  /// The message as bytes.",
        "  public func encoded() -> EncodedMessage { WireCodec.encode(self) }",
        "",
        f"  package init(wire: UnsafePointer<{ctype}>) {{",
    ]
    out += ["    " + line for member in fields for line in member.decode_lines()]
    out += ["  }", "", f"  package func fill(_ wire: UnsafeMutablePointer<{ctype}>, in arena: Arena) {{"]
    out.append(f"    {prefix}__init(wire)")
    out += ["    " + line for member in fields for line in member.encode_lines()]
    out.append("  }")
    if message.payload_field:
        name = names.lower_camel(message.payload_field.name)
        out += [
            "",
            "  package var wirePayload: Bytes.Payload {",
            f"    get {{ {name} }}",
            f"    set {{ {name} = newValue }}",
            "  }",
        ]
    out += ["}", ""]
    for nested in message.messages:
        if not nested.is_map_entry:
            out += wire_lines(model, nested)
    return out


def service_lines(model, service, indent):
    out = doc(service.comment or [f"The service `{service.full_name}`."], indent)
    out.append(f"{indent}public enum {service.proto.name} {{")
    inner = indent + "  "
    listed = []
    out += doc(["The service's full name."], inner)
    out.append(f'{inner}public static let serviceName = "{service.full_name}"')
    for method, comment in zip(service.proto.method, service.method_comments):
        request = model.messages[method.input_type].swift_name
        response = model.messages[method.output_type].swift_name
        kind = KINDS[(method.client_streaming, method.server_streaming)]
        path = f"/{service.full_name}/{method.name}"
        name = names.quoted(names.lower_camel(method.name))
        out += doc(comment or [f"The method `{path}`."], inner)
        out.append(f"{inner}public static let {name} = Method<{request}, {response}>(")
        out.append(f'{inner}  path: "{path}", kind: {kind})')
        listed.append(f'{inner}  ("{path}", {kind}),')
    out += doc(["All of its methods."], inner)
    out.append(f"{inner}public static let methods: [(path: String, kind: CallKind)] = [")
    return out + listed + [f"{inner}]", f"{indent}}}", ""]


def swift_file(model, file, c_module, is_messages_module):
    """The whole file."""
    out = [line.format(source=file.proto.name) for line in HEADER]
    if file.messages:
        out += ["public import Bytes", f"package import {c_module}"]
    if not is_messages_module:
        out.append("public import Messages")
    out += ["", f"extension {file.namespace} {{"]
    for enum in file.enums:
        out += enum_lines(enum, "  ")
    for message in file.messages:
        out += message_lines(model, message, "  ")
    for service in file.services:
        out += service_lines(model, service, "  ")
    out = closed(out, "")
    for message in file.messages:
        out += wire_lines(model, message)
    return "\n".join(out).rstrip("\n") + "\n"


def namespaces_file(files, is_messages_module):
    """One caseless enum for each package, with a list of the package's messages."""
    out = [line.format(source="the packages of all .proto files") for line in HEADER]
    if not is_messages_module:
        out += ["package import Messages", ""]
    for namespace, package in sorted({(file.namespace, file.proto.package) for file in files}):
        messages = [m for f in files if f.namespace == namespace for m in f.all_messages() if not m.is_map_entry]
        out += [f"/// The messages and services of the package `{package}`.", f"public enum {namespace} {{"]
        out += ["  /// Every message, for tests and fuzzing."]
        out += ["  package static let everyMessage: [any WireMessage.Type] = ["]
        out += [f"    {message.swift_name}.self," for message in messages] + ["  ]", "}", ""]
    return "\n".join(out).rstrip("\n") + "\n"
