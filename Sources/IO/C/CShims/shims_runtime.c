#define _GNU_SOURCE 1
#include "shims_runtime.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int newswire_eventfd(void) {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int newswire_listen_tcp(const void *address, size_t length, int reuse_port, int backlog) {
  const struct sockaddr *sa = address;
  int one = 1;
  int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      (reuse_port && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) != 0) ||
      bind(fd, sa, (socklen_t)length) != 0 || listen(fd, backlog) != 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int newswire_accept(int fd) {
  int connection = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return connection < 0 ? -errno : connection;
}

void newswire_name_thread(const char *name) {
  char short_name[16];
  strncpy(short_name, name, sizeof short_name - 1);
  short_name[sizeof short_name - 1] = 0;
  pthread_setname_np(pthread_self(), short_name);
}

static int numeric(const struct sockaddr_storage *address, socklen_t length, char *host, size_t size, int *port) {
  if (getnameinfo((const struct sockaddr *)address, length, host, (socklen_t)size, NULL, 0, NI_NUMERICHOST) != 0)
    return -EINVAL;
  *port = ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
                                               : ((const struct sockaddr_in *)address)->sin_port);
  return 0;
}

int newswire_peer_address(int fd, char *host, size_t host_size, int *port) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getpeername(fd, (struct sockaddr *)&address, &length) != 0) return -errno;
  return numeric(&address, length, host, host_size, port);
}

int newswire_local_address(int fd, char *host, size_t host_size, int *port) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return -errno;
  return numeric(&address, length, host, host_size, port);
}

int newswire_sync_file_system(int fd) { return syncfs(fd) == 0 ? 0 : -errno; }

int newswire_end_with_parent(int parent, int signal) {
  if (prctl(PR_SET_PDEATHSIG, signal) != 0) return -errno;
  // It may have ended before.
  return getppid() == parent ? 0 : -ESRCH;
}

void newswire_yield_to_others(void) {
  // Of this thread alone; what the system refuses is done without.
  setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10);
  const int who_process = 1, best_effort = 2, last_level = 7;
  syscall(SYS_ioprio_set, who_process, 0, best_effort << 13 | last_level);
}
