"""The system call filter of a unit, laid on a process as systemd lays it on."""

import ctypes
import errno
import platform
import re
import struct
import subprocess
from functools import cache

HEADERS = {"x86_64": "asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER_MODE = 38, 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06


@cache
def numbers():
    """The numbers of this machine's system calls, from the C library's headers."""
    source = f"#include <{HEADERS[platform.machine()]}>\n"
    text = subprocess.run(["gcc", "-E", "-dM", "-"], input=source, capture_output=True, text=True, check=True).stdout
    return {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", text)}


@cache
def members(group):
    """The calls of one of systemd's groups, such as @system-service."""
    command = ["systemd-analyze", "syscall-filter", "--no-pager", group]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    names = {word.strip() for word in words[1:] if word.strip() and not word.strip().startswith("#")}
    return frozenset().union(*(members(name) if name.startswith("@") else {name} for name in names))


def allowed(lines):
    """The numbers of the calls that the unit's SystemCallFilter= lines leave."""
    calls = set()
    for line in lines:
        for word in line.removeprefix("~").split():
            named = members(word) if word.startswith("@") else {word}
            calls = calls - named if line.startswith("~") else calls | named
    return sorted(number for name, number in numbers().items() if name in calls)


def program(calls):
    """A filter for the kernel: these calls are allowed, all others refused with EPERM."""
    steps = [struct.pack("HBBI", LOAD_NUMBER, 0, 0, 0)]
    for number in calls:
        steps += [struct.pack("HBBI", JUMP_IF_EQUAL, 0, 1, number), struct.pack("HBBI", RETURN, 0, 0, ALLOW)]
    steps.append(struct.pack("HBBI", RETURN, 0, 0, REFUSE))
    return len(steps), b"".join(steps)


def confine(filter_program):
    """Lays the filter on this process, for good. Called between fork and exec."""
    count, code = filter_program
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code)
    pointer = struct.pack("HxxxxxxQ", count, ctypes.addressof(buffer))
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if libc.prctl(SET_SECCOMP, FILTER_MODE, pointer, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
