"""Clusters on this machine for measurements, and what their processes take. Python's own library is enough for it."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A measurement that came to nothing."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def until(what, condition, seconds=30.0, pause=0.05):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise SystemExit(f"bench: {what} did not happen within {seconds:.0f} s")
        time.sleep(pause)


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port_base():
    for base in range(10_090, 30_000, 200):
        if all(is_free(base + n) for n in (*range(9), *range(100, 109))):
            return base
    raise SystemExit("bench: no free ports")


# ---- processes


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def thread_seconds(pid):
    """Processor time of each thread of a process, by name."""
    seconds = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        seconds[name] = seconds.get(name, 0) + int((task / "schedstat").read_text().split()[0]) / 1e9
    return seconds


def memory_megabytes(pid, field="RssAnon"):
    """What a process has in memory: RssAnon is its own, apart from the page cache (files, its program too); VmRSS is all."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit(f"bench: process {pid} has no memory")


class MemoryWatch:
    """The most that a process has had in memory of its own."""

    def __init__(self, pid):
        self.pid = pid
        self.greatest = 0.0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ended.wait(0.1):
            try:
                self.greatest = max(self.greatest, memory_megabytes(self.pid))
            except OSError:
                return

    def end(self):
        self.ended.set()
        self.thread.join()
        return self.greatest


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_healthy(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


class Measurement:
    """A `newswire bench` at work. Its output goes to a file: a pipe that nobody reads meanwhile would hold it up."""

    def __init__(self, command, environment):
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=self.output)

    def is_running(self):
        return self.process.poll() is None

    def results(self, seconds=300):
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed(f"it took more than {seconds} s") from None
        if status != 0:
            raise Failed(f"newswire bench ended with {status}")
        self.output.seek(0)
        return json.loads(self.output.read())["results"]


class Cluster:
    """One `newswire dev` in a folder of its own."""

    def __init__(self, binaries, data, brokers=1):
        self.binaries = binaries
        self.data = data
        self.brokers = brokers
        self.environment = dict(os.environ)
        self.port_base = free_port_base()

    def __enter__(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        command = [self.binaries / "newswire", "dev", "--no-restart", "--brokers", self.brokers, "--data", self.data]
        with open(self.data / "dev.log", "wb") as log:
            self.process = subprocess.Popen(
                [*map(str, command), "--port-base", str(self.port_base)], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            until("the cluster's start", lambda: (self.data / "client.env").exists() or self.process.poll())
            time.sleep(0.1)
            for word in shlex.split((self.data / "client.env").read_text(), comments=True):
                name, equals, value = word.partition("=")
                if equals:
                    self.environment[name] = value
            until("an answer of every node", self.is_up)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end(self.process)
        shutil.rmtree(self.data, ignore_errors=True)

    def is_up(self):
        if self.process.poll() is not None:
            raise SystemExit(f"bench: the cluster has ended:\n{(self.data / 'dev.log').read_text()[-2000:]}")
        ports = [0, 2, *(1 + 3 * number for number in range(self.brokers))]
        return all(is_healthy(self.port_base + 100 + port) for port in ports)

    def pid(self, node):
        return int((self.data / "run" / f"{node}.pid").read_text())

    # ---- measurements

    def begin(self, *arguments):
        """Begins one measurement, and says so."""
        say("newswire bench " + " ".join(map(str, arguments)))
        command = [self.binaries / "newswire", "bench", *arguments, "--data", self.data, "--output", "json"]
        return Measurement([*map(str, command)], self.environment)

    def bench(self, *arguments):
        """Runs one measurement; its only or first result."""
        return self.begin(*arguments).results()[0]

    def bench_by_thread(self, *arguments):
        """The same, with the processor time of each of the broker's threads."""
        before = thread_seconds(self.pid("broker-1"))
        result = self.bench(*arguments)
        after = thread_seconds(self.pid("broker-1"))
        return result, {name: after[name] - before.get(name, 0) for name in after}

    def create_topic(self, name, partitions):
        """Makes a topic, and waits until its files are made: that goes on behind the answer."""
        command = [self.binaries / "newswire", "topics", "create", name, "--partitions", partitions]
        done = subprocess.run([*map(str, command)], env=self.environment, stdout=subprocess.DEVNULL, timeout=120)
        if done.returncode != 0:
            raise Failed(f"topic {name} could not be made")
        until("the broker's rest", self.is_at_rest, 120, pause=0)

    def is_at_rest(self):
        before = processor_seconds(self.pid("broker-1"))
        time.sleep(1)
        return processor_seconds(self.pid("broker-1")) - before < 0.05

    def forget_pages(self):
        """Has the system read again from the disk what the brokers have written."""
        files = [
            os.path.join(folder, name)
            for broker in self.data.glob("broker-*") for folder, _, names in os.walk(broker / "data") for name in names]
        for file in files:
            try:
                descriptor = os.open(file, os.O_RDONLY)
            except FileNotFoundError:  # its topic has been deleted
                continue
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)
