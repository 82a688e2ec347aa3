"""A cluster that nobody uses leaves the machine alone."""

import os
import time


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_idle_nodes_use_next_to_no_processor_time(cluster):
    pids = {node: cluster.pid(node) for node in ("coordinator-1", "broker-1", "group-coordinator-1")}
    before = {node: processor_seconds(pid) for node, pid in pids.items()}
    time.sleep(3)
    for node, pid in pids.items():
        used = processor_seconds(pid) - before[node]
        assert used < 0.15, f"{node} used {used:.2f} s of processor time in 3 s"
