"""Writes the C and Swift of all messages: generate.py DESCRIPTOR_SET OUTPUT_ROOT. Called by Protos/generate.sh."""

import pathlib
import shutil
import sys

from google.protobuf import descriptor_pb2

import c_files
import names
import swift_files
from model import Model

C_MESSAGES = "Sources/IO/C/CMessages"
C_INTEROP = "Sources/IO/C/CInteropMessages"
SWIFT_MESSAGES = "Sources/IO/Messages/Generated"
SWIFT_INTEROP = "Sources/IO/InteropMessages/Generated"
C_FOLDERS = [f"{C_MESSAGES}/{folder}" for folder in ("google", "grpc", "newswire")]
INTEROP_FOLDERS = [f"{C_INTEROP}/{folder}" for folder in ("grpc", "newswire")]
INCLUDES = ["/include/".join(path.rsplit("/", 1)) for path in C_FOLDERS + INTEROP_FOLDERS]
# What is made anew from nothing; everything else in the targets is written by hand.
FOLDERS = C_FOLDERS + INTEROP_FOLDERS + INCLUDES + [SWIFT_MESSAGES, SWIFT_INTEROP]
DESCRIPTORS = [f"{C_MESSAGES}/include/file_descriptors.h", f"{C_MESSAGES}/file_descriptors.c"]
MODULE_MAPS = [f"{target}/include/module.modulemap" for target in (C_MESSAGES, C_INTEROP)]
PRODUCTS = FOLDERS + DESCRIPTORS + MODULE_MAPS


def is_own(name):
    return name.startswith("newswire/")


def is_interop(name):
    return name.startswith(("grpc/testing/", "newswire/testing/"))


def is_public(name):
    return not is_interop(name) and not name.startswith("newswire/internal/")


def swift_name(file):
    stem = pathlib.PurePosixPath(file.proto.name).stem
    return f"{file.namespace}+{names.upper_camel(stem)}.swift"


def write(root, path, text):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def write_module(model, root, files, c_target, swift_target):
    """One C target and the Swift target on top of it."""
    c_module = pathlib.PurePosixPath(c_target).name
    is_messages_module = swift_target == SWIFT_MESSAGES
    structs = c_files.c_structs(model, [file.proto.name for file in files])
    for name, text in structs.items():
        write(root, f"{c_target}/include/{name}" if name.endswith(".h") else f"{c_target}/{name}", text)
    headers = [name for name in structs if name.endswith(".h")]
    headers += ["file_descriptors.h"] if is_messages_module else []
    write(root, f"{c_target}/include/module.modulemap", c_files.module_map(c_module, headers))
    for file in files:
        text = swift_files.swift_file(model, file, c_module, is_messages_module)
        write(root, f"{swift_target}/{swift_name(file)}", text)
    write(root, f"{swift_target}/Namespaces.swift", swift_files.namespaces_file(files, is_messages_module))


def main(descriptor_set, root):
    descriptors = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptor_set).read_bytes())
    model = Model(descriptors, is_own)
    root = pathlib.Path(root)
    for folder in FOLDERS:
        shutil.rmtree(root / folder, ignore_errors=True)
    ours = [file for file in model.files if not is_interop(file.proto.name)]
    interop = [file for file in model.files if is_interop(file.proto.name)]
    write_module(model, root, ours, C_MESSAGES, SWIFT_MESSAGES)
    write_module(model, root, interop, C_INTEROP, SWIFT_INTEROP)
    public = {file.proto.name for file in model.files if is_public(file.proto.name)}
    for path, text in zip(DESCRIPTORS, c_files.descriptors(model, public)):
        write(root, path, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
