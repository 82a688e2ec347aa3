import itertools
import os
import subprocess
import time

import pytest

from Harness.cluster import Cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """One cluster of three nodes for all tests; each makes topics of its own."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


names = itertools.count(1)


@pytest.fixture
def topic(cluster):
    """A topic of three partitions that no other test uses."""
    name = f"lines-{time.time_ns() % 10**10}-{next(names)}"
    cluster.create_topic(name, partitions=3)
    return name


@pytest.fixture
def newswire(cluster):
    """Runs the command line as a user does; returns (status, output, complaint) as text."""

    def run(*arguments, stdin=b"", seconds=30, **environment):
        ended = subprocess.run(
            [str(cluster.binaries / "newswire"), *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, **cluster.settings, **environment},
            check=False,
        )
        return ended.returncode, ended.stdout.decode(), ended.stderr.decode()

    return run


@pytest.fixture
def begin(cluster):
    """Begins a command and gives it to the test; ends it if the test does not."""
    running = []

    def run(*arguments, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        process = subprocess.Popen(
            [str(cluster.binaries / "newswire"), *map(str, arguments)],
            env={**os.environ, **cluster.settings},
            **options,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
