// Linked into the tests before the C library: the calls through which logs reach their files, each with a moment in
// which it can be made to go wrong. Without rules they are the operating system's own.
#define _GNU_SOURCE
#include "CFaultyDisk.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { rules_max = 32, files_max = 32 };

struct standing {
  bool is_used;
  char pattern[PATH_MAX];
  struct faulty_rule rule;
  long seen, changed;
  int last_call;
  char last_file[PATH_MAX];
  // Files with bytes that no sync has covered, and where the first of them is.
  struct { ino_t file; off_t from; char path[PATH_MAX]; } unsynced[files_max];
  int unsynced_count;
};

static struct standing rules[rules_max];
static _Atomic int rules_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;

int faulty_begin(const char *pattern, struct faulty_rule rule) {
  int number = -1;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < rules_max && number < 0; i++) {
    if (rules[i].is_used) continue;
    memset(&rules[i], 0, sizeof rules[i]);
    rules[i].is_used = true;
    rules[i].rule = rule;
    snprintf(rules[i].pattern, sizeof rules[i].pattern, "%s", pattern);
    number = i;
    atomic_fetch_add(&rules_count, 1);
  }
  pthread_mutex_unlock(&lock);
  return number;
}

void faulty_end(int number) {
  pthread_mutex_lock(&lock);
  if (rules[number].is_used) atomic_fetch_sub(&rules_count, 1);
  rules[number].is_used = false;
  pthread_cond_broadcast(&ended);
  pthread_mutex_unlock(&lock);
}

static long value_of(const long *value) {
  pthread_mutex_lock(&lock);
  long result = *value;
  pthread_mutex_unlock(&lock);
  return result;
}

long faulty_seen(int number) { return value_of(&rules[number].seen); }
long faulty_changed(int number) { return value_of(&rules[number].changed); }

int faulty_last_call(int number) {
  pthread_mutex_lock(&lock);
  int result = rules[number].last_call;
  pthread_mutex_unlock(&lock);
  return result;
}

void faulty_last_file(int number, char *path, size_t size) {
  pthread_mutex_lock(&lock);
  snprintf(path, size, "%s", rules[number].last_file);
  pthread_mutex_unlock(&lock);
}

// ---- what becomes of one call

/// The call as it is about to be made.
struct fate {
  char path[PATH_MAX];
  int error;
  long bytes_max;
};

static bool path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long count = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  if (count < 0) return false;
  path[count] = 0;
  return true;
}

static void lose_unsynced(struct standing *rule, const char *path, bool all) {
  static const char zeros[1 << 16];
  for (int i = 0; i < rule->unsynced_count; i++) {
    if (!all && strcmp(rule->unsynced[i].path, path) != 0) continue;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, rule->unsynced[i].path, O_WRONLY | O_CLOEXEC, 0);
    struct stat status;
    if (fd < 0) continue;
    off_t end = fstat(fd, &status) == 0 ? status.st_size : 0;
    for (off_t at = rule->unsynced[i].from; at < end;) {
      size_t count = end - at < (off_t)sizeof zeros ? (size_t)(end - at) : sizeof zeros;
      if (syscall(SYS_pwrite64, fd, zeros, count, at) <= 0) break;
      at += (off_t)count;
    }
    syscall(SYS_close, fd);
    rule->unsynced[i--] = rule->unsynced[--rule->unsynced_count];
  }
}

