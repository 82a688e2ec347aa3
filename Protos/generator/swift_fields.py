"""What one field is in Swift, and how it comes out of the C struct and gets into it."""

import names
from model import Field

NUMBERS = {
    Field.TYPE_INT32: "Int32", Field.TYPE_SINT32: "Int32", Field.TYPE_SFIXED32: "Int32",
    Field.TYPE_UINT32: "UInt32", Field.TYPE_FIXED32: "UInt32",
    Field.TYPE_INT64: "Int64", Field.TYPE_SINT64: "Int64", Field.TYPE_SFIXED64: "Int64",
    Field.TYPE_UINT64: "UInt64", Field.TYPE_FIXED64: "UInt64",
    Field.TYPE_DOUBLE: "Double", Field.TYPE_FLOAT: "Float",
}


class FieldCode:
    """One field of a message: its Swift name, type and default, and the lines that convert it."""

    def __init__(self, model, message, field, comment):
        self.model, self.field = model, field
        self.comment = comment or [f"The field `{field.name}` of `{message.full_name}`."]
        self.name = names.lower_camel(field.name)
        self.c = names.c_field(field.name)
        self.is_payload = message.payload_field is not None and field.number == message.payload_field.number
        self.map_entry = None
        if field.type == Field.TYPE_MESSAGE and model.messages[field.type_name].is_map_entry:
            self.map_entry = model.messages[field.type_name]
        self.is_repeated = field.label == Field.LABEL_REPEATED

    # One value of the field's type.

    def element_type(self, field=None):
        field = field or self.field
        if field.type in NUMBERS:
            return NUMBERS[field.type]
        if field.type == Field.TYPE_MESSAGE:
            return self.model.messages[field.type_name].swift_name
        if field.type == Field.TYPE_ENUM:
            return self.model.enums[field.type_name].swift_name
        return {Field.TYPE_BOOL: "Bool", Field.TYPE_STRING: "String", Field.TYPE_BYTES: "[UInt8]"}[field.type]

    def from_c(self, expression, field=None):
        field = field or self.field
        if field.type in NUMBERS:
            return expression
        if field.type == Field.TYPE_ENUM:
            raw = f"{expression}.rawValue"
            signed = self.model.enums[field.type_name].has_negative
            return f".init(rawValue: {raw})" if signed else f".init(rawValue: Int32(bitPattern: {raw}))"
        if field.type == Field.TYPE_MESSAGE:
            return f"CValue.message({expression})"
        return {
            Field.TYPE_BOOL: f"{expression} != 0",
            Field.TYPE_STRING: f"CValue.string({expression})",
            Field.TYPE_BYTES: f"CValue.bytes({expression})",
        }[field.type]

    def to_c(self, expression, field=None):
        field = field or self.field
        if field.type in NUMBERS:
            return expression
        if field.type == Field.TYPE_ENUM:
            signed = self.model.enums[field.type_name].has_negative
            return f".init({expression}.rawValue)" if signed else f".init(UInt32(bitPattern: {expression}.rawValue))"
        return {
            Field.TYPE_BOOL: f"{expression} ? 1 : 0",
            Field.TYPE_STRING: f"arena.string({expression})",
            Field.TYPE_BYTES: f"arena.bytes({expression})",
            Field.TYPE_MESSAGE: f"arena.message({expression})",
        }[field.type]

    # The field as a property.

    def property_type(self):
        if self.map_entry:
            key, value = self.map_entry.proto.field
            return f"[{self.element_type(key)}: {self.element_type(value)}]"
        if self.is_repeated:
            return f"[{self.element_type()}]"
        if self.is_payload:
            return "Bytes.Payload"
        return self.element_type() + ("?" if self.field.type == Field.TYPE_MESSAGE else "")

    def default(self):
        if self.map_entry:
            return "[:]"
        if self.is_repeated:
            return "[]"
        if self.is_payload:
            return ".none"
        if self.field.type == Field.TYPE_MESSAGE:
            return "nil"
        if self.field.type == Field.TYPE_ENUM:
            return ".init(rawValue: 0)"
        return {Field.TYPE_BOOL: "false", Field.TYPE_STRING: '""', Field.TYPE_BYTES: "[]"}.get(self.field.type, "0")

    def decode_lines(self):
        name, source = f"self.{self.name}", f"wire.pointee.{self.c}"
        if self.is_payload:
            return []
        if self.map_entry:
            key, value = self.map_entry.proto.field
            return [
                f"{name} = CValue.dictionary({source}, wire.pointee.n_{self.c}) {{",
                f"  ({self.from_c('$0.pointee.key', key)}, {self.from_c('$0.pointee.value', value)})",
                "}",
            ]
        if self.is_repeated:
            count = f"wire.pointee.n_{self.c}"
            if self.field.type in NUMBERS:
                return [f"{name} = CValue.numbers({source}, {count})"]
            if self.field.type == Field.TYPE_MESSAGE:
                return [f"{name} = CValue.messages({source}, {count})"]
            return [f"{name} = CValue.array({source}, {count}) {{ {self.from_c('$0')} }}"]
        if self.field.type == Field.TYPE_MESSAGE:
            return [f"if let message = {source} {{ {name} = .init(wire: message) }}"]
        return [f"{name} = {self.from_c(source)}"]

    def encode_lines(self):
        name, target = f"self.{self.name}", f"wire.pointee.{self.c}"
        if self.is_payload:
            return []
        count = f"wire.pointee.n_{self.c}"
        if self.map_entry:
            key, value = self.map_entry.proto.field
            entry = self.map_entry.full_name
            return [
                f"({count}, {target}) = arena.dictionary({name}, {names.c_prefix(entry)}__init) {{",
                "  entry, key, value in",
                f"  entry.pointee.key = {self.to_c('key', key)}",
                f"  entry.pointee.value = {self.to_c('value', value)}",
                "}",
            ]
        if self.is_repeated:
            if self.field.type in NUMBERS:
                return [f"({count}, {target}) = arena.numbers({name})"]
            if self.field.type == Field.TYPE_MESSAGE:
                return [f"({count}, {target}) = arena.messages({name})"]
            return [f"({count}, {target}) = arena.array({name}) {{ {self.to_c('$0')} }}"]
        if self.field.type == Field.TYPE_MESSAGE:
            return [f"if let message = {name} {{ {target} = arena.message(message) }}"]
        return [f"{target} = {self.to_c(name)}"]


