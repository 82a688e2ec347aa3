"""Three brokers with three replicas, one of them taken away: a client without retry code, behind the address of a broker
that leads nothing of it, goes on without an error. Nothing is lost, nothing comes twice, order is kept."""

import os
import signal
import threading
import time

import grpc
import pytest

from Harness import stubs
from Harness.cluster import Cluster, until
from Harness.stubs import broker, metadata, types
from test_producers import Numbered

BROKERS = (1, 2, 3)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("failover"), "--brokers", "3") as running:
        until("three brokers", lambda: len(active(running)) == 3)
        yield running


def active(cluster):
    nodes = cluster.metadata().DescribeCluster(metadata.DescribeClusterRequest(), timeout=10).nodes
    return {n.id for n in nodes if n.role == metadata.NODE_ROLE_BROKER and n.state == metadata.NODE_STATE_ACTIVE}


def partition(cluster, topic):
    request = metadata.DescribeTopicsRequest(topics=[types.TopicReference(topic=topic)])
    return cluster.metadata().DescribeTopics(request, timeout=20).topics[0].partitions[0]


@pytest.fixture
def replicated(cluster, name):
    """A topic on all three brokers, in sync."""
    cluster.create_topic(name, replication_factor=3)
    until("all replicas in sync", lambda: len(partition(cluster, name).in_sync_replicas) == 3, 60)
    return name


class Writer(threading.Thread):
    """Sends numbered requests, five under way, each once; what goes wrong is kept."""

    def __init__(self, cluster, topic, through):
        super().__init__()
        self.producer = Numbered(cluster, topic)
        self.stub = cluster.broker(through)
        self.offsets, self.errors, self.waits = [], [], []
        self.done = threading.Event()

    def run(self):
        under_way = []
        try:
            while not self.done.is_set() or under_way:
                while len(under_way) < 5 and not self.done.is_set():
                    request = self.producer.next(b"%d" % self.producer.sequence)
                    under_way.append((time.monotonic(), self.stub.Produce.future(request, timeout=30)))
                began, call = under_way.pop(0)
                self.offsets.append(call.result().partitions[0].base_offset)
                self.waits.append(time.monotonic() - began)
        except grpc.RpcError as error:
            self.errors.append(error)


class StreamWriter(Writer):
    """The same on one ProduceStream."""

    def run(self):
        room = threading.Semaphore(5)

        def requests():
            while not self.done.is_set():
                if room.acquire(timeout=0.1):
                    began.append(time.monotonic())
                    yield self.producer.next(b"%d" % self.producer.sequence, correlation_id=self.producer.sequence)

        began = []
        try:
            for number, answer in enumerate(self.stub.ProduceStream(requests())):
                assert not answer.HasField("error"), answer.error
                self.offsets.append(answer.partitions[0].base_offset)
                self.waits.append(time.monotonic() - began[number])
                room.release()
        except (grpc.RpcError, AssertionError) as error:
            self.errors.append(error)


class Reader(threading.Thread):
    """Reads live in one call."""

    def __init__(self, cluster, topic, through):
        super().__init__()
        where = broker.ConsumePartition(topic=topic, partition=0, beginning=True)
        self.call = cluster.broker(through).Consume(broker.ConsumeRequest(partitions=[where]))
        self.values, self.errors = [], []

    def run(self):
        try:
            for answer in self.call:
                self.values += [record.value for record in answer.records]
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.CANCELLED:
                self.errors.append(error)