/// Asks the rules; `fd` is -1 where only a path is known. False if the call may go its way. `is_whole` says that a sync
/// is for all files of the file system.
static bool meets_a_rule_whole(int call, int fd, const char *path, struct fate *fate, bool is_whole) {
  if (atomic_load(&rules_count) == 0) return false;
  int error = errno;
  fate->error = 0;
  fate->bytes_max = -1;
  if (path != NULL) {
    snprintf(fate->path, sizeof fate->path, "%s", path);
  } else if (!path_of(fd, fate->path)) {
    errno = error;
    return false;
  }
  bool is_direct = fd >= 0 && (syscall(SYS_fcntl, fd, F_GETFL) & O_DIRECT) != 0;
  bool result = false;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < rules_max; i++) {
    struct standing *rule = &rules[i];
    if (!rule->is_used || !(rule->rule.calls & (unsigned)call) || fnmatch(rule->pattern, fate->path, 0) != 0) continue;
    if (rule->rule.flags & faulty_is_direct && !is_direct) continue;
    long number = rule->seen++;
    if (number < rule->rule.skipped || number - rule->rule.skipped >= rule->rule.times) continue;
    rule->changed++;
    rule->last_call = call;
    snprintf(rule->last_file, sizeof rule->last_file, "%s", fate->path);
    if (rule->rule.flags & faulty_holds) {
      while (rules[i].is_used) pthread_cond_wait(&ended, &lock);
      continue;
    }
    if (call == faulty_sync && rule->rule.flags & faulty_loses) {
      lose_unsynced(rule, fate->path, is_whole);
    }
    fate->error = rule->rule.error;
    fate->bytes_max = rule->rule.bytes_max;
    result = true;
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

static bool meets_a_rule(int call, int fd, const char *path, struct fate *fate) {
  return meets_a_rule_whole(call, fd, path, fate, false);
}

/// Remembers what a loss of unsynced bytes would take; `from` is -1 for a sync that has gone well.
static void note(int fd, off_t from) {
  if (atomic_load(&rules_count) == 0) return;
  int error = errno;
  char path[PATH_MAX];
  struct stat status;
  if (!path_of(fd, path) || fstat(fd, &status) != 0) {
    errno = error;
    return;
  }
  pthread_mutex_lock(&lock);
  for (int i = 0; i < rules_max; i++) {
    struct standing *rule = &rules[i];
    if (!rule->is_used || !(rule->rule.flags & faulty_loses) || fnmatch(rule->pattern, path, 0) != 0) continue;
    int place = 0;
    while (place < rule->unsynced_count && rule->unsynced[place].file != status.st_ino) place++;
    if (from < 0 && S_ISDIR(status.st_mode)) {
      rule->unsynced_count = 0;
    } else if (from < 0) {
      if (place < rule->unsynced_count) rule->unsynced[place] = rule->unsynced[--rule->unsynced_count];
    } else if (place == rule->unsynced_count && place < files_max) {
      rule->unsynced[place].file = status.st_ino;
      rule->unsynced[place].from = from;
      snprintf(rule->unsynced[place].path, PATH_MAX, "%s", path);
      rule->unsynced_count++;
    } else if (place < rule->unsynced_count && from < rule->unsynced[place].from) {
      rule->unsynced[place].from = from;
    }
  }
  pthread_mutex_unlock(&lock);
  errno = error;
}

static int failed(int error) {
  errno = error;
  return -1;
}

// ---- the calls

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  struct fate fate;
  struct iovec fewer[IOV_MAX];
  bool is_met = meets_a_rule(faulty_write, fd, NULL, &fate);
  if (is_met && fate.bytes_max >= 0) {
    long left = fate.bytes_max;
    int taken = 0;
    for (; taken < count && taken < IOV_MAX && left > 0; taken++) {
      fewer[taken] = parts[taken];
      if ((long)fewer[taken].iov_len > left) fewer[taken].iov_len = (size_t)left;
      left -= (long)fewer[taken].iov_len;
    }
    parts = fewer;
    count = taken;
  }
  if (is_met && fate.error != 0 && fate.bytes_max < 0) return failed(fate.error);
  ssize_t result = syscall(SYS_pwritev, fd, parts, count, at, 0);
  if (result > 0) note(fd, at);
  return is_met && fate.error != 0 ? failed(fate.error) : result;
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  struct fate fate;
  if (meets_a_rule(faulty_read, fd, NULL, &fate)) {
    if (fate.error != 0) return failed(fate.error);
    if (fate.bytes_max >= 0 && (long)count > fate.bytes_max) count = (size_t)fate.bytes_max;
  }
  return syscall(SYS_pread64, fd, bytes, count, at);
}

static int synced(long call, int fd) {
  struct fate fate;
  if (meets_a_rule_whole(faulty_sync, fd, NULL, &fate, call == SYS_syncfs) && fate.error != 0) return failed(fate.error);
  int result = (int)syscall(call, fd);
  // A folder's own sync covers names; that of its file system covers everything.
  struct stat status;
  if (result == 0 && (call == SYS_syncfs || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))) note(fd, -1);
  return result;
}

int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }

int fsync(int fd) { return synced(SYS_fsync, fd); }

int syncfs(int fd) { return synced(SYS_syncfs, fd); }

int ftruncate(int fd, off_t size) {
  struct fate fate;
  if (meets_a_rule(faulty_truncate, fd, NULL, &fate) && fate.error != 0) return failed(fate.error);
  return (int)syscall(SYS_ftruncate, fd, size);
}

int open(const char *path, int flags, ...) {
  struct fate fate;
  unsigned mode = 0;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, unsigned);
    va_end(arguments);
  }
  if (meets_a_rule(faulty_open, -1, path, &fate) && fate.error != 0) return failed(fate.error);
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int rename(const char *path, const char *to) {
  struct fate fate;
  if (meets_a_rule(faulty_rename, -1, path, &fate) && fate.error != 0) return failed(fate.error);
  return (int)syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
  struct fate fate;
  if (meets_a_rule(faulty_remove, -1, path, &fate) && fate.error != 0) return failed(fate.error);
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
