"""A cluster of three brokers, each process on a machine of its own, that nobody starts again but the test."""

import os
import signal
import subprocess
from pathlib import Path

import grpc

from Harness import stubs
from Harness.cluster import free_port_base, programs, until
from Torture.disks import Disk
from Torture.network import CLIENT, Network
from Torture.proxies import Proxies

BROKERS = ("broker-1", "broker-2", "broker-3")
MACHINES = ("coordinator-1", *BROKERS, "group-coordinator-1")
CHANNEL_OPTIONS = [
    ("grpc.initial_reconnect_backoff_ms", 50),
    # How long the making of a connection may take.
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 2_000),
]


class Machines:
    """Processes of a cluster. Ends and takes away everything that it has started or made, whatever happens."""

    def __init__(self, folder, disk_megabytes=None, environment=None):
        self.folder_of_all = Path(folder)
        self.network = Network(MACHINES)
        self.port = free_port_base()
        # Why cables are cut by proxies, if they are.
        self.why_proxies = None
        self.environment = environment or {}
        self.processes = {}
        # Those that were told to end and have not yet.
        self.ending = {}
        self.channels = {}
        self.disks = {}
        self.disk_megabytes = disk_megabytes

    # ---- life

    def __enter__(self):
        try:
            self.network.start()
            if not self.network.can_cut:
                self.use_proxies(self.network.why_not)
            self.make_certificates()
            for machine in MACHINES:
                self.folder(machine).mkdir(parents=True, exist_ok=True)
                if machine in BROKERS and self.disk_megabytes:
                    self.disks[machine] = Disk(self.folder(machine) / "data", self.disk_megabytes).mount()
                self.write_configuration(machine)
                self.start(machine)
            until("an answer from every machine", self.is_serving, 30)
            return self
        except BaseException as error:
            self.__exit__(type(error))
            raise

    def __exit__(self, kind, *_):
        for channel in self.channels.values():
            channel.close()
        for process in [*self.processes.values(), *self.ending.values()]:
            process.kill()
            process.wait()
        self.processes = {}
        self.ending = {}
        for disk in self.disks.values():
            disk.unmount(keeps=kind is not None)
        self.network.stop()

    def use_proxies(self, why):
        ports = {machine: self.port_of(machine) for machine in MACHINES}
        self.network = Proxies(ports, self.pids).start()
        self.why_proxies = why

    def pids(self):
        return {machine: process.pid for machine, process in list({**self.processes, **self.ending}.items())}

    def start(self, machine):
        role = machine.rpartition("-")[0]
        command = [programs() / f"newswire-{role}", "--config", self.folder(machine) / "node.yaml"]
        with open(self.log(machine), "ab") as log:
            self.processes[machine] = subprocess.Popen(
                [*self.network.prefix_of(machine), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def kill(self, *machines):
        """kill -9 for all of them at once."""
        for machine in machines:
            self.processes[machine].kill()
        for machine in machines:
            status = self.processes.pop(machine).wait(30)
            assert status == -signal.SIGKILL, self.last_words(machine, f"had ended with {status}")

    def terminate(self, machine):
        """Begins to end a process in order."""
        self.ending[machine] = self.processes.pop(machine)
        self.ending[machine].terminate()

    def has_ended(self, machine):
        """True once the process that was told to end has done so, as it should."""
        status = self.ending[machine].poll()
        if status is None:
            return False
        del self.ending[machine]
        assert status == 0, self.last_words(machine, f"ended with {status}")
        return True

    def signal(self, machine, number):
        self.processes[machine].send_signal(number)

    def check_alive(self):
        for machine, process in list(self.processes.items()):
            if process.poll() is not None:
                raise AssertionError(self.last_words(machine, f"ended by itself with {process.returncode}"))

    # ---- what there is

    def folder(self, machine):
        return self.folder_of_all / machine

    def log(self, machine):
        return self.folder_of_all / f"{machine}.log"

    def last_words(self, machine, what):
        lines = self.log(machine).read_text(errors="replace").splitlines()[-10:]
        return "\n".join([f"{machine} {what}:", *lines])

    def port_of(self, machine):
        return self.port + MACHINES.index(machine)

    def address(self, machine):
        return f"{self.network.address(machine)}:{self.port_of(machine)}"

    def address_behind(self, machine):
        """Where it listens, behind a proxy maybe."""
        port = self.port_of(machine) if self.why_proxies is None else self.network.port_behind(machine)
        return f"{self.network.address(machine)}:{port}"

    def make_certificates(self):
        self.tls = self.folder_of_all / "tls"
        self.run_tool("certs", "init", "--cluster", "torture", "--dir", self.tls)
        for machine in MACHINES:
            role, _, number = machine.rpartition("-")
            host = self.network.address(machine)
            self.run_tool("certs", "issue", role, number, "--dir", self.tls, "--host", host)
        self.run_tool("certs", "issue", "client", "admin", "--dir", self.tls)

    def run_tool(self, *words):
        command = [programs() / "newswire", *words]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    def write_configuration(self, machine):
        role, _, number = machine.rpartition("-")
        data = self.folder(machine) / "data"
        places = {"coordinator": f"data:\n  folder: {data}\n", "broker": f"data:\n  folders:\n    - {data}\n"}
        text = f"""node:
  id: '{number}'
cluster:
  name: torture
listeners:
  - name: main
    bind: '{self.address_behind(machine)}'
    advertised: '{self.address(machine)}'
tls:
  certificate: {self.tls}/{machine}.pem
  key: {self.tls}/{machine}-key.pem
  node-authority: {self.tls}/node-ca.pem
  client-authority: {self.tls}/client-ca.pem
metrics:
  address: '127.0.0.1:{self.port + 100 + MACHINES.index(machine)}'
"""
        text += places.get(role, "")
        if role != "coordinator":
            text += f"coordinators:\n  - '{self.address('coordinator-1')}'\n"
        (self.folder(machine) / "node.yaml").write_text(text)

    # ---- how to reach it

    def channel(self, machine):
        if machine not in self.channels:
            files = [self.tls / name for name in ("node-ca.pem", "admin-key.pem", "admin.pem")]
            credentials = grpc.ssl_channel_credentials(*(file.read_bytes() for file in files))
            self.channels[machine] = grpc.secure_channel(self.address(machine), credentials, CHANNEL_OPTIONS)
        return self.channels[machine]

    def broker(self, machine):
        return stubs.broker_grpc.BrokerStub(self.channel(machine))

    def metadata(self, machine="coordinator-1"):
        return stubs.metadata_grpc.MetadataStub(self.channel(machine))

    def coordinator(self):
        return stubs.coordinator_grpc.CoordinatorStub(self.channel("coordinator-1"))

    def groups(self):
        return stubs.groups_grpc.GroupCoordinatorStub(self.channel("group-coordinator-1"))

    def is_serving(self):
        self.check_alive()
        try:
            request = stubs.metadata.DescribeClusterRequest()
            nodes = self.metadata().DescribeCluster(request, timeout=2, wait_for_ready=True).nodes
        except grpc.RpcError:
            return False
        return sum(node.state == stubs.metadata.NODE_STATE_ACTIVE for node in nodes) == len(MACHINES)

    def partitions(self, topic):
        """What the coordinator says of a topic's partitions."""
        request = stubs.metadata.DescribeTopicsRequest(topics=[stubs.types.TopicReference(topic=topic)])
        return self.metadata().DescribeTopics(request, timeout=5, wait_for_ready=True).topics[0].partitions

    def create_topic(self, name, partitions, replicas, **configs):
        """Creates a topic, or answers why not."""
        new = stubs.coordinator.NewTopic(
            name=name, partitions=partitions, replication_factor=replicas, configs=configs
        )
        request = stubs.coordinator.CreateTopicsRequest(topics=[new])
        created = self.coordinator().CreateTopics(request, timeout=20, wait_for_ready=True).topics[0]
        return created.error if created.HasField("error") else None

    def command(self, *words):
        """A `newswire` command as a client of this cluster, and its environment."""
        bootstrap = ",".join(self.address(broker) for broker in BROKERS)
        settings = {
            "NEWSWIRE_BOOTSTRAP": bootstrap,
            "NEWSWIRE_CA": str(self.tls / "node-ca.pem"),
            "NEWSWIRE_CERT": str(self.tls / "admin.pem"),
            "NEWSWIRE_KEY": str(self.tls / "admin-key.pem"),
        }
        return [str(programs() / "newswire"), *words], {**os.environ, **settings}

    def run(self, *words, seconds=120):
        command, environment = self.command(*words)
        return subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment, check=False
        )

    # ---- cables

    def cut(self, pairs):
        for source, target in pairs:
            self.network.cut(source, target)

    def join(self, pairs):
        for source, target in pairs:
            self.network.join(source, target)


def every_pair(machine, others=(*MACHINES, CLIENT)):
    """Both directions between a machine and others."""
    return [pair for other in others if other != machine for pair in ((machine, other), (other, machine))]