def lead_from(cluster, topic, faults, kind=Writer):
    """Writes and reads through a broker that does not lead while `faults` happen to the leaders."""
    first = partition(cluster, topic)
    through = next(b for b in BROKERS if b != first.leader_id)
    writer, reader = kind(cluster, topic, through), Reader(cluster, topic, through)
    watch = cluster.metadata("coordinator").WatchTopics(
        metadata.WatchTopicsRequest(topics=[types.TopicReference(topic=topic)])
    )
    heard = []
    listener = threading.Thread(target=lambda: listen(watch, heard), daemon=True)
    for thread in (writer, reader, listener):
        thread.start()
    try:
        for fault in faults:
            until("records flow", lambda n=len(writer.offsets): len(writer.offsets) > n + 200 or writer.errors, 60)
            leader = partition(cluster, topic).leader_id
            if leader == through:
                break
            fault(cluster, topic, leader)
        until("records flow again", lambda n=len(writer.offsets): len(writer.offsets) > n + 200 or writer.errors, 60)
    finally:
        writer.done.set()
        writer.join(60)
        try:
            count = len(writer.offsets)
            until("all is read", lambda: len(reader.values) >= count or reader.errors, 30)
        finally:
            reader.call.cancel()
            watch.cancel()
            reader.join(10)
    assert not writer.errors, writer.errors
    assert not reader.errors, reader.errors
    assert writer.offsets == list(range(count)), "every record has the place that its number says"
    assert reader.values == [b"%d" % n for n in range(count)]
    last = partition(cluster, topic)
    assert last.leader_epoch > first.leader_epoch and (last.leader_id, last.leader_epoch) in heard
    print(f"{count} records; the longest wait was {max(writer.waits):.3f} s")


def listen(watch, heard):
    try:
        for answer in watch:
            heard += [(p.leader_id, p.leader_epoch) for t in answer.topics for p in t.partitions if p.HasField("leader_id")]
    except grpc.RpcError:
        pass


def moved(cluster, topic, leader):
    return partition(cluster, topic).leader_id not in (0, leader)


def whole(cluster, topic):
    """All brokers are there again, and hold everything."""
    until("all replicas in sync", lambda: len(partition(cluster, topic).in_sync_replicas) == 3, 60)


def kill(cluster, topic, leader):
    os.kill(cluster.pid(f"broker-{leader}"), signal.SIGKILL)
    until("another leader", lambda: moved(cluster, topic, leader), 30)
    whole(cluster, topic)


def stop(cluster, topic, leader):
    """As a machine that hangs, and wakes up long after others have gone on without it."""
    process = cluster.pid(f"broker-{leader}")
    os.kill(process, signal.SIGSTOP)
    try:
        until("another leader", lambda: moved(cluster, topic, leader), 30)
        time.sleep(1)
    finally:
        os.kill(process, signal.SIGCONT)
    whole(cluster, topic)


def terminate(cluster, topic, leader):
    os.kill(cluster.pid(f"broker-{leader}"), signal.SIGTERM)
    until("another leader", lambda: moved(cluster, topic, leader), 30)
    whole(cluster, topic)


@pytest.mark.parametrize("fault", [kill, stop, terminate])
def test_the_leader_goes_while_records_flow_by_way_of_another_broker(cluster, replicated, fault):
    lead_from(cluster, replicated, [fault])


def test_leaders_are_killed_one_after_the_other(cluster, replicated):
    lead_from(cluster, replicated, [kill] * 3)


def test_a_stream_of_requests_goes_on(cluster, replicated):
    lead_from(cluster, replicated, [kill], StreamWriter)


def test_without_numbers_nothing_is_sent_twice_and_nothing_acknowledged_is_lost(cluster, replicated):
    """Whoever does not number hears of it when nobody knows whether a record was written."""
    leader = partition(cluster, replicated).leader_id
    through = next(b for b in BROKERS if b != leader)
    written, unknown, done = [], [], threading.Event()

    def write():
        count = 0
        while not done.is_set():
            value = b"%d" % count
            count += 1
            request = broker.ProduceRequest(topic=replicated, partition=0, records=[types.Record(value=value)])
            try:
                cluster.broker(through).Produce(request, timeout=30)
                written.append(value)
            except grpc.RpcError as error:
                unknown.append((value, stubs.reason(error)))

    writer = threading.Thread(target=write)
    writer.start()
    until("records flow", lambda: len(written) > 100)
    kill(cluster, replicated, leader)
    until("records flow again", lambda n=len(written): len(written) > n + 100)
    done.set()
    writer.join(60)
    where = broker.ConsumePartition(topic=replicated, partition=0)
    request = broker.ConsumeRequest(partitions=[where], until_end=True)
    found = [r.value for answer in cluster.broker(through).Consume(request, timeout=30) for r in answer.records]
    assert len(set(found)) == len(found) and found == sorted(found, key=int)
    assert set(written) <= set(found) <= set(written) | {value for value, _ in unknown}
    assert {reason for _, reason in unknown} <= {"OUTCOME_UNKNOWN"}
