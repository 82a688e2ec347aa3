"""The power failure shim itself: what it loses is what was not synced, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from PowerFailure import build
from PowerFailure.restore import PowerFailure


@pytest.fixture
def disk(tmp_path):
    """Runs lines of Python as a process that writes below a folder, dies by kill -9, and suffers a power failure."""

    class Disk:
        root = tmp_path / "disk"
        journal = tmp_path / "journal"

        def after_power_failure(self, script, sync="honest", **options):
            environment = build.preload(self.root, self.journal, sync)
            whole = f"import os\nos.chdir({str(self.root)!r})\n{script}\nos.kill(os.getpid(), 9)\n"
            ended = subprocess.run([sys.executable, "-c", whole], env=environment, timeout=60, check=False)
            assert ended.returncode == -9, "the script failed before its end"
            PowerFailure(self.journal, self.root, **options).run()
            return {str(p.relative_to(self.root)): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}

        def put(self, name, content):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    made = Disk()
    made.root.mkdir()
    made.journal.mkdir()
    return made


APPEND = """
f = os.open("log", os.O_WRONLY | os.O_APPEND)
os.write(f, b" synced")
os.{sync}(f)
os.write(f, b" not synced")
"""


@pytest.mark.parametrize("sync", ["fsync", "fdatasync"])
def test_what_was_synced_stays_and_what_was_not_goes(disk, sync):
    disk.put("log", b"before")
    assert disk.after_power_failure(APPEND.format(sync=sync)) == {"log": b"before synced"}


SYNC_OF_ALL = """
import ctypes
files = [os.open(name, os.O_WRONLY | os.O_CREAT) for name in ("a", "b")]
for f in files: os.write(f, b"synced")
ctypes.CDLL(None).syncfs(os.open(".", os.O_RDONLY))
for f in files: os.write(f, b" not synced")
os.open("c", os.O_WRONLY | os.O_CREAT)
"""


@pytest.mark.parametrize(
    ("sync", "left"), [("honest", {"a": b"synced", "b": b"synced"}), ("no-fdatasync", {}), ("lying", {})]
)
def test_a_sync_of_the_whole_disk_covers_every_file_and_name(disk, sync, left):
    assert disk.after_power_failure(SYNC_OF_ALL, sync=sync) == left


def test_a_sync_that_does_nothing_loses_everything(disk):
    disk.put("log", b"before")
    assert disk.after_power_failure(APPEND.format(sync="fdatasync"), sync="lying") == {"log": b"before"}


def test_overwritten_and_cut_bytes_come_back(disk):
    disk.put("file", b"0123456789")
    script = """
f = os.open("file", os.O_RDWR)
os.pwrite(f, b"abc", 2)
os.pwritev(f, [b"de", b"fghijk"], 5)
os.ftruncate(f, 4)
os.lseek(f, 1, os.SEEK_SET)
os.write(f, b"X")
"""
    assert disk.after_power_failure(script) == {"file": b"0123456789"}


def test_opening_with_truncation_is_a_change_like_others(disk):
    disk.put("file", b"old")
    script = 'f = os.open("file", os.O_WRONLY | os.O_TRUNC); os.write(f, b"new")'
    assert disk.after_power_failure(script) == {"file": b"old"}


REPLACE = """
f = os.open("file.new", os.O_WRONLY | os.O_CREAT)
os.write(f, b"new")
os.fsync(f)
os.rename("file.new", "file")
"""
SYNC_FOLDER = 'os.fsync(os.open(".", os.O_RDONLY))\n'


def test_a_rename_is_durable_when_its_folder_is_synced(disk):
    disk.put("file", b"old")
    assert disk.after_power_failure(REPLACE + SYNC_FOLDER) == {"file": b"new"}


def test_a_rename_is_undone_when_its_folder_was_not_synced(disk):
    disk.put("file", b"old")
    assert disk.after_power_failure(REPLACE) == {"file": b"old"}


def test_a_rename_without_a_sync_of_the_file_keeps_the_name_and_loses_the_content(disk):
    disk.put("file", b"old")
    assert disk.after_power_failure(REPLACE.replace("os.fsync(f)\n", "") + SYNC_FOLDER) == {"file": b""}


def test_a_removed_file_comes_back_unless_the_folder_was_synced(disk):
    disk.put("gone", b"1")
    disk.put("back", b"2")
    script = 'os.unlink("gone")\n' + SYNC_FOLDER + 'os.unlink("back")\n'
    assert disk.after_power_failure(script) == {"back": b"2"}


def test_a_new_folder_with_all_its_files_needs_the_sync_of_its_parent(disk):
    disk.put("stays", b"1")
    script = """
