"""A load that remembers what was promised to it, and checks the promises afterwards.

Three kinds of writers, because three services make promises: records that were acknowledged, topics that were created,
offsets that were committed.
"""

import hashlib
import random
import threading
import time
import uuid
from collections import defaultdict

import grpc

from Harness import stubs
from Harness.cluster import until
from Harness.stubs import broker, coordinator, groups, metadata, types

PARTITIONS = 3


class BrokenPromise(AssertionError):
    """Something that was acknowledged is not there."""


class Load:
    """Writers that run until they are stopped; a call that fails promises nothing and is not repeated."""

    def __init__(self, cluster, seed, writers=3):
        self.cluster = cluster
        self.seed = seed
        self.topic = f"load-{seed}"
        self.group = f"group-{seed}"
        self.acknowledged = {}
        self.created = {}
        self.committed = defaultdict(int)
        self.attempted = defaultdict(int)
        self.failures = defaultdict(int)
        self.broken = []
        self.is_prepared = False
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        chance = random.Random(seed)
        self.threads = [
            threading.Thread(target=self.repeat, args=(target, random.Random(chance.random())), daemon=True)
            for target in [*[self.produce] * writers, self.create_topics, self.commit]
        ]

    def prepare(self):
        """Small segments, so that crashes meet their change too."""
        self.cluster.create_topic(self.topic, partitions=PARTITIONS, **{"segment.bytes": "300000"})
        until("a group coordinator that commits", self.can_commit)
        self.is_prepared = True

    def __enter__(self):
        if not self.is_prepared:
            self.prepare()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive(), "a call did not end by its deadline"

    # ---- the writers

    def repeat(self, write, chance):
        while not self.stopping.is_set():
            try:
                write(chance)
            except grpc.RpcError as error:
                with self.lock:
                    self.failures[error.code().name, stubs.reason(error)] += 1
                time.sleep(0.02)
            except BrokenPromise as broken:
                self.broken.append(broken)
                return

    def produce(self, chance):
        partition = chance.randrange(PARTITIONS)
        count = chance.choice([1, 1, 5, 40])
        size = chance.choice([10, 100, 1000, 8000])
        sent = [str(uuid.uuid4()).encode() + bytes(size) for _ in range(count)]
        request = broker.ProduceRequest(
            topic=self.topic, partition=partition, acks=broker.ACKS_ALL, records=[types.Record(value=v) for v in sent]
        )
        place = self.cluster.broker().Produce(request, timeout=5, wait_for_ready=True).partitions[0]
        if place.HasField("error"):
            return
        with self.lock:
            for step, value in enumerate(sent):
                where = (partition, place.base_offset + step)
                if where in self.acknowledged:
                    raise BrokenPromise(f"partition {where[0]} gave offset {where[1]} out twice")
                self.acknowledged[where] = value
        # What is promised is read again after every crash: a little less of it leaves time for more crashes.
        time.sleep(chance.uniform(0, 0.02))

    def create_topics(self, chance):
        name = f"{self.topic}-{chance.getrandbits(48):x}"
        configs = {"retention.ms": str(chance.randrange(10**9, 10**10))}
        new = coordinator.NewTopic(name=name, partitions=1, configs=configs)
        request = coordinator.CreateTopicsRequest(topics=[new], request_id=str(uuid.uuid4()))
        made = self.cluster.coordinator().CreateTopics(request, timeout=5, wait_for_ready=True).topics[0]
        if not made.HasField("error"):
            with self.lock:
                self.created[name] = (made.topic_id, configs)
        time.sleep(0.1)

    def try_commit(self, partition, offset):
        """True if the offset is promised."""
        moved = groups.OffsetToCommit(topic=self.topic, partition=partition, offset=offset, metadata=str(offset))
        request = groups.CommitOffsetsRequest(group=self.group, offsets=[moved])
        results = self.cluster.groups().CommitOffsets(request, timeout=5, wait_for_ready=True).offsets
        return not results[0].HasField("error")

    def can_commit(self):
        try:
            return self.try_commit(0, 0)
        except grpc.RpcError:
            return False

    def commit(self, chance):
        partition = chance.randrange(PARTITIONS)
        self.attempted[partition] += 1
        offset = self.attempted[partition]
        if self.try_commit(partition, offset):
            with self.lock:
                self.committed[partition] = offset

    # ---- the promises

    def wait_for_progress(self, seconds=30):
        """Waits until every service has made a promise that it had not made before."""
        before = self.promised()

        def progressed():
            self.cluster.check_alive()
            if self.broken:
                raise self.broken[0]
            return all(b < n for b, n in zip(before, self.promised(), strict=True))

        try:
            until("progress of every writer", progressed, seconds)
        except TimeoutError as error:
            now = self.promised()
            raise AssertionError(f"{error}: from {before} to {now}, failures: {dict(self.failures)}") from None

    def promised(self):
        with self.lock:
            return len(self.acknowledged), len(self.created), sum(self.committed.values())

    def verify(self, patience=30):
        """Reads everything that was promised so far, within `patience`; returns how much that was, and its hash."""
        with self.lock:
            acknowledged = dict(self.acknowledged)
            created = dict(self.created)
            committed = dict(self.committed)
        end = time.monotonic() + patience
        for check, promised in [
            (self.verify_topics, created),
            (self.verify_records, acknowledged),
            (self.verify_offsets, committed),
        ]:
            self.until_answered(check, promised, end)
        return (
            f"{len(acknowledged)} records, {len(created)} topics and {sum(committed.values())} commits are there, "
            f"{digest(acknowledged)}"
        )

    def until_answered(self, check, promised, end):
        """A service that was just started may not be able to answer yet; one that never is has lost what it had."""
        while True:
            try:
                return check(promised)
            except grpc.RpcError as error:
                self.cluster.check_alive()
                if time.monotonic() > end:
                    raise BrokenPromise(f"{check.__name__}: {error.code().name} {error.details()}") from None
                time.sleep(0.02)

    def verify_records(self, acknowledged):
        found, last = {}, {}
        places = [
            broker.ConsumePartition(topic=self.topic, partition=partition, beginning=True)
            for partition in range(PARTITIONS)
        ]
        request = broker.ConsumeRequest(partitions=places, until_end=True)
        for answer in self.cluster.broker().Consume(request, timeout=30, wait_for_ready=True):
            if answer.HasField("error"):
                raise BrokenPromise(f"partition {answer.partition} cannot be read: {answer.error}")
            for record in answer.records:
                if record.offset != last.get(answer.partition, -1) + 1:
                    raise BrokenPromise(f"offset {record.offset} follows {last.get(answer.partition)}")
                last[answer.partition] = record.offset
                found[answer.partition, record.offset] = record.value
        kept = {place: found[place] for place in acknowledged if place in found}
        if digest(kept) != digest(acknowledged):
            lost = sorted(place for place in acknowledged if found.get(place) != acknowledged[place])
            changed = sum(place in found for place in lost)
            raise BrokenPromise(
                f"{len(lost)} of {len(acknowledged)} acknowledged records are lost, {changed} of them replaced by "
                f"others; (partition, offset) of the first is {lost[0]}, of the last {lost[-1]}; the logs end at {last}"
            )
        if len(set(found.values())) != len(found):
            raise BrokenPromise("a record that was sent once is in the log twice")

    def verify_topics(self, created):
        names = sorted(created)
        for start in range(0, len(names), 500):
            references = [types.TopicReference(topic=name) for name in names[start : start + 500]]
            request = metadata.DescribeTopicsRequest(topics=references)
            for topic in self.cluster.metadata().DescribeTopics(request, timeout=5, wait_for_ready=True).topics:
                if (topic.topic_id, dict(topic.configs)) != created[topic.topic]:
                    raise BrokenPromise(f"topic {topic.topic} is lost or changed: {topic}")

    def verify_offsets(self, committed):
        request = groups.FetchOffsetsRequest(group=self.group)
        offsets = self.cluster.groups().FetchOffsets(request, timeout=5, wait_for_ready=True).offsets
        got = {o.partition: o.offset for o in offsets if o.HasField("offset")}
        for partition, offset in committed.items():
            if not offset <= got.get(partition, -1) <= self.attempted[partition]:
                raise BrokenPromise(f"partition {partition}: committed {offset}, found {got.get(partition)}")


def digest(records):
    """One hash over records and where they are."""
    hashed = hashlib.sha256()
    for place in sorted(records):
        hashed.update(repr(place).encode() + records[place])
    return hashed.hexdigest()
