#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
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

void linux_ignore_ending(void) {
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
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

// What this process ignores or blocks is its own affair; so is which group it is in, where `apart` says so.
static int spawn(
  const char *program, char *const arguments[], char *const environment[], posix_spawn_file_actions_t *files,
  int apart) {
  posix_spawnattr_t attributes;
  if (posix_spawnattr_init(&attributes)) return -ENOMEM;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  posix_spawnattr_setflags(&attributes, (short)(apart ? flags | POSIX_SPAWN_SETPGROUP : flags));
  pid_t child = 0;
  const int refused = posix_spawn(&child, program, files, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  return refused ? -refused : (int)child;
}

int linux_spawn(const char *program, char *const arguments[], const char *output, const char *errors) {
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files)) return -ENOMEM;
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  int refused = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!refused) refused = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, flags, 0600);
  if (!refused) refused = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errors, flags, 0600);
  const int child = refused ? -refused : spawn(program, arguments, environ, &files, 0);
  posix_spawn_file_actions_destroy(&files);
  return child;
}

int linux_spawn_connected(
  const char *program, char *const arguments[], char *const environment[], int input, int errors) {
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files)) return -ENOMEM;
  int refused = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  if (!refused) refused = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (!refused) refused = posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  if (!refused) refused = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  const int child = refused ? -refused : spawn(program, arguments, environment, &files, 1);
  posix_spawn_file_actions_destroy(&files);
  return child;
}

static int ended_with(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int linux_child_status(int child) {
  int status = 0;
  const pid_t ended = waitpid(child, &status, WNOHANG);
  if (ended < 0) return -errno;
  if (ended == 0) return -EAGAIN;
  return ended_with(status);
}

int linux_wait(int child) {
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  return ended < 0 ? -errno : ended_with(status);
}

int linux_reap(int *status) {
  const pid_t ended = waitpid(-1, status, WNOHANG);
  if (ended > 0) *status = ended_with(*status);
  return result(ended);
}

int linux_fork(void) { return result(fork()); }

int linux_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return -errno;
  return CPU_COUNT(&set);
}

int linux_send_packet(int fd, const void *bytes, size_t count, int passed) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec part = {(void *)(uintptr_t)bytes, count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (passed >= 0) {
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &passed, sizeof(int));
  }
  ssize_t sent;
  do sent = sendmsg(fd, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return result((int)sent);
}

// The descriptors that came with a message: one is kept, the others are closed.
static int keep_one(struct msghdr *message) {
  int kept = -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      if (kept < 0) {
        kept = fd;
      } else {
        close(fd);
      }
    }
  }
  return kept;
}

int linux_receive_packet(int fd, void *buffer, size_t capacity, int *passed) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(4 * sizeof(int))];
  } control;
  struct iovec part = {buffer, capacity};
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
  *passed = -1;
  ssize_t count;
  do count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  *passed = keep_one(&message);
  if (!(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) return (int)count;
  if (*passed >= 0) close(*passed);
  *passed = -1;
  return -EMSGSIZE;
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
