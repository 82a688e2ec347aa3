// Preloaded into a service: writes down every change to files below POWERFAIL_ROOT until it has been synced.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "journal.h"

// ---- which files are followed

enum { unknown = 0, ignored = 1, followed = 2 };
static _Atomic unsigned char fates[1 << 16];

static void forget(int fd) {
  if (fd >= 0 && fd < (int)(sizeof fates)) atomic_store(&fates[fd], unknown);
}

static bool is_below_root(const char *path) {
  size_t count = strlen(journal_root());
  return strncmp(path, journal_root(), count) == 0 && (path[count] == '/' || path[count] == 0);
}

/// The path of an open file, as the kernel knows it.
static bool path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  if (count < 0) return false;
  path[count] = 0;
  return true;
}

/// True if `fd` is a regular file below the root; then `status` is filled in.
static bool follows(int fd, struct stat *status) {
  if (!journal_is_on() || fd < 0) return false;
  bool is_known = fd < (int)(sizeof fates);
  if (is_known && atomic_load(&fates[fd]) == ignored) return false;
  int error = errno;
  char path[PATH_MAX];
  bool result = fstat(fd, status) == 0 && S_ISREG(status->st_mode);
  if (result && !(is_known && atomic_load(&fates[fd]) == followed)) result = path_of(fd, path) && is_below_root(path);
  if (is_known) atomic_store(&fates[fd], result ? followed : ignored);
  errno = error;
  return result;
}

/// A name as the journal knows it: its folder's inode, its absolute path, and what is there now.
struct place {
  char path[PATH_MAX];
  uint64_t folder;
  struct stat status;
  bool exists;
};

/// Finds the place of a name; false if it is not below the root.
static bool locate(int dirfd, const char *name, struct place *place) {
  if (!journal_is_on() || !name || !*name) return false;
  int error = errno;
  char whole[PATH_MAX], parent[PATH_MAX];
  if (name[0] == '/') {
    snprintf(whole, sizeof whole, "%s", name);
  } else {
    char base[PATH_MAX];
    bool has_base = dirfd == AT_FDCWD ? getcwd(base, sizeof base) != NULL : path_of(dirfd, base);
    if (!has_base || strlen(base) + strlen(name) + 2 > sizeof whole) return errno = error, false;
    stpcpy(stpcpy(stpcpy(whole, base), "/"), name);
  }
  size_t count = strlen(whole);
  while (count > 1 && whole[count - 1] == '/') whole[--count] = 0;
  char *slash = strrchr(whole, '/');
  const char *last = slash + 1;
  *slash = 0;
  bool result = realpath(slash == whole ? "/" : whole, parent) != NULL && is_below_root(parent);
  struct stat folder;
  if (result && strlen(parent) + strlen(last) + 2 <= sizeof place->path && stat(parent, &folder) == 0) {
    stpcpy(stpcpy(stpcpy(place->path, parent), "/"), last);
    place->folder = folder.st_ino;
    place->exists = lstat(place->path, &place->status) == 0;
  } else {
    result = false;
  }
  errno = error;
  return result;
}

// ---- content

/// Reads what stands at a range now, into memory that the caller frees.
static void *old_bytes(int fd, uint64_t offset, size_t count) {
  if (count == 0) return NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int reader = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
  char *bytes = malloc(count);
  if (reader < 0 || !bytes) journal_give_up("cannot read what is about to be overwritten");
  for (size_t done = 0; done < count;) {
    ssize_t got = pread(reader, bytes + done, count - done, (off_t)(offset + done));
    if (got <= 0) journal_give_up("cannot read what is about to be overwritten");
    done += (size_t)got;
  }
  syscall(SYS_close, reader);
  return bytes;
}

static void note_write(int fd, const struct stat *status, uint64_t offset, size_t count) {
  uint64_t size = (uint64_t)status->st_size;
  size_t lost = offset >= size ? 0 : (count < size - offset ? count : (size_t)(size - offset));
  void *saved = old_bytes(fd, offset, lost);
  journal_append(&(struct journal_entry){
      .kind = JOURNAL_WRITE, .inode = status->st_ino, .offset = offset, .length = count, .old_size = size,
      .saved = saved, .saved_bytes = lost});
  free(saved);
}

