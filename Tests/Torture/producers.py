"""Producers that never give up, number their records, and remember what was acknowledged."""

import random
import subprocess
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

import grpc

from Harness import stubs
from Harness.stubs import broker, types
from Torture.machines import BROKERS

WINDOW = 5


class BrokenPromise(AssertionError):
    """Something that was promised does not hold."""


@dataclass
class Batch:
    """Records on their way: their sequence numbers, and the call that carries them at the moment."""

    partition: int
    first: int
    values: list
    call: object = None
    tries: int = 0
    sent: float = field(default_factory=time.monotonic)


class PlainProducer(threading.Thread):
    """An idempotent producer in a few lines of grpcio: an id, sequence numbers, and the same batch again until it is
    answered; up to five batches of a partition are under way."""

    def __init__(self, machines, topic, partitions, number, seed, rate):
        super().__init__(daemon=True, name=f"p{number}")
        self.machines = machines
        self.topic = topic
        self.chance = random.Random(seed)
        self.partitions = partitions
        self.pause = 1 / rate
        self.window = self.chance.randint(1, WINDOW)
        self.size = self.chance.choice([50, 200, 1000])
        self.sequences = defaultdict(int)
        self.waiting = defaultdict(deque)
        # (partition, number of the record by this producer) to the offset it was acknowledged at.
        self.acknowledged = {}
        self.acknowledgements = 0
        self.duplicates = 0
        self.retries = 0
        self.failures = defaultdict(int)
        self.longest_wait = 0.0
        self.last_failure = None
        self.unanswered = None
        self.broken = None
        self.stopping = threading.Event()
        self.abandoned = threading.Event()

    # ---- the thread

    def run(self):
        try:
            self.allocate()
            while not self.abandoned.is_set() and (not self.stopping.is_set() or any(self.waiting.values())):
                self.step()
        except BrokenPromise as broken:
            self.broken = broken

    def allocate(self):
        while not self.stopping.is_set():
            try:
                request = broker.AllocateProducerRequest()
                answer = self.stub().AllocateProducer(request, timeout=5, wait_for_ready=True)
            except grpc.RpcError as error:
                self.note(error)
                continue
            self.id, self.epoch = answer.producer_id, answer.producer_epoch
            return

    def step(self):
        is_sending = not self.stopping.is_set()
        partition = self.chance.randrange(self.partitions)
        if is_sending and len(self.waiting[partition]) < self.window:
            self.begin(partition)
        for waiting in self.waiting.values():
            self.look_at(waiting)
        oldest = [waiting[0].sent for waiting in self.waiting.values() if waiting]
        self.unanswered = min(oldest, default=None)
        time.sleep(self.pause if is_sending else 0.02)

    def begin(self, partition):
        count = self.chance.choice([1, 1, 1, 5, 20])
        first = self.sequences[partition]
        filling = "." * self.chance.randrange(self.size)
        values = [f"{self.name}:{number}:{filling}".encode() for number in range(first, first + count)]
        self.sequences[partition] += count
        self.waiting[partition].append(Batch(partition, first, values))

    def look_at(self, waiting):
        """Takes answers in order, and sends what is not under way. After a failure all behind it goes again too."""
        while waiting and waiting[0].call is not None and waiting[0].call.done():
            batch = waiting[0]
            try:
                self.accept(batch, batch.call.result().partitions[0])
            except grpc.RpcError as error:
                self.note(error)
                for other in waiting:
                    if other.call is not None:
                        other.call.cancel()
                    other.call = None
                time.sleep(0.02)
                break
            waiting.popleft()
        for batch in waiting:
            if batch.call is None:
                self.send(batch)

    def send(self, batch):
        request = broker.ProduceRequest(
            topic=self.topic,
            partition=batch.partition,
            acks=broker.ACKS_ALL,
            producer=broker.ProducerState(
                producer_id=self.id, producer_epoch=self.epoch, base_sequence=batch.first
            ),
            records=[types.Record(value=value) for value in batch.values],
        )
        self.retries += batch.tries > 0
        batch.tries += 1
        # grpcio goes on with a connection only while a call waits for it.
        seconds = self.chance.choice([0.5, 1, 3, 8])
        batch.call = self.stub().Produce.future(request, timeout=seconds, wait_for_ready=True)

    def stub(self):
        return self.machines.broker(self.chance.choice(BROKERS))

    def abandon(self):
        """Ends without waiting for what has no answer."""
        self.abandoned.set()
        self.stopping.set()
        self.join(10)

    # ---- answers

    def accept(self, batch, place):
        if place.HasField("error"):
            raise BrokenPromise(f"{self.name} partition {batch.partition}: {place.error}")
        # Also what was sent once may have been repeated: by the broker that passed it on.
        self.duplicates += place.duplicate
        for step in range(len(batch.values)):
            self.acknowledged[batch.partition, batch.first + step] = place.base_offset + step
        self.acknowledgements += 1
        self.longest_wait = max(self.longest_wait, time.monotonic() - batch.sent)

    def note(self, error):
        reason = stubs.reason(error)
        self.failures[f"{error.code().name} {reason or ''}".strip()] += 1
        self.last_failure = error.details()
        if reason in ("OUT_OF_ORDER_SEQUENCE", "INVALID_PRODUCER_EPOCH", "FENCED_PRODUCER_EPOCH"):
            # A batch may overtake another one on its way, as long as the one before has no answer.
            self.failures["sequence refused"] += 1
        if reason in ("DUPLICATE_SEQUENCE", "UNKNOWN_PRODUCER_ID", "DATA_CORRUPT"):
            raise BrokenPromise(f"{self.name}: {error.details()}")


class CommandProducer:
    """`newswire produce`, fed with numbered lines until it is closed; it has to send every one of them."""

    def __init__(self, machines, topic, number, partition, rate, batch_bytes, filling):
        self.name = f"c{number}"
        self.partition = partition
        self.filling = "." * filling
        self.lines = 0
        self.pause = 1 / rate
        self.stopping = threading.Event()
        words = ["produce", topic, "--partition", str(partition), "--batch-bytes", str(batch_bytes)]
        command, environment = machines.command(*words)
        self.log = machines.folder_of_all / f"{self.name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=environment
            )
        self.thread = threading.Thread(target=self.feed, daemon=True)
        self.thread.start()

    def feed(self):
        try:
            while not self.stopping.is_set():
                self.process.stdin.write(f"{self.name}:{self.lines}:{self.filling}\n".encode())
                self.process.stdin.flush()
                self.lines += 1
                time.sleep(self.pause)
            self.process.stdin.close()
        except OSError:
            pass

    def finish(self, seconds):
        """Ends the input; every line must have been acknowledged."""
        self.stopping.set()
        self.thread.join(seconds)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise BrokenPromise(f"newswire produce did not end within {seconds} s after the last fault") from None
        if status != 0:
            raise BrokenPromise(f"newswire produce ended with {status}: {self.log.read_text(errors='replace')[-500:]}")

    def check(self):
        if self.process.poll() is not None:
            words = self.log.read_text(errors="replace")[-500:]
            raise BrokenPromise(f"newswire produce ended by itself with {self.process.returncode}: {words}")

    def kill(self):
        self.stopping.set()
        if self.process.poll() is None:
            self.process.kill()
