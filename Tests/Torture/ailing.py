"""Disks that fail on demand: a process sees I/O errors on its folder while a test wants it to."""

import os
import subprocess
from pathlib import Path

from Harness.cluster import ROOT

SOURCE = Path(__file__).resolve().parent / "ailing.c"
LIBRARY = ROOT / ".build" / "torture" / "ailing.so"


def library():
    """The preloadable library, built if it is missing or older than its source."""
    if not LIBRARY.exists() or SOURCE.stat().st_mtime > LIBRARY.stat().st_mtime:
        LIBRARY.parent.mkdir(parents=True, exist_ok=True)
        flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run(["gcc", *flags, "-o", LIBRARY, SOURCE], check=True)
    return LIBRARY


class AilingDisk:
    """The disk below a folder, which fails as long as it is told to."""

    def __init__(self, folder):
        self.control = Path(f"{folder}.ailing")
        self.environment = {
            "LD_PRELOAD": str(library()),
            "AILING_ROOT": str(folder),
            "AILING_CONTROL": str(self.control),
        }

    def fail(self, words):
        """From now on these calls fail: "sync", "write", "read"; the first of them alone with "once"."""
        beside = self.control.with_suffix(".new")
        beside.write_text(words)
        os.replace(beside, self.control)

    def work(self):
        self.control.unlink(missing_ok=True)