static void note_truncate(int fd, const struct stat *status, uint64_t size) {
  uint64_t old = (uint64_t)status->st_size;
  size_t lost = size < old ? (size_t)(old - size) : 0;
  void *saved = old_bytes(fd, size, lost);
  journal_append(&(struct journal_entry){
      .kind = JOURNAL_TRUNCATE, .inode = status->st_ino, .length = size, .old_size = old, .saved = saved,
      .saved_bytes = lost});
  free(saved);
}

/// A file opened with O_DSYNC or O_SYNC is durable when its write returns.
static void note_if_synchronous(int fd, uint64_t inode) {
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_DSYNC) && journal_syncs_are_honest())
    journal_append(&(struct journal_entry){.kind = JOURNAL_SYNC, .inode = inode, .offset = journal_time()});
}

static size_t total(const struct iovec *parts, int count) {
  size_t all = 0;
  for (int i = 0; i < count; i++) all += parts[i].iov_len;
  return all;
}

/// Where the next plain write to `fd` will go.
static uint64_t cursor(int fd, const struct stat *status) {
  int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_APPEND) ? (uint64_t)status->st_size : (uint64_t)lseek(fd, 0, SEEK_CUR);
}

// Runs `call` with the change written down first, if the file is followed.
#define WRITING(fd, at, count, call)                          \
  do {                                                        \
    struct stat status;                                       \
    if (!follows(fd, &status)) return call;                   \
    journal_lock();                                           \
    if (fstat(fd, &status) != 0) journal_give_up("fstat");    \
    note_write(fd, &status, at, count);                       \
    ssize_t result = call;                                    \
    int error = errno;                                        \
    if (result >= 0) note_if_synchronous(fd, status.st_ino);  \
    journal_unlock();                                         \
    errno = error;                                            \
    return result;                                            \
  } while (0)

ssize_t write(int fd, const void *bytes, size_t count) {
  WRITING(fd, cursor(fd, &status), count, syscall(SYS_write, fd, bytes, count));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  WRITING(fd, cursor(fd, &status), total(parts, count), syscall(SYS_writev, fd, parts, count));
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  WRITING(fd, (uint64_t)at, count, syscall(SYS_pwrite64, fd, bytes, count, at));
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  WRITING(fd, (uint64_t)at, total(parts, count), syscall(SYS_pwritev, fd, parts, count, at, 0));
}

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
  WRITING(fd, at == -1 ? cursor(fd, &status) : (uint64_t)at, total(parts, count),
          syscall(SYS_pwritev2, fd, parts, count, at, 0, flags));
}

static int truncating(int fd, off_t size) {
  struct stat status;
  if (!follows(fd, &status)) return (int)syscall(SYS_ftruncate, fd, size);
  journal_lock();
  if (fstat(fd, &status) != 0) journal_give_up("fstat");
  note_truncate(fd, &status, (uint64_t)size);
  int result = (int)syscall(SYS_ftruncate, fd, size);
  int error = errno;
  journal_unlock();
  errno = error;
  return result;
}

int ftruncate(int fd, off_t size) { return truncating(fd, size); }

int truncate(const char *path, off_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = truncating(fd, size), error = errno;
  close(fd);
  errno = error;
  return result;
}

int fallocate(int fd, int mode, off_t at, off_t count) {
  struct stat status;
  if (!follows(fd, &status)) return (int)syscall(SYS_fallocate, fd, mode, at, count);
  if (mode & ~FALLOC_FL_KEEP_SIZE) journal_give_up("fallocate in a mode that changes content");
  if (!(mode & FALLOC_FL_KEEP_SIZE) && at + count > status.st_size && truncating(fd, at + count) != 0) return -1;
  return (int)syscall(SYS_fallocate, fd, FALLOC_FL_KEEP_SIZE, at, count);
}

int posix_fallocate(int fd, off_t at, off_t count) { return fallocate(fd, 0, at, count) == 0 ? 0 : errno; }