class OneofCode:
    """Several fields of which at most one is there; a single field is simply optional."""

    def __init__(self, message, index, fields):
        self.fields = fields
        proto_name = message.proto.oneof_decl[index].name
        self.comment = message.oneof_comments[index] or [f"The oneof `{proto_name}` of `{message.full_name}`."]
        self.case = f"wire.pointee.{names.c_prefix(proto_name)}_case"
        self.single = fields[0] if len(fields) == 1 else None
        if self.single:
            self.name = self.single.name
            self.comment = self.single.comment + ["", "Nil if it is not there."]
        else:
            self.name = names.lower_camel(proto_name)
            self.enum = "OneOf" + names.upper_camel(proto_name)

    def property_type(self):
        return f"{self.single.element_type() if self.single else self.enum}?"

    def default(self):
        return "nil"

    def decode_lines(self):
        if self.single:
            value = self.single.from_c(f"wire.pointee.{self.single.c}")
            return [f"if {self.case}.rawValue == {self.single.field.number} {{ self.{self.name} = {value} }}"]
        lines = [f"switch {self.case}.rawValue {{"]
        for field in self.fields:
            value = field.from_c(f"wire.pointee.{field.c}")
            lines.append(f"case {field.field.number}: self.{self.name} = .{field.name}({value})")
        return lines + ["default: break", "}"]

    def encode_lines(self):
        def assign(field):
            return [
                f"  {self.case} = .init({field.field.number})",
                f"  wire.pointee.{field.c} = {field.to_c('value')}",
            ]

        if self.single:
            return [f"if let value = self.{self.name} {{"] + assign(self.single) + ["}"]
        lines = [f"switch self.{self.name} {{"]
        for field in self.fields:
            lines += [f"case .{field.name}(let value)?:"] + assign(field)
        return lines + ["case nil: break", "}"]
