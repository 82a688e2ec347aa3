"""A cluster with one broker that can be ended and started again, to measure how it does that."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import grpc  # noqa: E402

from Harness.cluster import ROOT, Cluster, programs, until  # noqa: E402
from Harness.stubs import broker, types  # noqa: E402

__all__ = ["ROOT", "OneBroker", "broker", "grpc", "say", "signal", "types", "until"]

PROBED = 20


def say(text):
    print(text, file=sys.stderr, flush=True)


class OneBroker(Cluster):
    """A cluster whose only broker can be ended and started again."""

    def __init__(self, data):
        super().__init__(data, "--no-restart")
        self.started = None
        self.last_error = None

    def broker_pid(self):
        return self.started.pid if self.started else self.pid("broker-1")

    def end_broker(self, which):
        pid = self.broker_pid()
        os.kill(pid, which)
        if self.started:
            self.started.wait(60)
        else:
            until("the broker's end", lambda: not Path(f"/proc/{pid}").exists(), 60)

    def start_broker(self):
        configuration = self.data / "broker-1" / "broker.yaml"
        with open(self.data / "revived.log", "ab") as log:
            self.started = subprocess.Popen(
                [str(programs() / "newswire-broker"), "--config", str(configuration)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def kill_all(self):
        if self.started:
            self.started.kill()
            self.started.wait()
        super().kill_all()

    def is_whole(self, topic, partitions):
        """One answer that has every partition in it, without an error."""
        wanted = [
            broker.FetchPartition(topic=topic, partition=number, offset=0, max_bytes=1) for number in range(partitions)]
        request = broker.FetchRequest(partitions=wanted, max_bytes=1)
        try:
            answer = self.broker().Fetch(request, timeout=5, wait_for_ready=True)
        except grpc.RpcError as error:
            self.last_error = error.details()
            return False
        wrong = [part.error for part in answer.partitions if part.HasField("error")]
        self.last_error = f"{len(wrong)} partitions: {wrong[0].message}" if wrong else None
        return not wrong

    def takes_records(self, topic, partitions):
        """A record in each of some partitions is written and synced."""
        for number in random.sample(range(partitions), min(PROBED, partitions)):
            request = broker.ProduceRequest(
                topic=topic, partition=number, acks=broker.ACKS_ALL, records=[types.Record(value=bytes(100))])
            try:
                if self.broker().Produce(request, timeout=5, wait_for_ready=True).partitions[0].HasField("error"):
                    return False
            except grpc.RpcError:
                return False
        return True

    def serve_again(self, topic, partitions):
        """Starts the broker; how long it takes to serve, how much it has read by then, and its memory."""
        for channel in self.channels.values():
            channel.close()
        self.channels = {}
        began = time.monotonic()
        self.start_broker()
        try:
            until("a whole answer", lambda: self.is_whole(topic, partitions), 20)
        except TimeoutError:
            words = (self.data / "revived.log").read_text()[-3000:]
            raise SystemExit(f"restart: not served: {self.last_error}\n{words}") from None
        read = time.monotonic() - began
        io = dict(line.split(": ") for line in Path(f"/proc/{self.started.pid}/io").read_text().splitlines())
        until("writes", lambda: self.takes_records(topic, partitions), 60)
        return read, time.monotonic() - began, int(io["rchar"])

    def files(self):
        for folder, _, names in os.walk(self.data / "broker-1"):
            for name in names:
                yield os.path.join(folder, name)

    def log_bytes(self):
        return sum(os.path.getsize(file) for file in self.files() if file.endswith(".log"))

    def forget_pages(self):
        os.sync()
        for file in self.files():
            descriptor = os.open(file, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)
