"""How often the broker takes memory for a call in steady state. Memory that is taken for each call is processor time for
each call, so a change that brings more of it is found here, and not only when somebody measures."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from Harness.cluster import ROOT, Cluster, programs

SOURCE = Path(__file__).resolve().parent / "counting.c"
LIBRARY = ROOT / ".build" / "allocations" / "counting.so"
FEW, MANY = 10_000, 40_000

pytestmark = pytest.mark.skipif(programs().name == "debug", reason="what is not optimised takes far more memory")


def library():
    LIBRARY.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", LIBRARY, SOURCE], check=True)
    return LIBRARY


class Counted(Cluster):
    """A cluster of one broker whose processes count how often they take memory."""

    def __init__(self, scratch):
        self.counts = scratch / "counts"
        self.counts.mkdir()
        environment = {"LD_PRELOAD": str(library()), "ALLOCATIONS_FOLDER": str(self.counts)}
        super().__init__(scratch / "data", "--brokers", "1", "--no-restart", environment=environment)

    def allocations(self):
        return int.from_bytes((self.counts / str(self.pid("broker-1"))).read_bytes(), "little")

    def calls(self, records, *words):
        """Makes calls, 256 of them under way; answers how often the broker took memory meanwhile."""
        before = self.allocations()
        command = [self.binaries / "newswire", "bench", "calls", "--under-way", 256, "--warm-up", 1000]
        command += ["--records", records, *words, "--output", "json"]
        environment = {**os.environ, **self.settings}
        done = subprocess.run([*map(str, command)], env=environment, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["results"][0]["records"] == records
        return self.allocations() - before

    def each_call(self, *words):
        """How often the broker takes memory for one call, without what it takes for a connection."""
        self.calls(FEW, *words)
        few = self.calls(FEW, *words)
        return (self.calls(MANY, *words) - few) / (MANY - FEW)


def test_a_call_takes_memory_so_often_and_no_oftener(scratch):
    with Counted(scratch) as cluster:
        found = {
            "empty": cluster.each_call("--call", "empty"),
            "produce, acks=1": cluster.each_call("--call", "produce", "--acks", "1"),
            "produce, acks=all": cluster.each_call("--call", "produce", "--acks", "all"),
        }
    print({name: round(count, 2) for name, count in found.items()})
    # 1.0, 16.4 and 16.5 are reached; the smaller the groups of writes, the more comes to each call.
    bounds = {"empty": 1.5, "produce, acks=1": 19, "produce, acks=all": 19}
    assert all(count <= bounds[name] for name, count in found.items()), found
    # The counter counts: this much is known to be taken for each call.
    assert found["produce, acks=all"] > 1
