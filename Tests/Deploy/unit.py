"""An installed unit, and its process as systemd would start it: user, folders, environment, readiness, watchdog."""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import time

from Deploy import hardening
from Harness.cluster import until

# Short, so that a test sees a few pings; the unit itself allows more.
WATCHDOG_SECONDS = 1.0


def settings(text):
    """A unit file's keys, each with its values in order."""
    found = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


class Unit:
    """A unit of a machine. `start` returns when the service has said that it is ready."""

    def __init__(self, machine, name, environment=None):
        self.machine = machine
        self.name = name
        self.settings = settings((machine.root / f"usr/lib/systemd/system/{name}.service").read_text())
        self.environment = environment or {}
        self.said = []
        self.process = None
        self.log = machine.root / f"{name}.log"

    def one(self, key):
        (value,) = self.settings[key]
        return value

    def start(self):
        user, group = self.machine.user(self.one("User")), self.machine.group(self.one("Group"))
        self.make_folders(user, group)
        self.notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notifications.bind(f"\0newswire-{os.getpid()}-{self.machine.name}-{self.name}")
        # Somebody must listen all the time: a service waits for room in the socket.
        threading.Thread(target=self.listen, args=[self.notifications], daemon=True).start()
        environment = {
            "NOTIFY_SOCKET": "@" + self.notifications.getsockname()[1:].decode(),
            "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1e6)),
            **self.environment,
        }
        filter_program = hardening.program(hardening.allowed(self.settings["SystemCallFilter"]))
        mask = int(self.one("UMask"), 8)

        def become():
            os.chroot(self.machine.root)
            os.chdir("/")
            os.umask(mask)
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            hardening.confine(filter_program)

        command = shlex.split(self.one("ExecStart"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=become
            )
        return self

    def make_folders(self, user, group):
        """What StateDirectory= does."""
        for name in self.settings.get("StateDirectory", []):
            folder = self.machine.root / "var/lib" / name
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(int(self.one("StateDirectoryMode"), 8))
            os.chown(folder, user, group)

    def listen(self, notifications):
        """Takes down what the service tells its manager, until the socket is closed."""
        with contextlib.suppress(OSError):
            while words := notifications.recv(4096):
                self.said += words.decode().split("\n")

    def until_said(self, words, seconds=30):
        def check():
            assert self.process.poll() is None or words in self.said, self.last_words()
            return words in self.said

        until(f"{words} from {self.name}", check, seconds)
        return self

    def stop(self):
        """SIGTERM, as `systemctl stop` sends it; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.notifications.shutdown(socket.SHUT_RDWR)
        return status

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        return f"{self.machine.name}: {self.name}:\n{self.log.read_text(errors='replace')[-3000:]}"

    def has_logged(self, words):
        return words in self.log.read_text(errors="replace")

    def assert_logged(self, words):
        assert self.has_logged(words), self.last_words()

    def until_logged(self, words, seconds=10):
        until(f'"{words}" in the log of {self.name}', lambda: self.has_logged(words), seconds)

    def pings(self, seconds):
        """How often the service says within so many seconds that it is alive."""
        before = self.said.count("WATCHDOG=1")
        time.sleep(seconds)
        return self.said.count("WATCHDOG=1") - before
