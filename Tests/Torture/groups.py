"""Members of a group that read everything, and a watch on how far the group says that it has read."""

import json
import signal
import subprocess
import threading
from collections import defaultdict

import grpc

from Harness.cluster import until
from Harness.stubs import groups, types
from Torture.producers import BrokenPromise

GROUP = "readers"
READING_WITHIN = 10
# A member that is killed is missed after so long, and keeps its partitions until then.
SESSION = 45


class Member:
    """One `newswire consume --group`, and what it has written."""

    def __init__(self, machines, topic, number, take):
        self.take = take
        self.records = 0
        self.broken = None
        command, environment = machines.command("consume", topic, "--group", GROUP, "--format", "json")
        self.log = machines.folder_of_all / f"g{number}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment
            )
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        try:
            for line in self.process.stdout:
                if not line.endswith(b"\n"):
                    # It was killed while it wrote this.
                    return
                record = json.loads(line)
                self.records += 1
                self.take(record["partition"], record["offset"], record["value"].encode())
        except BrokenPromise as broken:
            self.broken = broken

    def leave(self):
        self.process.send_signal(signal.SIGINT)

    def has_left(self):
        """True once it has ended; anything but a good end is an error."""
        status = self.process.poll()
        if status not in (None, 0):
            raise BrokenPromise(f"newswire consume ended with {status}: {self.last_words()}")
        return status == 0

    def check(self):
        if self.broken is not None:
            raise self.broken
        if self.process.poll() is not None:
            raise BrokenPromise(
                f"newswire consume ended by itself with {self.process.returncode}: {self.last_words()}"
            )

    def last_words(self):
        return self.log.read_text(errors="replace")[-500:]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.thread.join(5)


class Group(threading.Thread):
    """Two members, one of which goes and another comes now and then. Nothing is committed that nobody has read, the
    same offset has always the same record, and what has been committed never goes back."""

    def __init__(self, machines, topic, partitions):
        super().__init__(daemon=True)
        self.machines = machines
        self.topic = topic
        self.partitions = partitions
        self.lock = threading.Lock()
        self.read = defaultdict(dict)
        # Everything before it has been read by somebody.
        self.read_to = [0] * partitions
        self.committed = [0] * partitions
        self.again = 0
        self.answers = 0
        self.members = []
        self.leaving = []
        self.begun = 0
        self.killed = 0
        self.broken = None
        self.stopping = threading.Event()

    def start(self):
        for _ in range(2):
            self.add_member()
        super().start()

    def run(self):
        try:
            while not self.stopping.wait(0.2):
                self.look()
        except BrokenPromise as broken:
            self.broken = broken

    def add_member(self):
        self.members.append(Member(self.machines, self.topic, self.begun, self.take))
        self.begun += 1

    def take(self, partition, offset, value):
        with self.lock:
            known = self.read[partition].setdefault(offset, value)
            if known is not value:
                self.again += 1
            if known != value:
                raise BrokenPromise(f"group: offset {offset} of partition {partition} was {known}, and is {value}")
            while self.read_to[partition] in self.read[partition]:
                self.read_to[partition] += 1

    def change_members(self, chance, may_kill):
        """Has the oldest member leave, or kills it, and has another one come."""
        oldest = self.members.pop(0)
        if may_kill and chance.random() < 0.25:
            oldest.kill()
            self.killed += 1
        else:
            oldest.leave()
            self.leaving.append(oldest)
        self.add_member()
        # A command that has never reached the cluster gives up soon, as it should.
        try:
            until("a new member's first record", self.newest_reads, SESSION + 30)
        except TimeoutError as error:
            described = self.machines.run("groups", "describe", GROUP)
            raise BrokenPromise(f"{error}:\n{described.stdout}{described.stderr}") from None

    def newest_reads(self):
        self.check()
        return self.members[-1].records > 0

    def check(self):
        if self.broken is not None:
            raise self.broken
        for member in self.members:
            member.check()
        self.leaving = [member for member in self.leaving if not member.has_left()]

    def look(self, seconds=2.0):
        """Asks how far the group has read; what nobody answers just now is no news."""
        request = groups.FetchOffsetsRequest(
            group=GROUP, topics=[types.TopicPartitions(topic=self.topic, partitions=range(self.partitions))]
        )
        try:
            answer = self.machines.groups().FetchOffsets(request, timeout=seconds)
        except grpc.RpcError:
            return
        self.answers += 1
        for place in answer.offsets:
            if not place.HasField("error"):
                self.note(place.partition, place.offset if place.HasField("offset") else 0)

    def note(self, partition, offset):
        before = self.committed[partition]
        if offset < before:
            raise BrokenPromise(f"group: {before} was committed for partition {partition}, and now {offset} is")
        self.committed[partition] = offset
        # A member commits what it has written to its output; this process may still have to read that.
        try:
            until("reading what was committed", lambda: self.has_read(partition, offset), READING_WITHIN)
        except TimeoutError:
            raise BrokenPromise(
                f"group: {offset} was committed for partition {partition}, but nobody has read {self.read_to[partition]}"
            ) from None

    def has_read(self, partition, offset):
        with self.lock:
            return self.read_to[partition] >= offset

    def has_finished(self, ends):
        """True once the group has read every partition to its end and says so, and who left has gone."""
        self.check()
        return self.committed == ends and not self.leaving

    def kill(self):
        self.stopping.set()
        for member in [*self.members, *self.leaving]:
            member.kill()
