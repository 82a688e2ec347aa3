"""More partitions than files may be open: all of them are written and read, and found again after a start."""

import os
import signal

import grpc
import pytest

from Harness.cluster import Cluster, programs, until
from Harness.stubs import broker, types

TOPIC = "many"
PARTITIONS = 5000
FILES = 1024
UNDER_WAY = 100


@pytest.fixture
def cluster(tmp_path):
    """A cluster whose nodes may open so many files each."""
    (tmp_path / "bin").mkdir()
    wrapper = tmp_path / "bin" / "newswire"
    wrapper.write_text(f'#!/bin/sh\nulimit -n {FILES}\nexec "{programs()}/newswire" "$@"\n')
    wrapper.chmod(0o755)
    with Cluster(tmp_path / "data", binaries=tmp_path / "bin") as running:
        yield running


def value(partition):
    return f"of partition {partition}".encode()


def write(cluster, partitions):
    stub = cluster.broker()
    for start in range(0, len(partitions), UNDER_WAY):
        calls = []
        for number in partitions[start : start + UNDER_WAY]:
            request = broker.ProduceRequest(
                topic=TOPIC, partition=number, acks=broker.ACKS_ALL, records=[types.Record(value=value(number))]
            )
            calls.append(stub.Produce.future(request, timeout=60, wait_for_ready=True))
        for call in calls:
            part = call.result().partitions[0]
            assert not part.HasField("error"), part.error


def is_ready(cluster):
    try:
        return len(read(cluster)) == PARTITIONS
    except grpc.RpcError:
        return False


def read(cluster):
    """How many records each partition has; all of them must be right."""
    place = broker.ConsumePartition(topic=TOPIC, beginning=True)
    request = broker.ConsumeRequest(partitions=[place], until_end=True)
    counts = [0] * PARTITIONS
    for answer in cluster.broker().Consume(request, timeout=120, wait_for_ready=True):
        assert not answer.HasField("error"), answer.error
        for record in answer.records:
            assert record.value == value(answer.partition)
            counts[answer.partition] += 1
    return counts


def open_files(cluster):
    return len(os.listdir(f"/proc/{cluster.pid('broker-1')}/fd"))


def test_more_partitions_than_open_files(cluster):
    cluster.create_topic(TOPIC, PARTITIONS, 1)
    every = list(range(PARTITIONS))
    write(cluster, every)
    assert read(cluster) == [1] * PARTITIONS
    assert open_files(cluster) < FILES
    pid = cluster.pid("broker-1")
    os.kill(pid, signal.SIGTERM)
    until("another process of the broker", lambda: cluster.pid("broker-1") not in (None, pid), 60)
    until("all partitions", lambda: is_ready(cluster), 60)
    write(cluster, every[::7])
    assert read(cluster) == [2 if number % 7 == 0 else 1 for number in every]
    assert open_files(cluster) < FILES
