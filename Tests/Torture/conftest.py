import os
import random
import shutil

import pytest

from Harness.cluster import ROOT


@pytest.fixture
def scratch(request):
    """A folder on the disk that the programs are on, kept if the test fails."""
    folder = ROOT / ".build" / "torture" / request.node.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    if getattr(request.node, "has_failed", False):
        print(f"what the processes left is kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def seed():
    """Another one in each run; a failing one is shown, and comes again with NEWSWIRE_TORTURE_SEED."""
    number = int(os.environ.get("NEWSWIRE_TORTURE_SEED") or random.SystemRandom().randrange(10**6))
    print(f"NEWSWIRE_TORTURE_SEED={number}", flush=True)
    return number


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.has_failed = True
