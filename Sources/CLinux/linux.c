#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int result(int value) { return value < 0 ? -errno : value; }

int linux_open(const char *path, int flags, unsigned mode) {
  int fd;
  do fd = open(path, flags | O_CLOEXEC, (mode_t)mode);
  while (fd < 0 && errno == EINTR);
  return result(fd);
}

int linux_set_nonblocking(int fd, int on) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  return result(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

int linux_accept(int fd, struct sockaddr_storage *peer, socklen_t *length) {
  return result(accept4(fd, (struct sockaddr *)peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int linux_epoll_create(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

static int epoll_change(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return result(epoll_ctl(epoll, operation, fd, &event));
}

int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return epoll_change(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return epoll_change(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int linux_epoll_remove(int epoll, int fd) { return epoll_change(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int linux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds) {
  return result(epoll_wait(epoll, events, capacity, timeout_milliseconds));
}

int linux_eventfd(void) { return result(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int linux_signalfd(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
  int refused = pthread_sigmask(SIG_BLOCK, &set, NULL);
  return refused ? -refused : result(signalfd(-1, &set, SFD_CLOEXEC));
}

int linux_signalfd_read(int fd) {
  struct signalfd_siginfo info;
  ssize_t count;
  do count = read(fd, &info, sizeof info);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  return count == sizeof info ? (int)info.ssi_signo : -EIO;
}

int linux_harden_process(void) {
  struct rlimit none = {0, 0};
  umask(077);
  if (setrlimit(RLIMIT_CORE, &none) < 0) return -errno;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -errno;
  return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -errno : 0;
}

int linux_name_thread(const char *name) { return result(prctl(PR_SET_NAME, name, 0, 0, 0)); }

int linux_pin_thread(int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return result(sched_setaffinity(0, sizeof set, &set));
}

int linux_lower_thread_priority(void) { return result(setpriority(PRIO_PROCESS, (id_t)gettid(), 19)); }

int linux_spawn(const char *program, char *const arguments[], const char *output, const char *errors) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&files)) return -ENOMEM;
  if (posix_spawnattr_init(&attributes)) return posix_spawn_file_actions_destroy(&files), -ENOMEM;
  // What this process ignores or blocks is its own affair.
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  pid_t child = 0;
  int refused = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!refused) refused = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, flags, 0600);
  if (!refused) refused = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errors, flags, 0600);
  if (!refused) refused = posix_spawn(&child, program, &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return refused ? -refused : (int)child;
}

int linux_child_status(int child) {
  int status = 0;
  const pid_t ended = waitpid(child, &status, WNOHANG);
  if (ended < 0) return -errno;
  if (ended == 0) return -EAGAIN;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int linux_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return -errno;
  return CPU_COUNT(&set);
}

int linux_syncfs(int fd) { return syncfs(fd) == 0 ? 0 : -errno; }

int linux_random(void *buffer, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t count = getrandom((char *)buffer + done, length - done, 0);
    if (count < 0 && errno != EINTR) return -errno;
    if (count > 0) done += (size_t)count;
  }
  return 0;
}

int linux_terminal_columns(int fd) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -errno;
  return size.ws_col;
}
