"""Three brokers, three replicas, and everything that goes wrong: nothing acknowledged is lost, twice or out of order."""

import json
import os
import random
import time

import grpc

from Harness.cluster import until
from Torture.faults import Faults
from Torture.groups import SESSION, Group
from Torture.machines import Machines
from Torture.producers import BrokenPromise, CommandProducer, PlainProducer
from Torture.readers import LiveReader

SECONDS = float(os.environ.get("NEWSWIRE_TORTURE_SECONDS", "60"))
# Faults for so long, then everything is healed and all must go on.
ROUND = 20.0
# How soon after the last fault every producer must have an answer, and every replica be in sync.
PROGRESS_WITHIN = 30.0
IN_SYNC_WITHIN = 60.0
TOPIC = "torture"
PARTITIONS = 4
PRODUCERS = 4


class Torture:
    """The load, and what must hold of it."""

    def __init__(self, machines, seed):
        self.machines = machines
        self.began = time.monotonic()
        chance = random.Random(seed)
        self.producers = [
            PlainProducer(machines, TOPIC, PARTITIONS, number, chance.random(), rate=60) for number in range(PRODUCERS)
        ]
        self.readers = [LiveReader(machines, TOPIC, partition, chance.random()) for partition in range(PARTITIONS)]
        self.group = Group(machines, TOPIC, PARTITIONS)
        self.commands = []

    def say(self, what):
        print(f"{time.monotonic() - self.began:7.2f} {what}", flush=True)

    def start(self):
        for thread in [*self.producers, *self.readers]:
            thread.start()
        # The other one has requests of many batches, of which a broker may have a part when it dies.
        self.commands = [
            CommandProducer(self.machines, TOPIC, 0, partition=0, rate=50, batch_bytes=128 << 10, filling=0),
            CommandProducer(self.machines, TOPIC, 1, partition=1, rate=150, batch_bytes=1024, filling=200),
        ]
        # A command that has never reached the cluster gives up soon, as it should.
        until("a record of every command", lambda: all(self.has_seen(command) for command in self.commands))
        self.group.start()
        until("a committed offset of every partition", lambda: all(self.group.committed))

    def has_seen(self, command):
        self.check()
        return self.readers[command.partition].next_number[command.name] > 0

    def check(self):
        for thread in [*self.producers, *self.readers]:
            if thread.broken is not None:
                raise thread.broken
        for command in self.commands:
            if not command.stopping.is_set():
                command.check()
        self.group.check()
        self.machines.check_alive()

    def wait_for_progress(self):
        """After everything has been healed every producer gets answers to what it sends from then on."""
        healed = time.monotonic()
        before = [producer.acknowledgements for producer in self.producers]

        def progressed():
            self.check()
            answered = all(p.acknowledgements > b for p, b in zip(self.producers, before, strict=True))
            old = [p for p in self.producers if p.unanswered is not None and p.unanswered < healed]
            return answered and not old

        try:
            until("an answer for every producer after everything was healed", progressed, PROGRESS_WITHIN)
        except TimeoutError as error:
            words = "\n".join(
                f"{p.name}: {p.acknowledgements} answers, {dict(p.failures)}, the last: {p.last_failure}"
                for p in self.producers
            )
            raise BrokenPromise(f"{error}:\n{words}\n{self.partitions()}") from None
        self.say(f"all producers go on {time.monotonic() - healed:.1f} s after the last fault")

    def partitions(self):
        """The partitions in words, for a report of what went wrong."""
        done = self.machines.run("partitions", "describe", TOPIC)
        return done.stdout + done.stderr

    def finish(self):
        """Lets the producers get their last answers and the readers read all of it."""
        for producer in self.producers:
            producer.stopping.set()
        for producer in self.producers:
            producer.join(PROGRESS_WITHIN)
            self.check()
            assert not producer.is_alive(), f"{producer.name} has records without an answer"
        for command in self.commands:
            command.finish(PROGRESS_WITHIN)

        def all_read():
            self.check()
            return sum(len(reader.values) for reader in self.readers) >= self.sent()

        try:
            until("reading everything", all_read, PROGRESS_WITHIN)
        except TimeoutError as error:
            read = {reader.partition: dict(reader.next_number) for reader in self.readers}
            raise BrokenPromise(f"{error}: {self.sent()} records were sent, these were read: {read}") from None
        finally:
            for reader in self.readers:
                reader.stop()
        ends = [len(reader.values) for reader in self.readers]
        try:
            until("the group's reading everything", lambda: self.group.has_finished(ends), IN_SYNC_WITHIN)
        except TimeoutError as error:
            raise BrokenPromise(
                f"{error}: {ends} were written, {self.group.read_to} read, {self.group.committed} committed, "
                f"{len(self.group.leaving)} members have not left"
            ) from None

    def sent(self):
        return sum(sum(p.sequences.values()) for p in self.producers) + sum(c.lines for c in self.commands)

    def verify(self):
        """Compares what was promised with what is there: the readers have checked order and doubles."""
        assert sum(len(reader.values) for reader in self.readers) == self.sent(), "records that nobody has sent"
        for producer in self.producers:
            for (partition, number), offset in producer.acknowledged.items():
                value = self.readers[partition].values[offset]
                if not value.startswith(f"{producer.name}:{number}:".encode()):
                    raise BrokenPromise(
                        f"{producer.name} was told that its record {number} is at offset {offset} of partition "
                        f"{partition}, where {value[:40]} stands"
                    )

    def verify_replicas(self):
        """All replicas come back in sync, and hold the same bytes."""
        start = time.monotonic()

        def in_sync():
            self.machines.check_alive()
            try:
                partitions = self.machines.partitions(TOPIC)
            except grpc.RpcError:
                return False
            return all(len(p.in_sync_replicas) == len(p.replicas) for p in partitions)

        until("all replicas in sync", in_sync, IN_SYNC_WITHIN)
        self.say(f"all replicas are in sync after {time.monotonic() - start:.1f} s")
        done = self.machines.run("partitions", "verify", TOPIC, "--output", "json")
        assert done.returncode == 0, f"the replicas differ:\n{done.stdout}\n{done.stderr}"
        compared = sum(partition["compared_bytes"] for partition in json.loads(done.stdout)["partitions"])
        assert compared > 0
        self.say(f"all replicas are equal over {compared / 1e6:.1f} MB")

    def end(self):
        self.group.kill()
        for reader in self.readers:
            reader.stop()
        for command in self.commands:
            command.kill()
        for producer in self.producers:
            if producer.is_alive():
                producer.abandon()


