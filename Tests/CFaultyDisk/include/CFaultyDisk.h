#ifndef NEWSWIRE_FAULTY_DISK_H
#define NEWSWIRE_FAULTY_DISK_H

#include <stddef.h>

/// Calls of the operating system that can be made to fail, as bits.
enum {
  faulty_open = 1,
  faulty_read = 2,
  faulty_write = 4,
  faulty_sync = 8,
  faulty_truncate = 16,
  faulty_rename = 32,
  faulty_remove = 64,
};

/// What befalls the calls of a rule.
enum {
  /// Only descriptors count that go past the page cache.
  faulty_is_direct = 1,
  /// A sync that fails loses what was written since the last one that did not.
  faulty_loses = 2,
  /// Calls wait as long as the rule stands; then they go on as if nothing had been.
  faulty_holds = 4,
};

/// What goes wrong with files whose paths match a pattern of the shell.
struct faulty_rule {
  /// Which calls.
  unsigned calls;
  unsigned flags;
  /// The error that they end with; 0 for none.
  int error;
  /// How many bytes are read or written at most, -1 for all; with an error, so many are written all the same.
  long bytes_max;
  /// How many calls go well before.
  long skipped;
  /// How many then do not.
  long times;
};

/// Has calls fail from now on in this process; answers the rule's number, -1 if there are too many.
int faulty_begin(const char *pattern, struct faulty_rule rule);

/// Takes the rule away.
void faulty_end(int number);

/// How many calls the rule has seen, and how many it has changed.
long faulty_seen(int number);
long faulty_changed(int number);

/// The last call that it has changed: the bit, and the file.
int faulty_last_call(int number);
void faulty_last_file(int number, char *path, size_t size);

#endif