// Syncs, and notes that what was done before to `inode`, or to everything if that is 0, is durable.
static int covering(int fd, long number, uint64_t inode, bool is_honest) {
  if (!is_honest) return 0;
  journal_lock();
  uint64_t covered = journal_time();
  journal_unlock();
  int result = (int)syscall(number, fd);
  if (result == 0) {
    journal_lock();
    journal_append(&(struct journal_entry){.kind = JOURNAL_SYNC, .inode = inode, .offset = covered});
    journal_unlock();
  }
  return result;
}

static int syncing(int fd, long number, bool is_honest) {
  struct stat status;
  int error = errno;
  bool is_ours = journal_is_on() && fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
  errno = error;
  return is_ours ? covering(fd, number, status.st_ino, is_honest) : (int)syscall(number, fd);
}

int fsync(int fd) { return syncing(fd, SYS_fsync, journal_syncs_are_honest()); }
int fdatasync(int fd) { return syncing(fd, SYS_fdatasync, journal_data_syncs_are_honest()); }

int syncfs(int fd) {
  return journal_is_on() ? covering(fd, SYS_syncfs, 0, journal_data_syncs_are_honest()) : (int)syscall(SYS_syncfs, fd);
}

// ---- names

static void note_open(int fd, bool needs_truncation) {
  struct stat status;
  char path[PATH_MAX];
  forget(fd);
  if (!journal_is_on() || fstat(fd, &status) != 0) return;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
  if (!path_of(fd, path) || !is_below_root(path)) return;
  journal_append(&(struct journal_entry){.kind = JOURNAL_FILE, .inode = status.st_ino, .path = path});
  if (needs_truncation && S_ISREG(status.st_mode) && status.st_size > 0) {
    note_truncate(fd, &status, 0);
    if (syscall(SYS_ftruncate, fd, 0) != 0) journal_give_up("ftruncate");
  }
}

static int opening(int dirfd, const char *name, int flags, mode_t mode) {
  struct place place;
  bool is_change = flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR | O_DIRECTORY);
  if (!is_change || !locate(dirfd, name, &place)) {
    int fd = (int)syscall(SYS_openat, dirfd, name, flags, mode);
    forget(fd);
    return fd;
  }
  if ((flags & O_TMPFILE) == O_TMPFILE) journal_give_up("O_TMPFILE");
  journal_lock();
  uint64_t number = 0;
  bool creates = (flags & O_CREAT) && !place.exists;
  if (creates)
    number = journal_append(
        &(struct journal_entry){.kind = JOURNAL_CREATE, .inode = place.folder, .path = place.path});
  int fd = (int)syscall(SYS_openat, dirfd, name, flags & ~O_TRUNC, mode);
  int error = errno;
  if (fd < 0 && creates) journal_append(&(struct journal_entry){.kind = JOURNAL_VOID, .offset = number});
  if (fd >= 0) note_open(fd, flags & O_TRUNC);
  journal_unlock();
  errno = error;
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

int open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return opening(AT_FDCWD, name, flags, mode);
}

int openat(int dirfd, const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return opening(dirfd, name, flags, mode);
}

int creat(const char *name, mode_t mode) { return opening(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}

int dup2(int fd, int other) {
  forget(other);
  return (int)(fd == other ? fcntl(fd, F_GETFD) < 0 ? -1 : other : syscall(SYS_dup3, fd, other, 0));
}

int dup3(int fd, int other, int flags) {
  forget(other);
  return (int)syscall(SYS_dup3, fd, other, flags);
}

/// Runs a change of names under the lock, with its entry before it and a void one behind it if it failed.
#define CHANGING(entry, call)                                                                       \
  do {                                                                                              \
    uint64_t number = journal_append(&(struct journal_entry)entry);                                 \
    int result = (int)call, error = errno;                                                          \
    if (result != 0) journal_append(&(struct journal_entry){.kind = JOURNAL_VOID, .offset = number}); \
    journal_unlock();                                                                               \
    errno = error;                                                                                  \
    return result;                                                                                  \
  } while (0)
#define ENTRY(...) {__VA_ARGS__}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  struct place a, b;
  bool is_ours = locate(from, old, &a);
  if (is_ours != locate(to, new, &b)) journal_give_up("a rename across the root's border");
  if (!is_ours || !a.exists) return (int)syscall(SYS_renameat2, from, old, to, new, flags);
  if (flags & ~RENAME_NOREPLACE) journal_give_up("a rename that exchanges");
  journal_lock();
  uint64_t kept = b.exists && !S_ISDIR(b.status.st_mode) ? journal_keep(b.path) : 0;
  CHANGING(
      ENTRY(.kind = JOURNAL_RENAME, .inode = a.folder, .inode2 = b.folder, .offset = kept, .path = a.path,
            .path2 = b.path),
      syscall(SYS_renameat2, from, old, to, new, flags));
}

