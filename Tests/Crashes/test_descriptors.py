"""A process that may open no more files: it lives on, loses nothing, and works again when there is room."""

import os
import socket
import time

import pytest

from Crashes.load import Load
from Crashes.nodes import SERVICES, Nodes
from Harness.cluster import is_free, until

FILES = 160
# What connections leave to files and to the runtime.
RESERVE = 48


def open_files(cluster, service):
    return len(os.listdir(f"/proc/{cluster.pid(service)}/fd"))


def processor_seconds(cluster, service):
    fields = open(f"/proc/{cluster.pid(service)}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("service", SERVICES)
def test_the_limit_of_open_files_stops_nobody_for_good(scratch, seed, service):
    prefix = {service: ["prlimit", f"--nofile={FILES}:{FILES}", "--"]}
    with Nodes(scratch, prefixes=prefix) as cluster, Load(cluster, seed) as load:
        load.wait_for_progress()
        # Producing does not need the group coordinator, which may still be starting.
        until("listening", lambda: not is_free(cluster.port(service)))
        crowd, most = [], 0
        used = processor_seconds(cluster, service)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            # Connections that say nothing, more than the process can hold. What it closes elsewhere they take.
            crowd.extend(socket.create_connection(("127.0.0.1", cluster.port(service))) for _ in range(20))
            most = max(most, open_files(cluster, service))
            time.sleep(0.05)
        used = processor_seconds(cluster, service) - used
        cluster.check_alive()
        assert FILES - RESERVE <= most < FILES
        for connection in crowd:
            connection.close()
        load.wait_for_progress()
        print(f"{load.verify()}; {used:.2f} s of processor time in 3 s at the limit, failures {dict(load.failures)}")
        # What the disk holds now is whole: a start believes it.
        cluster.kill(service)
        cluster.revive(service)
        load.wait_for_progress()
        load.verify()
