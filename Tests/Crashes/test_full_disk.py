"""A full disk: changes are refused in plain words, everything that was acknowledged can be read, and room mends it."""

import os
import subprocess
import time
import uuid

import grpc
import pytest

from Crashes.nodes import Nodes
from Harness import stubs
from Harness.cluster import until
from Harness.stubs import broker, coordinator, metadata, types


class SmallDisk:
    """A file system of its own for a folder, with ballast in it that can be thrown away."""

    def __init__(self, path, size):
        self.path = path
        path.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "newswire-test", str(path)]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            pytest.skip(f"no file system can be mounted here, so no disk can be filled: {mounted.stderr.strip()}")
        self.ballast = path / "ballast"
        self.ballast.write_bytes(bytes(size // 4))

    def make_room(self):
        self.ballast.unlink()

    def unmount(self):
        subprocess.run(["umount", str(self.path)], check=True)


@pytest.fixture
def cluster_on(scratch):
    """A cluster in which one service has a disk of so many bytes."""
    used = []

    def start(service, size):
        cluster = Nodes(scratch, environment={"NEWSWIRE_BROKERS_LEASE": "1s", "NEWSWIRE_BROKERS_HEARTBEAT": "200ms"})
        cluster.prepare()
        used.append((cluster, SmallDisk(cluster.folder(service) / "data", size)))
        cluster.start_nodes()
        return used[-1]

    yield start
    for cluster, disk in used:
        cluster.kill_all()
        disk.unmount()


def refusal(call):
    """The error with which a call fails; nothing if it does not."""
    try:
        call()
    except grpc.RpcError as error:
        return error
    return None


def assert_full(error):
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
    assert stubs.reason(error) == "DISK_FULL"
    assert "no space is left on the disk" in error.details()


def produce_record(cluster, value):
    records = [types.Record(value=value)]
    request = broker.ProduceRequest(topic="orders", partition=0, acks=broker.ACKS_ALL, records=records)
    return cluster.broker().Produce(request, timeout=10, wait_for_ready=True).partitions[0].base_offset


def consume(cluster):
    places = [broker.ConsumePartition(topic="orders", partition=0, beginning=True)]
    request = broker.ConsumeRequest(partitions=places, until_end=True)
    answers = cluster.broker().Consume(request, timeout=20, wait_for_ready=True)
    return {record.offset: record.value for answer in answers for record in answer.records}


def test_a_broker_with_a_full_disk_refuses_writes_and_serves_reads(cluster_on):
    cluster, disk = cluster_on("broker", 8 << 20)
    cluster.create_topic("orders", **{"segment.bytes": "1000000"})
    acknowledged = {}

    def produce(size=50_000):
        value = uuid.uuid4().bytes + os.urandom(size)
        acknowledged[produce_record(cluster, value)] = value

    def assert_reads_go_on():
        found = consume(cluster)
        assert {offset: found.get(offset) for offset in acknowledged} == acknowledged

    error = until("a refusal", lambda: refusal(produce))
    assert_full(error)
    assert len(acknowledged) > 50
    for _ in range(20):
        assert_full(refusal(produce))
    assert_reads_go_on()

    # As good as nothing fits any more: the next start must do without.
    filler = disk.path / "filler"
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=4096"], capture_output=True, check=False)
    cluster.kill("broker")
    cluster.revive("broker")
    until("reads after a start on a full disk", lambda: refusal(assert_reads_go_on) is None)
    assert_full(refusal(produce))

    filler.unlink()
    disk.make_room()
    until("a write after there is room", lambda: refusal(produce) is None)
    for _ in range(10):
        produce()
    assert_reads_go_on()
    cluster.kill("broker")
    cluster.revive("broker")
    until("reads after another start", lambda: refusal(assert_reads_go_on) is None)


def test_a_coordinator_with_a_full_disk_refuses_changes_and_serves_reads(cluster_on):
    cluster, disk = cluster_on("coordinator", 160 << 10)
    cluster.create_topic("orders")
    created = {}

    def create():
        name = f"t-{uuid.uuid4()}"
        configs = {"retention.ms": "1000000", "segment.bytes": "1000000", "cleanup.policy": "delete"}
        new = coordinator.NewTopic(name=name, partitions=20, configs=configs)
        request = coordinator.CreateTopicsRequest(topics=[new], request_id=str(uuid.uuid4()))
        made = cluster.coordinator().CreateTopics(request, timeout=10, wait_for_ready=True).topics[0]
        created[name] = made.topic_id

    def topics(where):
        references = [types.TopicReference(topic=name) for name in created]
        request = metadata.DescribeTopicsRequest(topics=references)
        answer = cluster.metadata(where).DescribeTopics(request, timeout=10, wait_for_ready=True)
        return {topic.topic: topic.topic_id for topic in answer.topics}

    def assert_reads_go_on():
        assert topics("coordinator") == created
        until("the broker's news of every topic", lambda: topics("broker") == created)

    assert_full(until("a refusal", lambda: refusal(create)))
    assert created
    for _ in range(5):
        assert_full(refusal(create))
    assert_reads_go_on()
    # Nobody loses a lease because of it: records are taken for longer than one lasts.
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        produce_record(cluster, b"while the coordinator cannot write")

    cluster.kill("coordinator")
    cluster.revive("coordinator")
    until("reads after a start on a full disk", lambda: refusal(assert_reads_go_on) is None)
    assert_full(refusal(create))

    disk.make_room()
    until("a change after there is room", lambda: refusal(create) is None)
    create()
    cluster.kill("coordinator")
    cluster.revive("coordinator")
    until("reads after another start", lambda: refusal(assert_reads_go_on) is None)
