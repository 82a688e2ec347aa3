"""A cluster on this machine for a test: `newswire dev` in a folder of its own, and channels to its nodes."""

import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

import grpc

from Harness import stubs

ROOT = Path(__file__).resolve().parents[2]


def programs():
    """The folder of the programs under test."""
    return Path(os.environ.get("NEWSWIRE_BIN", ROOT / ".build/release")).resolve()


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port_base():
    """A base such that the ports of a small cluster and of its metrics are free."""
    start = 10_000 + os.getpid() % 50 * 400
    for base in range(start, start + 20_000, 400):
        base = 10_000 + (base - 10_000) % 20_000
        if all(is_free(base + n) for n in (*range(10), *range(20, 30), *range(100, 110))):
            return base
    raise RuntimeError("no free ports")


def until(what, condition, seconds=30.0):
    """Waits until a condition holds and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.05)


class Cluster:
    """One `newswire dev`. Ends everything that it has started, whatever happens."""

    def __init__(self, data, *arguments, binaries=None, environment=None):
        self.data = Path(data)
        self.arguments = arguments
        self.binaries = Path(binaries or programs())
        self.environment = {**os.environ, **(environment or {})}
        self.port_base = free_port_base()
        self.process = None
        self.channels = {}

    # ---- life

    def start(self, seconds=60):
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "client.env").unlink(missing_ok=True)
        log = open(self.data / "dev.log", "ab")
        command = [self.binaries / "newswire", "dev", "--data", self.data, "--port-base", str(self.port_base)]
        self.process = subprocess.Popen(
            [*map(str, command), *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=self.environment,
            start_new_session=True,
        )
        until("client.env", self.is_described, seconds)
        self.settings = self.read_settings()
        until("an answer from every node", self.is_serving, seconds)
        return self

    def stop(self):
        """Ends the cluster in order; what does not end is killed, and that is an error."""
        for channel in self.channels.values():
            channel.close()
        self.channels = {}
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"newswire dev did not end; its log is {self.data / 'dev.log'}") from None
        finally:
            self.kill_all()

    def kill_all(self):
        """kill -9 for everything that is left, the command first so that it starts nothing again."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for file in self.data.glob("run/*.pid"):
            pid = self.pid(file.stem)
            if pid:
                os.kill(pid, signal.SIGKILL)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.kill_all()
            raise

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self.kill_all()

    # ---- what there is

    def is_described(self):
        if self.process.poll() is not None:
            tail = (self.data / "dev.log").read_text(errors="replace")[-2000:]
            raise AssertionError(f"newswire dev ended with {self.process.returncode}:\n{tail}")
        file = self.data / "client.env"
        return file.exists() and "NEWSWIRE_KEY" in file.read_text()

    def read_settings(self):
        settings = {}
        for word in shlex.split((self.data / "client.env").read_text(), comments=True):
            name, equals, value = word.partition("=")
            if equals and name.startswith("NEWSWIRE_"):
                settings[name] = value
        return settings

    def is_serving(self):
        try:
            # grpcio goes on with a connection only while a call waits for it.
            request = stubs.metadata.DescribeClusterRequest()
            nodes = self.metadata().DescribeCluster(request, timeout=2, wait_for_ready=True).nodes
        except grpc.RpcError:
            return False
        roles = {node.role for node in nodes if node.state == stubs.metadata.NODE_STATE_ACTIVE}
        return {1, 2, 3} <= roles

    def pid(self, node):
        """The process of a node such as "broker-1", if it is alive and one of the programs under test."""
        try:
            pid = int((self.data / "run" / f"{node}.pid").read_text())
            program = os.readlink(f"/proc/{pid}/exe")
        except (OSError, ValueError):
            return None
        return pid if Path(program).name.removesuffix(" (deleted)").startswith("newswire") else None

    # ---- how to reach it

    def file(self, setting):
        return Path(self.settings[setting]).read_bytes()

    def credentials(self):
        return grpc.ssl_channel_credentials(
            self.file("NEWSWIRE_CA"), self.file("NEWSWIRE_KEY"), self.file("NEWSWIRE_CERT")
        )

    def port(self, role, number=1):
        return self.port_base + {"coordinator": 0, "broker": 1, "group-coordinator": 2}[role] + 3 * (number - 1)

    def channel(self, role, number=1):
        """The one channel to a node."""
        if (role, number) not in self.channels:
            options = [
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 500),
            ]
            target = f"localhost:{self.port(role, number)}"
            self.channels[role, number] = grpc.secure_channel(target, self.credentials(), options)
        return self.channels[role, number]

    def metadata(self, role="coordinator"):
        return stubs.metadata_grpc.MetadataStub(self.channel(role))

    def coordinator(self):
        return stubs.coordinator_grpc.CoordinatorStub(self.channel("coordinator"))

    def broker(self, number=1):
        return stubs.broker_grpc.BrokerStub(self.channel("broker", number))

    def groups(self):
        return stubs.groups_grpc.GroupCoordinatorStub(self.channel("group-coordinator"))

    def create_topic(self, name, partitions=1, replication_factor=0, **configs):
        """Creates a topic; it must be usable at once."""
        new = stubs.coordinator.NewTopic(
            name=name, partitions=partitions, replication_factor=replication_factor, configs=configs
        )
        request = stubs.coordinator.CreateTopicsRequest(topics=[new])
        created = self.coordinator().CreateTopics(request, timeout=20).topics[0]
        assert not created.HasField("error"), created.error
        return created

    def begin(self, *arguments):
        """Begins a command whose standard input stays open."""
        return subprocess.Popen(
            [str(self.binaries / "newswire"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **self.settings},
        )

    def run(self, *arguments, stdin=b"", seconds=60):
        """The command line, with the environment that `client.env` sets."""
        return subprocess.run(
            [str(self.binaries / "newswire"), *arguments],
            input=stdin,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, **self.settings},
            check=False,
        )
