"""Does to a folder what a power failure would have done: undoes every change that no sync has covered.

    restore.py --journal FOLDER --under FOLDER [--mode lost|pages] [--seed N]

`lost` undoes all of it. `pages` keeps a random part, as a disk does that was busy when the power went: of the names
everything up to a random moment, of each file's content random pages of 4 KiB, of its size the old one or the new one.
The processes that wrote below the folder must have ended.
"""

import argparse
import os
import random
import shutil
import struct
import time
from dataclasses import dataclass
from pathlib import Path

FILE, WRITE, TRUNCATE, SYNC, CREATE, RENAME, REMOVE, VOID = range(1, 9)
HEAD = struct.Struct("<IIQQQQQQQIIQ")
MAGIC = 0x4C465750
PAGE = 4096


@dataclass
class Change:
    process: str
    kind: int
    number: int
    time: int
    inode: int
    inode2: int
    offset: int
    length: int
    old_size: int
    path: str
    path2: str
    saved: bytes


def read_journal(path):
    """The changes of one process; a record that the kill cut off was not followed by its change."""
    data = path.read_bytes()
    at = 0
    while at + HEAD.size <= len(data):
        magic, kind, number, time, inode, inode2, offset, length, old_size, n1, n2, saved = HEAD.unpack_from(data, at)
        if magic != MAGIC:
            raise SystemExit(f"{path}: no record at {at}")
        end = at + HEAD.size + n1 + n2 + saved
        if end > len(data):
            return
        body = data[at + HEAD.size : end]
        names = body[:n1].decode(), body[n1 : n1 + n2].decode()
        yield Change(path.stem, kind, number, time, inode, inode2, offset, length, old_size, *names, body[n1 + n2 :])
        at = end


def monotonic():
    return time.monotonic_ns()