int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int dirfd, const char *name, int flags) {
  struct place place;
  if (!locate(dirfd, name, &place) || !place.exists) return (int)syscall(SYS_unlinkat, dirfd, name, flags);
  journal_lock();
  uint64_t kept = flags & AT_REMOVEDIR || S_ISDIR(place.status.st_mode) ? 0 : journal_keep(place.path);
  CHANGING(
      ENTRY(.kind = JOURNAL_REMOVE, .inode = place.folder, .inode2 = place.status.st_ino, .offset = kept,
            .path = place.path),
      syscall(SYS_unlinkat, dirfd, name, flags));
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int remove(const char *name) {
  struct stat status;
  return lstat(name, &status) != 0 ? -1 : unlinkat(AT_FDCWD, name, S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int dirfd, const char *name, mode_t mode) {
  struct place place;
  if (!locate(dirfd, name, &place) || place.exists) return (int)syscall(SYS_mkdirat, dirfd, name, mode);
  journal_lock();
  CHANGING(ENTRY(.kind = JOURNAL_CREATE, .inode = place.folder, .path = place.path),
           syscall(SYS_mkdirat, dirfd, name, mode));
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
  struct place place;
  if (!locate(to, new, &place) || place.exists) return (int)syscall(SYS_linkat, from, old, to, new, flags);
  journal_lock();
  CHANGING(ENTRY(.kind = JOURNAL_CREATE, .inode = place.folder, .path = place.path),
           syscall(SYS_linkat, from, old, to, new, flags));
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

// ---- ways of changing a file that the journal does not follow: they end the test, loudly

void *mmap(void *at, size_t count, int protection, int flags, int fd, off_t offset) {
  struct stat status;
  bool may_change = (protection & PROT_WRITE) && (flags & MAP_TYPE) != MAP_PRIVATE && fd >= 0;
  if (may_change && follows(fd, &status)) journal_give_up("a shared writable mapping");
  return (void *)syscall(SYS_mmap, at, count, protection, flags, fd, offset);
}

ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t count, unsigned flags) {
  struct stat status;
  if (follows(out, &status)) journal_give_up("copy_file_range");
  return syscall(SYS_copy_file_range, in, in_at, out, out_at, count, flags);
}

ssize_t sendfile(int out, int in, off_t *at, size_t count) {
  struct stat status;
  if (follows(out, &status)) journal_give_up("sendfile into a file");
  return syscall(SYS_sendfile, out, in, at, count);
}

FILE *fopen(const char *name, const char *mode) {
  struct place place;
  if (strpbrk(mode, "wa+") && locate(AT_FDCWD, name, &place)) journal_give_up("a file written through stdio");
  FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
  return real(name, mode);
}

// ---- the same functions under the names that large-file builds use

int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));
int creat64(const char *, mode_t) __attribute__((alias("creat")));
ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off_t) __attribute__((alias("pwritev")));
ssize_t pwritev64v2(int, const struct iovec *, int, off_t, int) __attribute__((alias("pwritev2")));
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));
int truncate64(const char *, off_t) __attribute__((alias("truncate")));
int fallocate64(int, int, off_t, off_t) __attribute__((alias("fallocate")));
int posix_fallocate64(int, off_t, off_t) __attribute__((alias("posix_fallocate")));
void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));
ssize_t sendfile64(int, int, off_t *, size_t) __attribute__((alias("sendfile")));
FILE *fopen64(const char *, const char *) __attribute__((alias("fopen")));
