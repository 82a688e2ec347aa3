#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// The journal writes by bare system calls: the wrapped functions would come back here.

struct __attribute__((packed)) record {
  uint32_t magic;
  uint32_t kind;
  uint64_t number, time;
  uint64_t inode, inode2;
  uint64_t offset, length, old_size;
  uint32_t path_bytes, path2_bytes;
  uint64_t saved_bytes;
};

static const uint32_t record_magic = 0x4c465750;  // "PWFL"

static char root[4096];
static char folder[4096];
static int journal_fd = -1;
static bool lying, lying_about_data;
static uint64_t last_number, last_time, last_kept;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  const char *wanted_root = getenv("POWERFAIL_ROOT"), *wanted_folder = getenv("POWERFAIL_JOURNAL");
  if (!wanted_root || !wanted_folder) return;
  if (!realpath(wanted_root, root)) journal_give_up("POWERFAIL_ROOT is not a folder");
  if (!realpath(wanted_folder, folder)) journal_give_up("POWERFAIL_JOURNAL is not a folder");
  const char *sync = getenv("POWERFAIL_SYNC");
  lying = sync && strcmp(sync, "lying") == 0;
  lying_about_data = lying || (sync && strcmp(sync, "no-fdatasync") == 0);
  char path[4200];
  snprintf(path, sizeof path, "%s/%d.journal", folder, (int)getpid());
  journal_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal_fd < 0) journal_give_up("cannot open the journal");
}

bool journal_is_on(void) { return journal_fd >= 0; }
const char *journal_root(void) { return root; }
bool journal_syncs_are_honest(void) { return !lying; }
bool journal_data_syncs_are_honest(void) { return !lying_about_data; }
void journal_lock(void) { pthread_mutex_lock(&mutex); }
void journal_unlock(void) { pthread_mutex_unlock(&mutex); }
uint64_t journal_time(void) { return last_time; }

static uint64_t next_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  last_time = time > last_time ? time : last_time + 1;
  return last_time;
}

uint64_t journal_append(const struct journal_entry *entry) {
  struct record head = {
      .magic = record_magic,
      .kind = entry->kind,
      .number = ++last_number,
      .time = next_time(),
      .inode = entry->inode,
      .inode2 = entry->inode2,
      .offset = entry->offset,
      .length = entry->length,
      .old_size = entry->old_size,
      .path_bytes = entry->path ? (uint32_t)strlen(entry->path) : 0,
      .path2_bytes = entry->path2 ? (uint32_t)strlen(entry->path2) : 0,
      .saved_bytes = entry->saved_bytes,
  };
  struct iovec parts[] = {
      {&head, sizeof head},
      {(void *)entry->path, head.path_bytes},
      {(void *)entry->path2, head.path2_bytes},
      {(void *)entry->saved, entry->saved_bytes},
  };
  size_t all = sizeof head + head.path_bytes + head.path2_bytes + entry->saved_bytes;
  if (syscall(SYS_writev, journal_fd, parts, 4) != (ssize_t)all) journal_give_up("cannot write the journal");
  return head.number;
}

uint64_t journal_keep(const char *path) {
  char kept[4300];
  snprintf(kept, sizeof kept, "%s/%d.%llu.kept", folder, (int)getpid(), (unsigned long long)++last_kept);
  if (syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0) != 0) {
    if (errno == ENOENT) return 0;
    journal_give_up("cannot keep a file that is going away (is the journal on the same file system?)");
  }
  return last_kept;
}

void journal_give_up(const char *what) {
  char line[512];
  int count = snprintf(line, sizeof line, "power failure shim: %s: %s\n", what, strerror(errno));
  if (syscall(SYS_write, 2, line, (size_t)count) < 0) abort();
  abort();
}
