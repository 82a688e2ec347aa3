"""A network of its own for a cluster: each process on a machine of its own, with cables that a test can cut.

Every process lives in a network namespace with one address on a common bridge. Who sends to whom is decided by fixed
entries in the table of neighbours: a packet for a neighbour that does not exist is lost without a word, and only in
this direction. Where no namespaces can be made, all processes share the loopback, and proxies cut in their place.
"""

import os
import shutil
import subprocess

NOBODY = "02:00:00:00:00:01"
# The test itself, and so every client, is a machine of this name.
CLIENT = "client"


def ip(*words, check=True):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=check)


class Network:
    """Addresses for machines. `cut(a, b)` loses what a sends to b."""

    def __init__(self, machines):
        number = os.getpid() % 20_000
        self.bridge = f"nwt{number}"
        self.prefix = f"10.{64 + number // 256}.{number % 256}"
        self.machines = list(machines)
        self.hosts = {machine: place for place, machine in enumerate([*machines, CLIENT], start=1)}
        self.hardware = {}
        self.why_not = None

    @property
    def can_cut(self):
        return self.why_not is None

    def address(self, machine):
        return f"{self.prefix}.{self.hosts[machine]}" if self.can_cut else "127.0.0.1"

    def prefix_of(self, machine):
        """What a command is started with to run on the machine."""
        # Not `ip netns exec`, which would give it mounts of its own.
        return ["nsenter", f"--net=/run/netns/{self.namespace(machine)}", "--"] if self.can_cut else []

    def namespace(self, machine):
        return f"{self.bridge}-{self.hosts[machine]}"

    # ---- life

    def start(self):
        try:
            if os.environ.get("NEWSWIRE_TORTURE_NETWORK") == "proxies":
                raise OSError("NEWSWIRE_TORTURE_NETWORK=proxies")
            self.make()
        except (OSError, subprocess.CalledProcessError) as error:
            self.stop()
            self.why_not = (getattr(error, "stderr", None) or str(error)).strip()
        return self

    def make(self):
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.address(CLIENT)}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        self.hardware[CLIENT] = self.hardware_address(ip("link", "show", self.bridge).stdout)
        for machine in self.machines:
            space, cable = self.namespace(machine), self.namespace(machine)
            ip("netns", "add", space)
            ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
            ip("link", "set", cable, "master", self.bridge, "up")
            ip("-n", space, "link", "set", "lo", "up")
            ip("-n", space, "addr", "add", f"{self.address(machine)}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")
            self.hardware[machine] = self.hardware_address(ip("-n", space, "link", "show", "eth0").stdout)
        # A bridge takes the address of one of its cables; fixed, it keeps this one.
        ip("link", "set", self.bridge, "address", self.hardware[CLIENT])
        for source in self.hosts:
            for target in self.hosts:
                if source != target:
                    self.join(source, target)

    @staticmethod
    def hardware_address(shown):
        return shown.split("link/ether ")[1].split()[0]

    def stop(self):
        if shutil.which("ip") is None:
            return
        for machine in self.machines:
            ip("link", "del", self.namespace(machine), check=False)
            ip("netns", "del", self.namespace(machine), check=False)
        ip("link", "del", self.bridge, check=False)

    # ---- cables

    def cut(self, source, target):
        self.set_neighbour(source, target, NOBODY)

    def join(self, source, target):
        self.set_neighbour(source, target, self.hardware[target])

    def set_neighbour(self, source, target, hardware):
        where = ["dev", self.bridge] if source == CLIENT else ["dev", "eth0"]
        words = ["neigh", "replace", self.address(target), "lladdr", hardware, "nud", "permanent", *where]
        ip(*([] if source == CLIENT else ["-n", self.namespace(source)]), *words)
