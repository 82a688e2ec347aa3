import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from Harness.cluster import ROOT, Cluster, programs
from PowerFailure import build

SERVICES = ("coordinator", "broker", "group-coordinator")

# A node as `newswire dev` starts it. Before its program runs, its disk forgets what was never synced.
WRAPPER = """#!/bin/sh
{python} {restore} --journal {journal} --under {folder} --mode "$(cat {mode})" --seed $$ >>{log} 2>&1 || exit 1
export LD_PRELOAD={shim} POWERFAIL_ROOT={folder} POWERFAIL_JOURNAL={journal} POWERFAIL_SYNC="$(cat {sync})"
exec {program} "$@"
"""


class FragileCluster(Cluster):
    """A cluster whose nodes lose what they have not synced whenever they start anew."""

    def __init__(self, folder):
        self.journal = folder / "journal"
        self.switches = folder / "switches"
        binaries = folder / "bin"
        for path in (self.journal, self.switches, binaries):
            path.mkdir(parents=True)
        super().__init__(folder / "data", binaries=binaries)
        os.link(programs() / "newswire", binaries / "newswire")
        for service in SERVICES:
            self.set_sync(service, "honest")
            self.set_mode(service, "lost")
            self.wrap(service)

    def set_sync(self, service, kind):
        (self.switches / f"{service}.sync").write_text(kind)

    def set_mode(self, service, mode):
        (self.switches / f"{service}.mode").write_text(mode)

    def wrap(self, service):
        folder = self.data / f"{service}-1"
        folder.mkdir(parents=True)
        wrapper = self.binaries / f"newswire-{service}"
        wrapper.write_text(
            WRAPPER.format(
                python=sys.executable,
                restore=Path(build.HERE, "restore.py"),
                journal=self.journal,
                folder=folder,
                mode=self.switches / f"{service}.mode",
                sync=self.switches / f"{service}.sync",
                log=self.switches / f"{service}.log",
                shim=build.shim(),
                program=programs() / f"newswire-{service}",
            )
        )
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def scratch(request):
    """A folder on the disk that the programs are on, kept if the test fails."""
    folder = ROOT / ".build" / "crashes" / request.node.name.replace("/", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    if not getattr(request.node, "has_failed", False):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.has_failed = True
