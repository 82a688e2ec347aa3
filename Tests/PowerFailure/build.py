"""Builds the shim, and says how to run a process under it."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / ".build" / "power-failure"


def shim():
    """The preloadable library, built if it is missing or older than its sources."""
    library = OUT / "shim.so"
    sources = [HERE / "shim.c", HERE / "journal.c", HERE / "journal.h"]
    if not library.exists() or any(s.stat().st_mtime > library.stat().st_mtime for s in sources):
        OUT.mkdir(parents=True, exist_ok=True)
        flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run(["gcc", *flags, "-o", library, *sources[:2]], check=True)
    return library


def preload(root, journal, sync="honest"):
    """The environment of a process whose changes below `root` are written down in the folder `journal`."""
    return os.environ | {
        "LD_PRELOAD": str(shim()),
        "POWERFAIL_ROOT": str(root),
        "POWERFAIL_JOURNAL": str(journal),
        "POWERFAIL_SYNC": sync,
    }