class PowerFailure:
    """One power failure of the machine whose disk is the folder `under`."""

    def __init__(self, journal, under, mode="lost", seed=0):
        self.journal = Path(journal).resolve()
        self.under = Path(under).resolve()
        self.random = random.Random(seed)
        self.mode = mode
        self.inodes = None
        self.renamed = {}
        self.undone = 0

    def run(self):
        """Undoes what was not durable, and returns how many changes that were."""
        lost = self.lost_changes()
        names = sorted(c.time for c in lost if c.kind in (CREATE, RENAME, REMOVE))
        kept_until = 0
        if self.mode == "pages" and names:
            kept_until = self.random.choice([0, *names])
        pages = self.remember_pages(lost) if self.mode == "pages" else {}
        for change in reversed(lost):
            if change.kind in (CREATE, RENAME, REMOVE) and change.time <= kept_until:
                continue
            self.undone += 1
            self.undo(change)
        self.bring_back(pages)
        self.finish()
        return self.undone

    def unexplained(self):
        """Files of another size than the journal says: they were changed in a way that it does not follow."""
        sizes = {}
        for c in self.changes():
            # The last change of a process may have been written down and not made, or a write in part.
            if c.kind == WRITE:
                sizes[c.inode] = range(c.old_size, max(c.old_size, c.offset + c.length) + 1)
            elif c.kind == TRUNCATE:
                sizes[c.inode] = (c.old_size, c.length)
        found = {inode: self.find(inode) for inode in sizes}
        return [path for inode, path in found.items() if path and os.stat(path).st_size not in sizes[inode]]

    # ---- what was lost

    def changes(self):
        since = self.consumed()
        found = []
        for path in self.journal.glob("*.journal"):
            entries = list(read_journal(path))
            void = {c.offset for c in entries if c.kind == VOID}
            found += [c for c in entries if c.number not in void and c.kind != VOID and c.time > since]
        return sorted(found, key=lambda c: c.time)

    def lost_changes(self):
        """The changes below the folder that no sync has covered, oldest first."""
        changes = self.changes()
        homes = {c.inode: c.path for c in changes if c.kind == FILE}
        durable = {}
        for c in changes:
            if c.kind == SYNC:
                durable[c.inode] = max(durable.get(c.inode, 0), c.offset)
        whole = durable.get(0, 0)
        lost = []
        for c in changes:
            if c.kind in (FILE, SYNC) or not self.is_ours(c.path or homes.get(c.inode, "")):
                continue
            folders = [c.inode, c.inode2] if c.kind == RENAME else [c.inode]
            if whole < c.time and all(durable.get(inode, 0) < c.time for inode in folders):
                lost.append(c)
        return lost

    def is_ours(self, path):
        return Path(path).is_relative_to(self.under)

    # ---- undoing

    def find(self, inode):
        """Where an inode is now, or nothing."""
        inode = self.renamed.get(inode, inode)
        if self.inodes is None:
            self.inodes = {os.stat(self.under).st_ino: self.under}
            for folder, folders, files in os.walk(self.under):
                for name in folders + files:
                    path = Path(folder, name)
                    self.inodes[os.lstat(path).st_ino] = path
        return self.inodes.get(inode)

    def place(self, folder_inode, path):
        folder = self.find(folder_inode)
        return folder / Path(path).name if folder else None

    def kept(self, change):
        return self.journal / f"{change.process}.{change.offset}.kept"

    def undo(self, change):
        if change.kind in (WRITE, TRUNCATE):
            self.undo_content(change)
            return
        self.undo_name(change)
        self.inodes = None

    def undo_content(self, change):
        path = self.find(change.inode)
        if path is None:
            return
        with open(path, "r+b") as file:
            at = change.offset if change.kind == WRITE else change.length
            if change.saved:
                file.seek(at)
                file.write(change.saved)
            file.truncate(change.old_size)

    def undo_name(self, change):
        place = self.place(change.inode, change.path)
        if place is None:
            return
        if change.kind == CREATE:
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        elif change.kind == RENAME:
            target = self.place(change.inode2, change.path2)
            if target is not None and target.exists() and not place.exists():
                os.rename(target, place)
                if change.offset and self.kept(change).exists():
                    os.link(self.kept(change), target)
        elif change.kind == REMOVE and not place.exists():
            if change.offset:
                os.link(self.kept(change), place)
            else:
                place.mkdir()
                self.renamed[change.inode2] = place.stat().st_ino

    # ---- a part that reached the disk after all

    def remember_pages(self, lost):
        """For each file that was written: its size now, and the pages that were touched since its last sync."""
        touched = {}
        for c in lost:
            if c.kind == WRITE:
                last = max(c.offset, c.offset + c.length - 1)
                touched.setdefault(c.inode, set()).update(range(c.offset // PAGE, last // PAGE + 1))
        remembered = {}
        for inode, numbers in sorted(touched.items()):
            path = self.find(inode)
            if path is None:
                continue
            with open(path, "rb") as file:
                pages = {}
                for number in sorted(numbers):
                    file.seek(number * PAGE)
                    pages[number] = file.read(PAGE)
                remembered[inode] = (os.stat(path).st_size, pages)
        return remembered

    def bring_back(self, remembered):
        for inode, (size, pages) in remembered.items():
            path = self.find(inode)
            if path is None:
                continue
            with open(path, "r+b") as file:
                final = self.random.choice([os.stat(path).st_size, size])
                for number, page in pages.items():
                    start = number * PAGE
                    if start < final and self.random.random() < 0.5:
                        file.seek(start)
                        file.write(page[: final - start])
                file.truncate(final)

    # ---- and done

    def mark(self):
        return self.journal / (str(self.under).replace("/", "%") + ".consumed")

    def consumed(self):
        return int(self.mark().read_text()) if self.mark().exists() else 0

    def finish(self):
        self.mark().write_text(str(monotonic()))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journal", required=True)
    parser.add_argument("--under", required=True)
    parser.add_argument("--mode", choices=["lost", "pages"], default="lost")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    options = arguments()
    failure = PowerFailure(options.journal, options.under, options.mode, options.seed)
    print(f"{failure.run()} changes were not durable")
