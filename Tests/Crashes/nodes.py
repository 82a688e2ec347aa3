"""A cluster whose processes a test kills and starts one by one, on disks that can lose what was not synced."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from Harness.cluster import Cluster, programs, until
from PowerFailure import build
from PowerFailure.restore import PowerFailure

SERVICES = ("coordinator", "broker", "group-coordinator")


class DidNotStart(AssertionError):
    """A service does not work any more on what a crash has left."""


class Nodes(Cluster):
    """The three services as processes of their own. Nobody starts them again but the test.

    With `fragile` every change of their disks is written down until it has been synced, so that `lose_power` can take
    it back. `environment` is that of the services.
    """

    def __init__(self, folder, fragile=False, environment=None, prefixes=None):
        super().__init__(Path(folder) / "data")
        self.journals = Path(folder) / "journals"
        self.fragile = fragile
        self.node_environment = environment or {}
        # What a service is started with, in front of its own command line.
        self.prefixes = prefixes or {}
        self.syncs = dict.fromkeys(SERVICES, "honest")
        self.nodes = {}

    # ---- life

    def start(self, seconds=30):
        self.prepare()
        self.start_nodes(seconds)
        return self

    def start_nodes(self, seconds=30):
        for service in SERVICES:
            self.revive(service)
        self.wait_until_serving(seconds)

    def prepare(self):
        """Has certificates and configuration made, and leaves no data."""
        super().start()
        super().kill_all()
        until("the end of every process", lambda: not any(Cluster.pid(self, f"{service}-1") for service in SERVICES))
        for service in SERVICES:
            shutil.rmtree(self.folder(service) / "data", ignore_errors=True)
            (self.journals / service).mkdir(parents=True)

    def revive(self, service):
        """Starts a service that does not run."""
        assert service not in self.nodes, f"{service} runs already"
        configuration = self.folder(service) / f"{service}.yaml"
        command = [programs() / f"newswire-{service}", "--config", configuration]
        environment = {**os.environ, **self.node_environment}
        if self.fragile:
            environment |= build.preload(self.folder(service), self.journals / service, self.syncs[service])
        with open(self.log(service), "ab") as log:
            self.nodes[service] = subprocess.Popen(
                [*self.prefixes.get(service, []), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )

    def kill(self, *services):
        """kill -9 for all of them at once."""
        for service in services:
            self.nodes[service].kill()
        for service in services:
            process = self.nodes.pop(service)
            assert process.wait(30) == -signal.SIGKILL, self.last_words(service, f"ended with {process.returncode}")

    def lose_power(self, service, mode, seed):
        """Takes back what the service, which has been killed, had not synced. Returns how many changes that were."""
        journal = self.journals / service
        failure = PowerFailure(journal, self.folder(service), mode=mode, seed=seed)
        assert not failure.unexplained(), f"the journal does not follow all that {service} does to its files"
        undone = failure.run()
        # What is left is the disk now; no later crash goes behind it.
        shutil.rmtree(journal)
        journal.mkdir()
        return undone

    def stop(self):
        """Ends the services in order, the coordinator last."""
        for service in reversed(SERVICES):
            process = self.nodes.pop(service)
            process.terminate()
            try:
                status = process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(self.last_words(service, "did not end")) from None
            assert status == 0, self.last_words(service, f"ended with {status}")

    def __exit__(self, *_):
        self.kill_all()

    def kill_all(self):
        for channel in self.channels.values():
            channel.close()
        self.channels = {}
        for process in self.nodes.values():
            process.kill()
            process.wait()
        self.nodes = {}
        super().kill_all()

    # ---- what there is

    def folder(self, service):
        return self.data / f"{service}-1"

    def log(self, service):
        return self.data / f"{service}.log"

    def pid(self, node):
        process = self.nodes.get(node.removesuffix("-1"))
        return process.pid if process else super().pid(node)

    def wait_until_serving(self, seconds=30):
        def serving():
            self.check_alive()
            return self.is_serving()

        try:
            until("an answer from every node", serving, seconds)
        except TimeoutError as error:
            raise DidNotStart(str(error)) from None

    def check_alive(self):
        for service, process in self.nodes.items():
            if process.poll() is not None:
                raise DidNotStart(self.last_words(service, f"ended with {process.returncode}"))

    def last_words(self, service, what):
        lines = self.log(service).read_text(errors="replace").splitlines()[-8:]
        return "\n".join([f"the {service} {what}:", *lines])