def replicas(machines):
    """Creates the topic with three replicas, or as many as there may be."""
    error = machines.create_topic(TOPIC, PARTITIONS, 3, **{"segment.bytes": "1048576"})
    if error is None:
        return 3
    assert error.reason == "INVALID_REPLICATION_FACTOR", error
    error = machines.create_topic(TOPIC, PARTITIONS, 1, **{"segment.bytes": "1048576"})
    assert error is None, error
    return 1


def test_nothing_acknowledged_is_lost(scratch, seed):
    chance = random.Random(seed)
    with Machines(scratch, disk_megabytes=512) as machines:
        count = replicas(machines)
        torture = Torture(machines, seed)
        torture.say(f"seed {seed}, {SECONDS:.0f} s, {count} replicas")
        if machines.why_proxies is not None:
            torture.say(f"proxies cut in place of the network: {machines.why_proxies}")
        for machine, disk in machines.disks.items():
            if disk.why_not is not None:
                torture.say(f"the disk of {machine} cannot be filled: {disk.why_not}")
        faults = Faults(machines, chance, torture.say)
        try:
            torture.start()
            torture.wait_for_progress()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                faults.run(min(ROUND, max(1.0, end - time.monotonic())))
                torture.wait_for_progress()
                torture.group.change_members(chance, may_kill=end - time.monotonic() > SESSION)
            torture.finish()
            torture.verify()
            torture.verify_replicas()
        finally:
            torture.end()
        report(torture, faults)


def report(torture, faults):
    producers = torture.producers
    torture.say(f"faults: {faults.counts}")
    torture.say(
        f"{torture.sent()} records, {sum(p.retries for p in producers)} retries, "
        f"{sum(p.duplicates for p in producers)} duplicates answered, "
        f"longest wait for an answer {max(p.longest_wait for p in producers):.1f} s"
    )
    group = torture.group
    torture.say(
        f"group: {group.begun} members, {group.killed} killed, {group.answers} looks at its offsets, "
        f"{group.again} records read again"
    )
    for producer in producers:
        torture.say(f"{producer.name}: {dict(producer.failures)}")
    for reader in torture.readers:
        torture.say(f"reader of partition {reader.partition}: {dict(reader.failures)}")
