"""How things are called in .proto files, in the C of protoc-c and in Swift."""

import re

SWIFT_KEYWORDS = {
    "Any", "Protocol", "Self", "Type", "as", "associatedtype", "break", "case", "catch", "class", "continue", "default",
    "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard",
    "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private",
    "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch",
    "throw", "throws", "true", "try", "typealias", "var", "where", "while",
}

# Words that are written in capitals, unless a name begins with them.
ACRONYMS = {"id": "ID", "ids": "IDs", "url": "URL", "api": "API"}

# Messages whose own name would not do in Swift.
RENAMED = {"google.protobuf.Any": "AnyMessage"}


def namespace(package):
    """newswire.internal.v1 -> NewswireInternalV1, grpc.reflection.v1alpha -> GrpcReflectionV1Alpha"""
    joined = "".join(part[0].upper() + part[1:] for part in package.split("."))
    return re.sub(r"(?<=\d)[a-z]", lambda match: match.group().upper(), joined)


def upper_camel(name):
    """file_name -> FileName; what is in capitals already stays."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def lower_camel(name):
    """file_name -> fileName, LIKE_THIS -> likeThis, topic_id -> topicID"""
    parts = [part for part in name.split("_") if part]
    if name.isupper():
        parts = [part.lower() for part in parts]
    later = [ACRONYMS.get(part, part[0].upper() + part[1:]) for part in parts[1:]]
    return parts[0][0].lower() + parts[0][1:] + "".join(later)


def quoted(name):
    """The name as it may stand in a declaration."""
    return f"`{name}`" if name in SWIFT_KEYWORDS else name


def enum_case(enum_name, value_name):
    """Acks, ACKS_LEADER -> leader: without the prefix that C++ makes necessary."""
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum_name).upper() + "_"
    short = value_name[len(prefix):] if value_name.startswith(prefix) else value_name
    return lower_camel(short if not short[0].isdigit() else value_name)


def c_type(full_name):
    """newswire.v1.Record -> Newswire__V1__Record, as protoc-c does it."""
    return "__".join(upper_camel(part) for part in full_name.split("."))


def c_prefix(full_name):
    """newswire.v1.TopicReference -> newswire__v1__topic_reference, as protoc-c does it."""
    return "__".join(re.sub(r"(?<=[^A-Z])(?=[A-Z])", "_", part).lower() for part in full_name.split("."))


def c_field(name):
    """The member of the C struct, as protoc-c does it."""
    return name.lower()
