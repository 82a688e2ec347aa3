"""A bare machine for a test: a root folder with nothing in it but the C libraries that the operator installs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from Harness.cluster import ROOT, programs

HERE = Path(__file__).resolve().parent


def libraries(folder):
    """The files of the shared libraries that the programs in a folder are linked with, and the loader."""
    found = set()
    for program in sorted(folder.glob("newswire*")):
        text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        assert "not found" not in text, text
        found |= set(re.findall(r"(/\S+) \(0x", text))
    return sorted(found)


class Machine:
    """A root folder, its name and its address. `shell` is a root shell on it, `unit` one of its services."""

    def __init__(self, folder, name, hosts):
        self.name = name
        self.root = folder / name
        self.address = hosts[name]
        (self.root / "etc").mkdir(parents=True)
        (self.root / "etc/hosts").write_text("".join(f"{address} {host}\n" for host, address in hosts.items()))
        (self.root / "etc/hostname").write_text(f"{name}\n")
        self.units = []

    def copy_libraries(self):
        for library in libraries(self.root / "usr/bin"):
            target = self.root / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)

    def mount_processes(self):
        """/proc, where a program finds its own command line."""
        (self.root / "proc").mkdir()
        subprocess.run(["mount", "--bind", "/proc", self.root / "proc"], check=True)

    def unmount(self):
        subprocess.run(["umount", self.root / "proc"], check=False)

    def shell(self, script, cwd=None, environment=None):
        """Runs a script as root of this machine, as prelude.sh makes it look; its output."""
        variables = {
            **os.environ,
            "BASH_ENV": str(HERE / "prelude.sh"),
            "MACHINES": str(self.root.parent),
            "MACHINE": str(self.root),
            "MAKEFLAGS": f"BIN={programs()}",
            **(environment or {}),
        }
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=cwd or self.root,
            env=variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, f"{self.name}: {script}\n{ended.stdout}{ended.stderr}"
        return ended.stdout

    def user(self, name):
        return self.account("passwd", name)

    def group(self, name):
        return self.account("group", name)

    def account(self, file, name):
        for line in (self.root / "etc" / file).read_text().splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return int(fields[2])
        raise KeyError(f"{self.name} has no {name} in {file}")


def documented(heading):
    """The commands that the operator's page has under a heading, one text a block."""
    page = (ROOT / "docs/operations.md").read_text()
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL).group(1)
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
