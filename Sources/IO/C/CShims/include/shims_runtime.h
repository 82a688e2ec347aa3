#ifndef NEWSWIRE_SHIMS_RUNTIME_H
#define NEWSWIRE_SHIMS_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

/// A non-blocking eventfd, closed on exec; negative errno on failure.
int newswire_eventfd(void);

/// A listening TCP socket with SO_REUSEADDR (and SO_REUSEPORT if asked for), non-blocking, closed on exec.
/// `address` is a sockaddr of `length` bytes. Negative errno on failure.
int newswire_listen_tcp(const void *address, size_t length, int reuse_port, int backlog);

/// The next connection of a listening socket, non-blocking, closed on exec. Negative errno on failure.
int newswire_accept(int fd);

/// Lets other threads go first: the calling thread gets what they leave of the processors and the disks.
void newswire_yield_to_others(void);

/// Names the calling thread (at most 15 characters are kept).
void newswire_name_thread(const char *name);

/// 0 and the text of the numeric host and the port, or negative errno.
int newswire_peer_address(int fd, char *host, size_t host_size, int *port);
int newswire_local_address(int fd, char *host, size_t host_size, int *port);

/// Makes everything durable that was written to the file system of `fd`. Negative errno on failure.
int newswire_sync_file_system(int fd);

/// The calling process gets `signal` when its parent ends. Negative errno, -ESRCH if `parent` is not its parent (any more).
int newswire_end_with_parent(int parent, int signal);

#endif
