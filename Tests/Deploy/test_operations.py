"""The operator's page, followed to the letter: three bare machines, certificates, a running cluster."""

import os
import re
import subprocess
import urllib.request

import pytest

from Deploy.conftest import needs_root
from Deploy.machine import documented, libraries
from Deploy.unit import WATCHDOG_SECONDS, Unit
from Harness.cluster import ROOT, programs, until

pytestmark = needs_root

SERVICES = ("coordinator", "broker", "group-coordinator")


@pytest.fixture(scope="module")
def configured(machines):
    """The machines with certificates and configuration."""
    (certificates, distribution) = documented("2. Certificates")
    machines["desk"].shell(certificates + distribution)
    (everywhere, number, check) = documented("3. Configure")
    for name in ("one", "two", "three"):
        machines[name].shell(everywhere)
    machines["two"].shell(number)
    machines["three"].shell(number.replace("id: 2", "id: 3"))
    for name in ("one", "two", "three"):
        machines[name].shell(check)
    return machines


@pytest.fixture(scope="module")
def cluster(configured):
    """All units started, in the order of the page, and ready. This machine stands for three, each at its address."""
    (first, others) = documented("4. Start")[:2]
    for name, script in (("one", first), ("two", others), ("three", others)):
        machine = configured[name]
        machine.shell(script)
        (line,) = (machine.root / "systemctl").read_text().splitlines()[-1:]
        for unit_name in line.removeprefix("enable --now ").split():
            port = {"coordinator": 9190, "broker": 9191, "group-coordinator": 9192}[unit_name.removeprefix("newswire-")]
            environment = {
                "NEWSWIRE_LISTENERS": f"name=main,bind={machine.address}:{port},advertised={name}:{port}",
                "NEWSWIRE_METRICS_ADDRESS": f"{machine.address}:{port + 100}",
            }
            unit = Unit(machine, unit_name, environment)
            machine.units.append(unit)
            unit.start().until_said("READY=1")
    return configured


def unit(machine, service):
    (found,) = [unit for unit in machine.units if unit.name == f"newswire-{service}"]
    return found


def test_the_page_names_every_library_that_the_programs_need(machines):
    asked = set((machines["one"].root / "asked-for").read_text().split())
    listed = {
        line for line in (ROOT / "deploy/runtime-packages.txt").read_text().splitlines() if line and line[0] != "#"
    }
    assert asked == listed
    needed = set()
    for program in (machines["one"].root / "usr/bin").iterdir():
        text = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
        needed |= set(re.findall(r"NEEDED.*\[(.*)\]", text))
    linked = libraries(machines["one"].root / "usr/bin")
    # A build that is not a release's takes the toolchain's own libraries from where they are.
    owners = {owner_of(path) for path in linked if os.path.basename(path) in needed and "/swift/" not in path}
    # What every Debian has.
    assert owners - {"libc6", "libgcc-s1"} <= listed
    # Swift's runtime needs C++'s, which is not seen while the toolchain has it.
    assert listed - owners <= {"libstdc++6"}


def owner_of(path):
    real = os.path.realpath(path)
    for name in (path, f"/usr{path}", real, real.removeprefix("/usr")):
        found = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise AssertionError(f"no package has {path}")


def test_a_key_is_for_its_service_alone(configured):
    tls = configured["one"].root / "etc/newswire/tls"
    for service in SERVICES:
        key = (tls / f"{service}-key.pem").stat()
        assert (key.st_uid, key.st_gid) == (0, configured["one"].group(f"newswire-{service}"))
        assert key.st_mode & 0o777 == 0o640
        assert (tls / f"{service}.pem").stat().st_mode & 0o777 == 0o644
    assert not list(tls.glob("*ca-key*")), "the authorities' keys stay on the desk"


def test_the_cluster_works_from_the_desk(cluster):
    script = documented("4. Start")[2]

    def five_are_active(output):
        return len(re.findall(r"^\S+ +\d+ +\S+:919\d +active ", output, re.MULTILINE)) == 5

    # A unit has started when it listens; the coordinator counts on it a moment later.
    describing = script.split("newswire topics")[0]
    until("five nodes that are active", lambda: five_are_active(cluster["desk"].shell(describing)), 10)
    output = cluster["desk"].shell(script)
    assert five_are_active(output), output
    assert output.splitlines()[-1] == "1:0"
    described = cluster["desk"].shell(script.split("newswire cluster")[0] + "newswire topics describe news")
    assert {"1", "2", "3"} <= set(re.findall(r"^news +\d +(\d) ", described, re.MULTILINE)), described


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_that_it_is_alive(cluster, service):
    assert unit(cluster["one"], service).pings(2.2 * WATCHDOG_SECONDS) >= 3


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_shows_its_health_and_its_metrics(cluster, service):
    address = unit(cluster["one"], service).environment["NEWSWIRE_METRICS_ADDRESS"]
    with urllib.request.urlopen(f"http://{address}/healthz", timeout=5) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(figures["process_resident_memory_bytes"]) > 1 << 20
    assert figures["newswire_ready"] == "1"
    assert int(figures["newswire_metadata_offset"]) > 0
    name, value = {
        "coordinator": ('newswire_coordinator_brokers{state="active"}', "3"),
        "broker": ("newswire_broker_partitions_led", None),
        "group-coordinator": ("newswire_group_coordinator_shards", "50"),
    }[service]
    assert figures[name] == (value or figures[name])


@pytest.mark.parametrize("service", SERVICES)
def test_a_reload_reads_the_certificates_again(cluster, service):
    chosen = unit(cluster["one"], service)
    assert "HUP" in chosen.one("ExecReload")
    chosen.process.send_signal(1)
    chosen.until_logged("certificates reloaded")


@pytest.mark.parametrize("service", SERVICES)
def test_a_key_that_is_not_known_is_refused_with_its_line(configured, service):
    machine = configured["one"]
    file = machine.root / f"etc/newswire/{service}.yaml"
    text = file.read_text()
    wrong = machine.root / f"etc/newswire/wrong-{service}.yaml"
    wrong.write_text(text.replace("tls:\n", "tsl:\n"))
    line = text.splitlines().index("tls:") + 1
    command = ["chroot", machine.root, f"/usr/bin/newswire-{service}", "--config", f"/etc/newswire/{wrong.name}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert f"/etc/newswire/{wrong.name}:{line}: unknown key \"tsl\"; did you mean tls?" in ended.stderr


IN_ORDER = ["three/broker", "one/group-coordinator", "one/broker", "two/broker", "one/coordinator"]


@pytest.mark.parametrize("place", IN_ORDER)
def test_a_service_that_is_stopped_ends_in_order(cluster, place):
    name, service = place.split("/")
    chosen = unit(cluster[name], service)
    assert chosen.stop() == 0, chosen.last_words()
    assert "STOPPING=1" in chosen.said
    chosen.assert_logged("stopped")


def test_installing_again_and_uninstalling_leave_the_configuration_alone(tmp_path):
    def make(target):
        command = ["make", "--silent", target, f"DESTDIR={tmp_path}", f"BIN={programs()}"]
        subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=True)

    def files():
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}

    make("install")
    assert {f"usr/bin/newswire-{service}" for service in SERVICES} <= files()
    edited = tmp_path / "etc/newswire/broker.yaml"
    edited.write_text("mine")
    make("install")
    make("uninstall")
    assert files() == {f"etc/newswire/{service}.yaml" for service in SERVICES}
    assert edited.read_text() == "mine"
