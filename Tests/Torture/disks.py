"""A small disk of its own for a folder, which a test can fill and empty; only root can make one."""

import os
import subprocess


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
            options = "loop,errors=remount-ro"
            subprocess.run(
                ["mount", "-o", options, self.image, self.folder], check=True, capture_output=True, text=True
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

    def make_read_only(self):
        subprocess.run(["mount", "-o", "remount,ro,force", self.folder], check=False, capture_output=True)

    def make_writable(self):
        subprocess.run(["mount", "-o", "remount,rw", self.folder], check=True, capture_output=True)

    def unmount(self):
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.folder], check=False, capture_output=True)
            self.is_mounted = False
        self.image.unlink(missing_ok=True)
