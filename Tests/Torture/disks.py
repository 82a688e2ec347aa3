"""A small disk of its own for a folder, which a test can fill and empty; only root can make one."""

import os
import subprocess

OPTIONS = "loop,errors=remount-ro"


class Disk:
    """A file system in a file. `why_not` says why the folder lies on the common disk instead."""

    def __init__(self, folder, megabytes):
        self.folder = folder
        self.image = folder.with_name(folder.name + ".image")
        self.megabytes = megabytes
        self.why_not = None
        self.is_mounted = False

    def mount(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with open(self.image, "wb") as image:
                image.truncate(self.megabytes << 20)
            subprocess.run(["mkfs.ext4", "-q", "-m", "0", self.image], check=True, capture_output=True, text=True)
            subprocess.run(
                ["mount", "-o", OPTIONS, self.image, self.folder], check=True, capture_output=True, text=True
            )
            self.is_mounted = True
            (self.folder / "lost+found").rmdir()
        except (OSError, subprocess.CalledProcessError) as error:
            self.why_not = (getattr(error, "stderr", None) or str(error)).strip()
        return self

    @property
    def ballast(self):
        return self.folder / "ballast"

    def fill(self):
        """Takes all the room there is."""
        free = os.statvfs(self.folder)
        with open(self.ballast, "ab") as ballast:
            try:
                os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize)
            except OSError:
                pass
            try:
                while True:
                    os.write(ballast.fileno(), bytes(4096))
            except OSError:
                pass

    def empty(self):
        self.ballast.unlink(missing_ok=True)

    def break_down(self):
        """Has the system find the file system damaged: from now on it is read-only."""
        device = subprocess.run(
            ["findmnt", "-n", "-o", "SOURCE", self.folder], check=True, capture_output=True, text=True
        ).stdout.strip()
        trigger = f"/sys/fs/ext4/{os.path.basename(device)}/trigger_fs_error"
        with open(trigger, "w", encoding="ascii") as file:
            file.write("a test")

    def repair(self):
        """What an operator does then. Nobody may use the folder."""
        subprocess.run(["umount", self.folder], check=True, capture_output=True)
        subprocess.run(["e2fsck", "-fy", self.image], check=False, capture_output=True)
        subprocess.run(["mount", "-o", OPTIONS, self.image, self.folder], check=True, capture_output=True)

    def unmount(self, keeps=False):
        """Takes the disk away; what was on it can be looked at by mounting its image, if it is kept."""
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.folder], check=False, capture_output=True)
            self.is_mounted = False
        if not keeps:
            self.image.unlink(missing_ok=True)