os.mkdir("a")
f = os.open("a/b", os.O_WRONLY | os.O_CREAT)
os.write(f, b"content")
os.fsync(f)
os.fsync(os.open("a", os.O_RDONLY | os.O_DIRECTORY))
"""
    assert disk.after_power_failure(script) == {"stays": b"1"}
    assert disk.after_power_failure(script + SYNC_FOLDER) == {"stays": b"1", "a/b": b"content"}


def test_a_sync_covers_only_what_was_written_before_it_began(disk):
    script = """
import threading
f = os.open("log", os.O_WRONLY | os.O_CREAT)
os.fsync(os.open(".", os.O_RDONLY))
def write(n):
    for i in range(200):
        os.pwrite(f, b"%d" % (n % 10), n * 200 + i)
        if i == 99: os.fdatasync(f)
threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
os.pwrite(f, b"late", 1000)
"""
    log = disk.after_power_failure(script)["log"]
    for n in range(4):
        assert log[n * 200 : n * 200 + 100] == b"%d" % n * 100
    assert len(log) <= 800


def test_a_second_crash_does_not_undo_what_the_first_one_left(disk):
    disk.put("log", b"before")
    append = 'f = os.open("log", os.O_WRONLY | os.O_APPEND); os.write(f, b" {}"); os.fsync(f); os.write(f, b" lost")'
    assert disk.after_power_failure(append.format(1)) == {"log": b"before 1"}
    assert disk.after_power_failure(append.format(2)) == {"log": b"before 1 2"}


def test_the_part_that_reached_the_disk_is_some_pages_and_the_old_or_the_new_size(disk):
    size = 40 * 4096
    disk.put("log", b"o" * 8192)
    script = f'f = os.open("log", os.O_WRONLY | os.O_APPEND); os.write(f, b"n" * {size})'
    seen = set()
    for seed in range(8):
        (disk.root / "log").write_bytes(b"o" * 8192)
        log = disk.after_power_failure(script, mode="pages", seed=seed)["log"]
        assert log[:8192] == b"o" * 8192
        assert len(log) in (8192, 8192 + size)
        kept = {log[at : at + 4096] for at in range(8192, len(log), 4096)}
        assert kept <= {b"n" * 4096, b"\0" * 4096}
        seen.add((len(log), len(kept)))
    assert seen == {(8192, 0), (8192 + size, 2)}


def test_a_change_that_the_journal_cannot_follow_ends_the_process(disk):
    disk.put("file", b"0" * 4096)
    script = """
import mmap
f = os.open("file", os.O_RDWR)
mmap.mmap(f, 4096)
"""
    environment = build.preload(disk.root, disk.journal)
    whole = f"import os\nos.chdir({str(disk.root)!r})\n{script}"
    ended = subprocess.run([sys.executable, "-c", whole], env=environment, capture_output=True, timeout=60, check=False)
    assert ended.returncode == -6
    assert b"a shared writable mapping" in ended.stderr


def test_a_change_that_went_past_the_journal_is_found_out(disk):
    disk.put("file", b"")
    script = """
import ctypes
f = os.open("file", os.O_WRONLY)
os.write(f, b"1")
ctypes.CDLL(None).syscall(1, f, b"2", 1)
"""
    whole = f"import os\nos.chdir({str(disk.root)!r})\n{script}"
    subprocess.run([sys.executable, "-c", whole], env=build.preload(disk.root, disk.journal), timeout=60, check=True)
    assert PowerFailure(disk.journal, disk.root).unexplained() == [disk.root.resolve() / "file"]


def test_files_elsewhere_are_left_alone(disk, tmp_path):
    other = tmp_path / "elsewhere"
    script = f'f = os.open({str(other)!r}, os.O_WRONLY | os.O_CREAT); os.write(f, b"here")'
    disk.after_power_failure(script)
    assert other.read_bytes() == b"here"
    assert [p for p in Path(disk.root).iterdir()] == []
    assert os.path.getsize(next(disk.journal.glob("*.journal"))) == 0
