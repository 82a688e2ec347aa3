// What a process has changed on disk and not yet made durable: a journal that outlives kill -9.
//
// Each change is written down before it is made, with what it destroys; each finished sync is written down after it.
// `restore.py` reads the journal and undoes what no sync has covered.
#ifndef POWER_FAILURE_JOURNAL_H
#define POWER_FAILURE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum journal_kind {
  JOURNAL_FILE = 1,      // a file was opened: `inode` lies at `path`
  JOURNAL_WRITE = 2,     // `length` bytes at `offset`; `old_size` before, the overwritten bytes follow
  JOURNAL_TRUNCATE = 3,  // the size becomes `length`; `old_size` before, the bytes cut off follow
  JOURNAL_SYNC = 4,      // what was done to `inode`, or to everything if it is 0, up to time `offset` is durable
  JOURNAL_CREATE = 5,    // `path` appears in folder `inode`
  JOURNAL_RENAME = 6,    // `path` in folder `inode` becomes `path2` in folder `inode2`; what was there is kept as `offset`
  JOURNAL_REMOVE = 7,    // `path` disappears from folder `inode`; it is kept as `offset`, 0 for a folder
  JOURNAL_VOID = 8,      // the change number `offset` of this process failed
};

struct journal_entry {
  enum journal_kind kind;
  uint64_t inode, inode2;
  uint64_t offset, length, old_size;
  const char *path, *path2;
  const void *saved;
  size_t saved_bytes;
};

/// True if a journal is asked for (`POWERFAIL_ROOT` and `POWERFAIL_JOURNAL`) and open.
bool journal_is_on(void);

/// The folder below which changes are followed, as an absolute path without symbolic links.
const char *journal_root(void);

/// True unless `POWERFAIL_SYNC=lying`: then a sync does nothing and says that it did.
bool journal_syncs_are_honest(void);

/// True unless `POWERFAIL_SYNC=no-fdatasync`, or `lying`: then fdatasync alone does nothing.
bool journal_data_syncs_are_honest(void);

/// One change at a time: the order of the journal is the order of the changes.
void journal_lock(void);
void journal_unlock(void);

/// Appends an entry and returns its number. Only under the lock.
uint64_t journal_append(const struct journal_entry *entry);

/// The time of the last entry: a sync that starts now covers everything up to it. Only under the lock.
uint64_t journal_time(void);

/// Keeps the file at `path` alive under a number of its own, so that its removal can be undone. Only under the lock.
uint64_t journal_keep(const char *path);

/// Ends the process with a message: a change that the journal cannot describe must not pass unseen.
_Noreturn void journal_give_up(const char *what);

#endif
