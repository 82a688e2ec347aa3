"""Topics that are compacted by key, as a client sees them: a reader ends up with the last value of each key."""

import json
import os
import random
import signal
import time

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from Harness.cluster import Cluster, until
from Harness.stubs import broker, groups, types

SETTINGS = {
    "NEWSWIRE_COMPACTION_CHECK_INTERVAL": "100ms",
    "NEWSWIRE_GROUPS_SESSION_TIMEOUT": "5s",
    "NEWSWIRE_GROUPS_HEARTBEAT": "1s",
}
COMPACT = {"cleanup.policy": "compact", "segment.bytes": "16384", "min.cleanable.dirty.ratio": "0.01"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Three brokers that look for something to clean all the time."""
    with Cluster(tmp_path_factory.mktemp("compaction"), "--brokers", "3", environment=SETTINGS) as running:
        yield running


def again(call, *rest, **options):
    """Makes a call until there is an answer: what a client does whose connection has broken.

    A write whose outcome is not known is sent again: what stands there twice has the same last value."""

    def answer():
        try:
            return call(*rest, timeout=20, wait_for_ready=True, **options)
        except grpc.RpcError as error:
            assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN), error
            return None

    return until("an answer", answer, seconds=60)


class Writer:
    """Writes records with keys, and knows what everybody must read at the end."""

    def __init__(self, cluster, topic, seed=1):
        self.cluster, self.topic = cluster, topic
        self.random = random.Random(seed)
        self.latest = {}
        self.count = 0

    def write(self, batches, keys=40, deletes=0.1):
        for _ in range(batches):
            records = []
            for _ in range(self.random.randint(1, 20)):
                key = b"key %d" % self.random.randrange(keys)
                if self.random.random() < deletes:
                    records.append(types.Record(key=key))
                    self.latest[key] = None
                else:
                    value = b"%d " % self.count + b"v" * self.random.randrange(200)
                    records.append(types.Record(key=key, value=value))
                    self.latest[key] = value
                self.count += 1
            request = broker.ProduceRequest(topic=self.topic, partition=0, records=records)
            done = again(self.cluster.broker().Produce, request).partitions[0]
            assert not done.HasField("error"), done.error


def read(cluster, topic, offset=None, number=1):
    """Every record from an offset on, or from the beginning."""
    where = broker.ConsumePartition(topic=topic, partition=0)
    if offset is not None:
        where.offset = offset
    request = broker.ConsumeRequest(partitions=[where], until_end=True)
    answers = again(lambda *rest, **options: list(cluster.broker(number).Consume(*rest, **options)), request)
    return [record for answer in answers for record in answer.records]


def value(record):
    return record.value if record.HasField("value") else None


def latest(records):
    """What a reader of everything ends up with."""
    found = {}
    for record in records:
        found[record.key] = value(record)
    return {key: text for key, text in found.items() if text is not None}


def every_log(cluster, topic):
    """What the brokers say of a topic's replicas."""
    request = broker.DescribeLogsRequest(topics=[types.TopicPartitions(topic=topic)])
    return [log for number in (1, 2, 3) for log in again(cluster.broker(number).DescribeLogs, request).logs]


def cleaned(cluster, topic, beyond):
    """Waits until every replica has been cleaned beyond an offset."""

    def are_clean():
        held = every_log(cluster, topic)
        clean = [log for log in held if log.compaction.cleaned_end_offset >= beyond]
        return len(held) == 3 and len(clean) == 3 and held

    return until(f"replicas of {topic} cleaned to {beyond}", are_clean, seconds=60)


def test_a_reader_ends_up_with_the_last_value_of_each_key(cluster, name):
    cluster.create_topic(name, replication_factor=3, **COMPACT)
    writer = Writer(cluster, name)
    writer.write(120)
    held = cleaned(cluster, name, writer.count // 2)
    records = read(cluster, name)
    assert latest(records) == {key: text for key, text in writer.latest.items() if text is not None}
    assert len(records) < writer.count * 3 // 4
    assert [record.offset for record in records] == sorted({record.offset for record in records})
    for log in held:
        assert log.log_end_offset == writer.count
        assert log.compaction.run.removed_count > 0 and log.compaction.run.passes >= 1
        assert not log.compaction.run.HasField("error")
    # An offset whose record is gone gives what comes next, as a record and as batches.
    gone = next(offset for offset in range(writer.count) if offset not in {record.offset for record in records})
    expected = next(record for record in records if record.offset > gone)
    assert read(cluster, name, offset=gone)[0] == expected
    where = broker.FetchPartition(topic=name, partition=0, offset=gone)
    request = broker.FetchRequest(partitions=[where], max_wait=Duration(seconds=10))
    fetched = cluster.broker().Fetch(request, timeout=20).partitions[0]
    assert fetched.records[0] == expected


def test_the_command_line_shows_how_far_a_log_is_cleaned_and_compares_what_can_be(cluster, name):
    cluster.create_topic(name, replication_factor=3, **COMPACT)
    writer = Writer(cluster, name, seed=2)
    writer.write(60)
    cleaned(cluster, name, writer.count // 3)
    described = cluster.run("partitions", "describe", name)
    assert described.returncode == 0, described.stderr
    assert b"COMPACTION" in described.stdout and b"cleaned to" in described.stdout
    described = json.loads(cluster.run("partitions", "describe", name, "--output", "json").stdout)
    replicas = described["partitions"][0]["compaction"]
    assert [replica["broker"] for replica in replicas] == [1, 2, 3]
    assert all(replica["cleaned_end_offset"] > 0 and replica["run"]["removed_count"] > 0 for replica in replicas)
    verified = cluster.run("partitions", "verify", name, "--output", "json")
    assert verified.returncode == 0, verified.stderr + verified.stdout
    partition = json.loads(verified.stdout)["partitions"][0]
    assert partition["equal"] and partition["start_offset"] > 0 and partition["compacted_start_offset"] == 0


def test_a_record_without_a_key_is_refused(cluster, name, refused):
    cluster.create_topic(name, replication_factor=3, **COMPACT)
    request = broker.ProduceRequest(topic=name, partition=0, records=[types.Record(value=b"no key")])
    code, reason, _ = refused(lambda: cluster.broker().Produce(request, timeout=20))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")


def test_marks_of_deleted_keys_go_after_their_time(cluster, name):
    settings = {**COMPACT, "delete.retention.ms": "1000", "segment.ms": "500"}
    cluster.create_topic(name, replication_factor=3, **settings)
    writer = Writer(cluster, name, seed=3)
    writer.write(40, keys=10, deletes=0.6)
    assert None in writer.latest.values()

    def without_marks():
        records = read(cluster, name)
        return all(value(record) is not None for record in records) and records

    records = until("the marks are gone", without_marks, seconds=60)
    assert latest(records) == {key: text for key, text in writer.latest.items() if text is not None}


def test_brokers_killed_while_they_clean_lose_nothing(cluster, name):
    cluster.create_topic(name, replication_factor=3, **COMPACT)
    writer = Writer(cluster, name, seed=4)
    for round_number in range(6):
        writer.write(40)
        victim = f"broker-{1 + round_number % 3}"
        before = cluster.pid(victim)
        time.sleep(0.05 * round_number)
        os.kill(before, signal.SIGKILL)
        until("another process", lambda: cluster.pid(victim) not in (None, before), seconds=60)
    until("the whole cluster at work", cluster.is_serving, seconds=60)
    writer.write(40)
    cleaned(cluster, name, writer.count // 2)
    expected = {key: text for key, text in writer.latest.items() if text is not None}
    assert latest(read(cluster, name)) == expected

    def are_equal():
        verified = cluster.run("partitions", "verify", name, "--output", "json")
        return verified.returncode == 0

    until("all replicas are equal where they can be", are_equal, seconds=60)


def test_groups_go_on_when_their_offsets_are_compacted(cluster, name):
    partitions, rounds = 200, 150
    cluster.create_topic(name, partitions=partitions, replication_factor=1)
    group = f"{name}-group"
    # More than a segment of the topic that keeps them.
    for number in range(rounds):
        offsets = [
            groups.OffsetToCommit(topic=name, partition=partition, offset=0, metadata=f"{number} " + "m" * 4000)
            for partition in range(partitions)
        ]
        answer = again(cluster.groups().CommitOffsets, groups.CommitOffsetsRequest(group=group, offsets=offsets))
        assert not any(result.HasField("error") for result in answer.offsets), answer.offsets[0]

    def are_clean():
        held = [log for log in every_log(cluster, "__consumer_offsets") if log.size_bytes > 1 << 20]
        return held and all(log.compaction.cleaned_end_offset > 0 for log in held) and held

    held = until("the offsets' log is cleaned", are_clean, seconds=90)
    assert all(log.size_bytes < 40 << 20 for log in held)
    before = cluster.pid("group-coordinator-1")
    os.kill(before, signal.SIGKILL)
    until("another process", lambda: cluster.pid("group-coordinator-1") not in (None, before), seconds=60)
    answer = again(cluster.groups().FetchOffsets, groups.FetchOffsetsRequest(group=group))
    assert len(answer.offsets) == partitions
    assert all(found.metadata.startswith(f"{rounds - 1} ") for found in answer.offsets)
