// Makes a disk fail: calls on files below AILING_ROOT end with EIO while the file AILING_CONTROL says so.
//
// The control file holds the names of the calls that fail: "sync", "write", "read". With "once" in it the first call
// that fails removes it, so that the next one works again, as a disk does that hides what it has lost.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_below_root(int fd) {
  const char *root = getenv("AILING_ROOT");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long count = syscall(SYS_readlink, link, path, sizeof path - 1);
  if (root == NULL || count <= 0) return 0;
  path[count] = 0;
  return strncmp(path, root, strlen(root)) == 0;
}

static int fails(int fd, const char *call) {
  const char *control = getenv("AILING_CONTROL");
  char words[256];
  if (control == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  long count = syscall(SYS_read, file, words, sizeof words - 1);
  syscall(SYS_close, file);
  if (count <= 0) return 0;
  words[count] = 0;
  if (strstr(words, call) == NULL || !is_below_root(fd)) return 0;
  if (strstr(words, "once") != NULL && syscall(SYS_unlinkat, AT_FDCWD, control, 0) != 0) return 0;
  errno = EIO;
  return 1;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return fails(fd, "write") ? -1 : syscall(SYS_pwritev, fd, parts, count, at, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return fails(fd, "write") ? -1 : syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  return fails(fd, "read") ? -1 : syscall(SYS_pread64, fd, bytes, count, at);
}

int fdatasync(int fd) { return fails(fd, "sync") ? -1 : (int)syscall(SYS_fdatasync, fd); }

int syncfs(int fd) { return fails(fd, "sync") ? -1 : (int)syscall(SYS_syncfs, fd); }

int fsync(int fd) { return fails(fd, "sync") ? -1 : (int)syscall(SYS_fsync, fd); }
