"""A reader that follows all partitions live, and checks what it sees as it comes."""

import hashlib
import random
import threading
import time
from collections import defaultdict

import grpc

from Harness import stubs
from Harness.stubs import broker
from Torture.machines import BROKERS
from Torture.producers import BrokenPromise


def author(value):
    """Who wrote a record, and as which of its records."""
    name, number, _ = value.split(b":", 2)
    return name.decode(), int(number)


class LiveReader(threading.Thread):
    """Reads one partition through one broker after the other, from where it was. What was read once stays so."""

    def __init__(self, machines, topic, partition, seed):
        super().__init__(daemon=True)
        self.machines = machines
        self.topic = topic
        self.partition = partition
        self.chance = random.Random(seed)
        self.values = []
        self.next_number = defaultdict(int)
        self.failures = defaultdict(int)
        self.broken = None
        self.stopping = threading.Event()
        self.call = None

    def run(self):
        while not self.stopping.is_set():
            try:
                self.read()
            except grpc.RpcError as error:
                reason = stubs.reason(error)
                self.failures[f"{error.code().name} {reason or ''}".strip()] += 1
                if reason in ("OFFSET_OUT_OF_RANGE", "DATA_CORRUPT"):
                    self.broken = BrokenPromise(
                        f"partition {self.partition} was read up to {len(self.values)}, and now: {error.details()}"
                    )
                    return
                time.sleep(0.05)
            except BrokenPromise as broken:
                self.broken = broken
                return

    def read(self):
        place = broker.ConsumePartition(topic=self.topic, partition=self.partition, offset=len(self.values))
        request = broker.ConsumeRequest(partitions=[place])
        # A connection that was cut is noticed only by the end of the call.
        seconds = self.chance.choice([2, 5, 15])
        stub = self.machines.broker(self.chance.choice(BROKERS))
        self.call = stub.Consume(request, timeout=seconds, wait_for_ready=True)
        for answer in self.call:
            if answer.HasField("error"):
                if answer.error.reason in ("OFFSET_OUT_OF_RANGE", "DATA_CORRUPT"):
                    raise BrokenPromise(f"partition {self.partition}: {answer.error.message}")
                self.failures[answer.error.reason] += 1
                time.sleep(0.05)
                return
            for record in answer.records:
                self.take(record)

    def take(self, record):
        if record.offset != len(self.values):
            raise BrokenPromise(f"partition {self.partition}: offset {record.offset} follows {len(self.values) - 1}")
        name, number = author(record.value)
        if number != self.next_number[name]:
            kind = "twice" if number < self.next_number[name] else "too early: one before it is lost"
            raise BrokenPromise(
                f"partition {self.partition} offset {record.offset}: record {number} of {name} stands there {kind}, "
                f"{self.next_number[name]} was due"
            )
        self.next_number[name] += 1
        self.values.append(record.value)

    def stop(self):
        self.stopping.set()
        if self.call is not None:
            self.call.cancel()

    def digest(self):
        hashed = hashlib.sha256()
        for value in self.values:
            hashed.update(value)
        return hashed.hexdigest()
