import ctypes
import os
import random
import shutil
import subprocess

import pytest

from Deploy.machine import Machine, documented
from Harness.cluster import ROOT

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="users, ownership and chroot are root's")


NEW_MOUNT_NAMESPACE = 0x00020000


@pytest.fixture(scope="session")
def own_mounts():
    """From here on, what this process and its children mount is seen by nobody else and ends with them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNT_NAMESPACE) != 0:
        pytest.skip(f"a mount namespace is not allowed here: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """What the operator's page packs: built, installed into a folder, and a tar of that."""
    desk = {"desk": "127.0.0.1"}
    builder = Machine(tmp_path_factory.mktemp("builder"), "desk", desk)
    script = documented("1. Install")[0].replace("make build\n", "")
    builder.shell(script, cwd=ROOT)
    return ROOT / ".build/newswire.tar.gz"


@pytest.fixture(scope="session")
def machines(tmp_path_factory, package, own_mounts):
    """The three machines of the operator's page and the desk, installed as it says."""
    net = f"127.{random.randrange(64, 192)}.{random.randrange(256)}"
    hosts = {name: f"{net}.{number}" for number, name in enumerate(("desk", "one", "two", "three"), 1)}
    folder = tmp_path_factory.mktemp("machines")
    made = {name: Machine(folder, name, hosts) for name in hosts}
    for machine in made.values():
        shutil.copy(package, machine.root)
        machine.shell(documented("1. Install")[1])
        machine.copy_libraries()
        machine.mount_processes()
    yield made
    for machine in made.values():
        for unit in machine.units:
            unit.kill()
        machine.unmount()
