"""A newcomer's first hour: `newswire dev`, and what it says."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from Harness.cluster import ROOT, free_port_base, programs, until


class Dev:
    """`newswire dev` in a terminal of its own, as `make dev` starts it, and what it prints."""

    def __init__(self, data, port_base):
        self.data = data
        self.log = data.parent / "dev.log"
        self.log.write_text("")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [programs() / "newswire", "dev", "--data", data, "--port-base", str(port_base)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=shell_environment(),
                start_new_session=True,
            )

    def text(self):
        return self.log.read_text()

    def until_ready(self):
        def check():
            assert self.process.poll() is None, self.text()
            return "Ctrl-C ends it" in self.text()

        until("a cluster", check, 60)
        return self

    def nodes(self):
        return [int(file.read_text()) for file in (self.data / "run").glob("*.pid")]

    def interrupt(self):
        """Ctrl-C: the terminal sends SIGINT to everything that runs in it."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(30)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.nodes():
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def shell_environment():
    """A shell that does not know the programs yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSWIRE_")}
    return {**kept, "PATH": "/usr/local/bin:/usr/bin:/bin"}


def is_alive(pid):
    try:
        return "newswire" in Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return False


def typed(lines):
    """What a shell says to the lines."""
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        env=shell_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture
def dev(tmp_path):
    started = []

    def start(port_base=None):
        started.append(Dev(tmp_path / "data", port_base or free_port_base()))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def what_to_type(text):
    block = re.search(r"In another shell:\n((?:  .*\n)+)", text).group(1)
    return "\n".join(line.strip() for line in block.splitlines())


def test_what_it_says_to_type_works_also_after_a_second_start(dev):
    first = dev().until_ready()
    lines = what_to_type(first.text())
    assert typed(lines).splitlines()[-1] == "hello"
    nodes = first.nodes()
    assert len(nodes) == 3 and all(map(is_alive, nodes))
    assert first.interrupt() == 0
    assert not any(map(is_alive, nodes)), "Ctrl-C ends every node"
    assert "the data stays in" in first.text()
    second = dev().until_ready()
    assert typed(what_to_type(second.text())).splitlines()[-2:] == ["hello", "hello"]
    assert second.interrupt() == 0


def test_a_port_in_use_is_a_plain_error(dev):
    base = free_port_base()
    with socket.create_server(("127.0.0.1", base + 1)):
        ended = dev(base)
        assert ended.process.wait(30) == 1
    expected = f"newswire dev: port {base + 1} is in use: end the program that uses it, or choose other ports"
    assert expected in ended.text()


def test_a_folder_in_use_is_a_plain_error(dev):
    dev().until_ready()
    ended = dev()
    assert ended.process.wait(30) == 1
    assert "another 'newswire dev' works with" in ended.text()


def test_a_node_that_dies_is_started_again(dev):
    cluster = dev().until_ready()
    before = int((cluster.data / "run/broker-1.pid").read_text())
    os.kill(before, signal.SIGKILL)

    def is_back():
        file = cluster.data / "run/broker-1.pid"
        return file.exists() and int(file.read_text() or before) != before

    until("another broker", is_back, 20)
    assert "broker-1" in cluster.text() and "it is started again" in cluster.text()
    time.sleep(0.2)
    assert cluster.interrupt() == 0


def test_the_lines_of_the_readme_work(dev):
    base = free_port_base()
    cluster = dev(base).until_ready()
    page = (ROOT / "README.md").read_text()
    block = re.search(r"```sh\nmake dev .*?\n(.*?)```", page, re.DOTALL).group(1)
    lines = block.replace("$PWD/.build/release", str(programs())).replace(
        ".build/dev/client.env", str(cluster.data / "client.env")
    )
    assert typed(lines).splitlines()[-1] == "1:0"
