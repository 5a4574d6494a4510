#define _GNU_SOURCE
#include "CConfinementTrials.h"
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Above what a test program maps, sanitizers apart.
static const uint64_t memory = 16ULL << 30;

static int refused(long result) { return result < 0 ? errno : 0; }

static int take_memory(size_t size) {
  volatile char *taken = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (taken == MAP_FAILED) return errno;
  taken[size - 1] = 1;
  return munmap((void *)taken, size);
}

static int map(int protection, int flags) {
  return mmap(NULL, 4096, protection, flags, flags & MAP_ANONYMOUS ? -1 : 0, 0) == MAP_FAILED ? errno : 0;
}

static int execute(void) {
  char *none[] = {NULL};
  return refused(execve("/bin/true", none, none));
}

static int read_others(int parent) {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)&memory, 1};
  return refused(process_vm_readv(parent, &here, 1, &there, 1, 0));
}

static int raise_limit(void) {
  struct rlimit more = {64, 64};
  return refused(setrlimit(RLIMIT_NOFILE, &more));
}

static int attempt(enum trial trial, int parent) {
  static char page[8192] __attribute__((aligned(4096)));
  switch (trial) {
    case TRIAL_NOTHING: return 0;
    case TRIAL_ANSWER: return write(0, "x", 1) == 1 ? 0 : errno;
    case TRIAL_TAKE_MEMORY: return take_memory(64 << 20);
    case TRIAL_TAKE_ALL_MEMORY: return take_memory(memory);
    case TRIAL_WRITE_ERROR: return refused(write(2, "x", 1));
    case TRIAL_OPEN: return refused(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
    case TRIAL_OPEN_AT: return refused(syscall(SYS_openat, 0, "etc", O_RDONLY));
    case TRIAL_SOCKET: return refused(socket(AF_INET, SOCK_STREAM, 0));
    case TRIAL_FORK: return refused(fork());
    case TRIAL_THREAD: return refused(syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, NULL));
    case TRIAL_EXECUTE: return execute();
    case TRIAL_KILL: return refused(kill(parent, 0));
    case TRIAL_TRACE: return refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    case TRIAL_READ_OTHERS: return read_others(parent);
    case TRIAL_MAP_CODE: return map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS);
    case TRIAL_MAP_FILE: return map(PROT_READ, MAP_PRIVATE);
    case TRIAL_MAKE_CODE: return refused(mprotect(page, 4096, PROT_READ | PROT_EXEC));
    case TRIAL_PASS_DESCRIPTOR: return refused(linux_send_packet(0, "x", 1, 0));
    case TRIAL_RAISE_LIMIT: return raise_limit();
    case TRIAL_NAMESPACE: return refused(unshare(CLONE_NEWUSER));
  }
  return 125;
}

static void confine_or_end(int channel, int parent) {
  struct linux_confinement held;
  const char *failed;
  if (linux_confine(channel, parent, memory, &held, &failed)) _exit(124);
}

static int status_of(int child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int trial_run(enum trial trial) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return 123;
  const int parent = getpid();
  const int child = fork();
  if (child == 0) {
    confine_or_end(ends[1], parent);
    _exit(attempt(trial, parent));
  }
  const int status = child < 0 ? 122 : status_of(child);
  close(ends[0]);
  close(ends[1]);
  return status;
}

// The parent between dies once the child is confined; the child's end of the socket is the last.
int trial_ends_with_parent(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return 0;
  const int between = fork();
  if (between == 0) {
    const int parent = getpid();
    if (fork() == 0) {
      confine_or_end(ends[1], parent);
      (void)!write(0, "x", 1);
      for (;;) sched_yield();
    }
    char byte;
    _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
  }
  close(ends[1]);
  if (between < 0 || status_of(between) != 0) return 0;
  struct pollfd end = {ends[0], POLLIN, 0};
  const int told = poll(&end, 1, 10000);
  char byte;
  const int ended = told == 1 && read(ends[0], &byte, 1) == 0;
  close(ends[0]);
  return ended;
}

const char *trial_with_wrong_parent(void) {
  int ends[2];
  static char step[64];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return NULL;
  const int child = fork();
  if (child == 0) {
    struct linux_confinement held;
    const char *failed = "";
    // Descriptors are closed before the step that fails, so the answer goes where the socket is.
    if (linux_confine(ends[1], 1, memory, &held, &failed)) (void)!write(0, failed, strlen(failed));
    _exit(0);
  }
  close(ends[1]);
  const ssize_t count = child < 0 ? -1 : read(ends[0], step, sizeof step - 1);
  if (child > 0) status_of(child);
  close(ends[0]);
  step[count > 0 ? count : 0] = 0;
  return count > 0 ? step : NULL;
}
