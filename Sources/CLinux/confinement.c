// What a process that reads pictures of strangers may still do: compute, and answer on one socket.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the list of system calls is made for x86-64 and arm64"
#endif

// MARK: Best effort

// The other checks go first, but a full processor still gives the worker a share: one that only ran when nobody else
// wanted to would miss its deadlines, and not even end when it is told to. The long slice lets whoever wakes with a
// shorter one take the processor at once; kernels before 6.12 do not know it.
static void stand_back(void) {
  // The C library has neither the call nor its structure (sched_setattr(2)).
  const struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t slice, deadline, period;
  } batch = {.size = sizeof batch, .policy = SCHED_BATCH, .nice = 5, .slice = 100 * 1000 * 1000};
  (void)syscall(SYS_sched_setattr, 0, &batch, 0);
}

// One by one, because a kernel or a container may forbid some; the user namespace first, which permits the others.
static uint32_t leave_namespaces(void) {
  static const struct {
    int flag;
    uint32_t name;
  } all[] = {
    {CLONE_NEWUSER, LINUX_NEW_USER},
    {CLONE_NEWNET, LINUX_NEW_NETWORK},
    {CLONE_NEWIPC, LINUX_NEW_IPC},
    {CLONE_NEWNS, LINUX_NEW_MOUNTS},
  };
  uint32_t held = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (unshare(all[i].flag) == 0) held |= all[i].name;
  }
  return held;
}

// As linux/landlock.h of a new kernel has them; the header of an older one lacks the later ones.
struct landlock_attributes {
  uint64_t files, network, scoped;
};
enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446, LANDLOCK_VERSION = 1 };

// The rights that a version knows: none of them is granted again.
static struct landlock_attributes landlock_rights(int version) {
  static const int files[] = {0, 13, 14, 15, 15, 16};
  const int known = (int)(sizeof files / sizeof *files) - 1;
  return (struct landlock_attributes){
    .files = (1ULL << files[version < known ? version : known]) - 1,
    .network = version >= 4 ? 3 : 0,
    .scoped = version >= 6 ? 3 : 0,
  };
}

// The kernel's version of landlock, with a domain without any rule entered; 0 where there is none.
static int enter_landlock(void) {
  const int version = (int)syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
  if (version < 1) return 0;
  const struct landlock_attributes rights = landlock_rights(version);
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const int rules = (int)syscall(LANDLOCK_CREATE, &rights, size, 0);
  if (rules < 0) return 0;
  const int held = syscall(LANDLOCK_RESTRICT, rules, 0) == 0 ? version : 0;
  close(rules);
  return held;
}

// MARK: Always

static int limit(int resource, uint64_t value) {
  const struct rlimit both = {value, value};
  return setrlimit((__rlimit_resource_t)resource, &both);
}

// Descriptors that are open stay open; no other can be.
static int set_limits(uint64_t memory) {
  return limit(RLIMIT_AS, memory) || limit(RLIMIT_NOFILE, 0) || limit(RLIMIT_NPROC, 0) || limit(RLIMIT_FSIZE, 0)
    || limit(RLIMIT_CORE, 0) || limit(RLIMIT_MSGQUEUE, 0) || limit(RLIMIT_MEMLOCK, 0);
}

static int drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct none[2] = {{0}};
  return (int)syscall(SYS_capset, &header, none);
}

// A parent that was gone before the kernel was told of it would never end this process.
static int tie_to_parent(int parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -1;
  if (getppid() == parent) return 0;
  errno = ESRCH;
  return -1;
}

static int keep_alone(int channel) {
  if (channel != STDIN_FILENO && dup2(channel, STDIN_FILENO) < 0) return -1;
  return close_range(STDIN_FILENO + 1, ~0U, 0);
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)

// Memory, the channel, the time, the end. Memory is anonymous and never becomes code.
static int filter_calls(void) {
  struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    ALLOW(read),
    ALLOW(write),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(madvise),
    ALLOW(brk),
    ALLOW(futex),
    ALLOW(clock_gettime),
    ALLOW(rt_sigreturn),
    ALLOW(sched_yield),
    ALLOW(restart_syscall),
    ALLOW(exit),
    ALLOW(exit_group),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    // The lower half holds every flag there is; the byte order is little.
    LOAD(args[2]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(args[3]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 0, 1),
    RETURN(SECCOMP_RET_ALLOW),
    RETURN(SECCOMP_RET_KILL_PROCESS),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

static int refused(const char *step, const char **failed) {
  *failed = step;
  return errno ? -errno : -EPERM;
}

int linux_confine(
  int channel, int parent, uint64_t memory, struct linux_confinement *held, const char **failed) {
  stand_back();
  if (keep_alone(channel)) return refused("close what is open", failed);
  held->namespaces = leave_namespaces();
  // Behind the change of namespace, which may take the tie and the shield away again.
  if (tie_to_parent(parent)) return refused("end with its parent", failed);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return refused("shield its memory", failed);
  if (drop_capabilities()) return refused("give up privileges", failed);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return refused("renounce new privileges", failed);
  held->landlock = enter_landlock();
  if (set_limits(memory)) return refused("limit itself", failed);
  if (filter_calls()) return refused("filter its system calls (seccomp)", failed);
  return 0;
}
