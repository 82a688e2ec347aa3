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

    def __init__(self, cluster, seed, writers=4):
        self.cluster = cluster
        self.random = random.Random(seed)
        self.topic = f"load-{seed}"
        self.group = f"group-{seed}"
        self.acknowledged = {}
        self.created = {}
        self.committed = defaultdict(int)
        self.attempted = defaultdict(int)
        self.failures = defaultdict(int)
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        targets = [self.produce] * writers + [self.create_topics, self.commit]
        seeds = [self.random.random() for _ in targets]
        self.threads = [
            threading.Thread(target=self.repeat, args=(target, random.Random(seed)), daemon=True)
            for target, seed in zip(targets, seeds, strict=True)
        ]

    def start(self):
        self.cluster.create_topic(self.topic, partitions=PARTITIONS)
        until("a group coordinator that commits", self.can_commit)
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a call did not end by its deadline"

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # ---- the writers

    def repeat(self, write, chance):
        while not self.stopping.is_set():
            try:
                write(chance)
            except grpc.RpcError as error:
                with self.lock:
                    self.failures[error.code().name, stubs.reason(error)] += 1
                time.sleep(0.05)

    def produce(self, chance):
        partition = chance.randrange(PARTITIONS)
        count = chance.choice([1, 1, 5, 40])
        size = chance.choice([10, 100, 1000, 8000])
        sent = [str(uuid.uuid4()).encode() + bytes(size) for _ in range(count)]
        request = broker.ProduceRequest(
            topic=self.topic, partition=partition, acks=broker.ACKS_ALL, records=[types.Record(value=v) for v in sent]
        )
        place = self.cluster.broker().Produce(request, timeout=5).partitions[0]
        if place.HasField("error"):
            return
        with self.lock:
            for step, value in enumerate(sent):
                where = (partition, place.base_offset + step)
                if where in self.acknowledged:
                    raise BrokenPromise(f"offset {where} was given out twice")
                self.acknowledged[where] = value

    def create_topics(self, chance):
        name = f"{self.topic}-{chance.getrandbits(48):x}"
        new = coordinator.NewTopic(name=name, partitions=1, configs={"retention.ms": str(chance.randrange(10**9, 10**10))})
        request = coordinator.CreateTopicsRequest(topics=[new], request_id=str(uuid.uuid4()))
        made = self.cluster.coordinator().CreateTopics(request, timeout=5).topics[0]
        if not made.HasField("error"):
            with self.lock:
                self.created[name] = (made.topic_id, dict(new.configs))
        time.sleep(0.05)

    def commit_request(self, partition, offset):
        moved = groups.OffsetToCommit(topic=self.topic, partition=partition, offset=offset, metadata=str(offset))
        return groups.CommitOffsetsRequest(group=self.group, offsets=[moved])

    def can_commit(self):
        try:
            result = self.cluster.groups().CommitOffsets(self.commit_request(0, 0), timeout=5).offsets[0]
        except grpc.RpcError:
            return False
        return not result.HasField("error")

    def commit(self, chance):
        partition = chance.randrange(PARTITIONS)
        self.attempted[partition] += 1
        offset = self.attempted[partition]
        result = self.cluster.groups().CommitOffsets(self.commit_request(partition, offset), timeout=5).offsets[0]
        if not result.HasField("error"):
            with self.lock:
                self.committed[partition] = offset

    # ---- the promises

    def wait_for_progress(self, seconds=60):
        """Waits until every service has made a promise that it had not made before."""
        with self.lock:
            before = len(self.acknowledged), len(self.created), sum(self.committed.values())

        def progressed():
            with self.lock:
                now = len(self.acknowledged), len(self.created), sum(self.committed.values())
            return all(b < n for b, n in zip(before, now, strict=True))

        until(f"progress after a crash (failures: {dict(self.failures)})", progressed, seconds)

    def verify(self):
        """Reads everything that was promised so far; returns how much that was, and its hash."""
        with self.lock:
            acknowledged = dict(self.acknowledged)
            created = dict(self.created)
            committed = dict(self.committed)
        self.verify_topics(created)
        self.verify_records(acknowledged)
        self.verify_offsets(committed)
        return len(acknowledged), digest(acknowledged)

    def verify_records(self, acknowledged):
        found, last = {}, {}
        where = broker.ConsumePartition(topic=self.topic, beginning=True)
        request = broker.ConsumeRequest(partitions=[where], until_end=True)
        for answer in self.cluster.broker().Consume(request, timeout=120):
            assert not answer.HasField("error"), answer.error
            for record in answer.records:
                if record.offset != last.get(answer.partition, -1) + 1:
                    raise BrokenPromise(f"offset {record.offset} follows {last.get(answer.partition)}")
                last[answer.partition] = record.offset
                found[answer.partition, record.offset] = record.value
        kept = {place: found[place] for place in acknowledged if place in found}
        if digest(kept) != digest(acknowledged):
            lost = [place for place in acknowledged if found.get(place) != acknowledged[place]]
            raise BrokenPromise(
                f"{len(lost)} of {len(acknowledged)} acknowledged records are lost or changed, the first at "
                f"{min(lost)}; the logs end at {last}"
            )
        values = list(found.values())
        if len(values) != len(set(values)):
            raise BrokenPromise("a record is in the log twice")

    def verify_topics(self, created):
        names = sorted(created)
        for start in range(0, len(names), 500):
            references = [types.TopicReference(topic=name) for name in names[start : start + 500]]
            request = metadata.DescribeTopicsRequest(topics=references)
            for topic in self.cluster.metadata().DescribeTopics(request, timeout=20).topics:
                if (topic.topic_id, dict(topic.configs)) != created[topic.topic]:
                    raise BrokenPromise(f"topic {topic.topic} is lost or changed: {topic}")

    def verify_offsets(self, committed):
        request = groups.FetchOffsetsRequest(group=self.group)
        offsets = self.cluster.groups().FetchOffsets(request, timeout=30).offsets
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
