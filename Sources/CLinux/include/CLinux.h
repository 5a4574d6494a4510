// Linux calls the Swift overlay of Glibc lacks: GNU-only names, variadics and macros.
// Every function answers its result, or the negated errno: the caller never reads errno.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Descriptors, all close-on-exec.

/// Opens a file; `mode` counts only where `flags` create one.
int linux_open(const char *path, int flags, unsigned mode);
/// Turns O_NONBLOCK on (1) or off (0).
int linux_set_nonblocking(int fd, int on);
/// Accepts one connection, non-blocking.
int linux_accept(int fd, struct sockaddr_storage *peer, socklen_t *length);

// Event loop.

int linux_epoll_create(void);
int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_remove(int epoll, int fd);
int linux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds);
/// A non-blocking eventfd counting from 0.
int linux_eventfd(void);

// Process and threads.

/// Blocks the listed signals in this thread and the ones it will start, and answers a descriptor they arrive on.
int linux_signalfd(const int *signals, size_t count);
/// Reads one signal from a signalfd, waiting for it; answers its number.
int linux_signalfd_read(int fd);
/// No core dump, no ptrace by others of the same user, files private by default, no death by a closed pipe.
int linux_harden_process(void);
/// Leaves it to others when this process ends: SIGTERM, SIGINT and SIGHUP are ignored.
void linux_ignore_ending(void);
/// Names the calling thread; the kernel keeps 15 bytes.
int linux_name_thread(const char *name);
/// Pins the calling thread to one processor.
int linux_pin_thread(int processor);
/// Gives the calling thread the lowest priority.
int linux_lower_thread_priority(void);
/// Starts a program with the arguments (the last pointer is null), nothing on its standard input, and files in the
/// place of its standard output and error, made anew with mode 0600. Returns its process id.
int linux_spawn(const char *program, char *const arguments[], const char *output, const char *errors);
/// Starts a program with the arguments and the environment (the last pointer of each is null) in a process group of its
/// own: `input` is its standard input, `errors` its standard error, nothing its standard output, and no other
/// descriptor is open. Returns its process id.
int linux_spawn_connected(
  const char *program, char *const arguments[], char *const environment[], int input, int errors);
/// What a child has ended with: 0 to 255, or 128 and the signal that ended it; -EAGAIN while it runs. To be asked no more
/// once it has ended.
int linux_child_status(int child);
/// Waits for a child's end and answers the same.
int linux_wait(int child);
/// Forgets a child that has ended and answers its process id, with what it has ended with as above; 0 while none has
/// ended, -ECHILD where there is none.
int linux_reap(int *status);
/// Makes this process a second one: 0 in the new one. Only for a process of one thread.
int linux_fork(void);
/// How many processors this process may run on.
int linux_processor_count(void);
/// Fills the buffer from the kernel's random source.
int linux_random(void *buffer, size_t length);
/// Writes out all of the file system that the descriptor is on, or answers the negated errno.
int linux_syncfs(int fd);
/// Columns of the terminal behind the descriptor, or the negated errno where it is none.
int linux_terminal_columns(int fd);

// Packets (SOCK_SEQPACKET).

/// Sends one packet, and a descriptor with it unless `passed` is -1.
int linux_send_packet(int fd, const void *bytes, size_t count, int passed);
/// Receives one packet, and into `passed` the descriptor that came with it (close-on-exec), or -1. Answers the count of
/// its bytes, 0 at the end; -EMSGSIZE for one that is longer than `capacity` or has other things with it.
int linux_receive_packet(int fd, void *buffer, size_t capacity, int *passed);

// A process that reads what strangers made: confinement.c.

/// Namespaces that a confined process has for itself.
enum { LINUX_NEW_USER = 1, LINUX_NEW_NETWORK = 2, LINUX_NEW_IPC = 4, LINUX_NEW_MOUNTS = 8 };

struct linux_confinement {
  uint32_t namespaces;  // LINUX_NEW_…: those that the kernel gave
  int landlock;         // version of the kernel's landlock; 0: without
};

/// Leaves this process its memory, its time and one socket, `channel`, which becomes descriptor 0; for good. It dies with
/// its parent `parent`. `memory` bytes are the most it may map. What a kernel need not have
/// is told in `held`; everything else must succeed, or -errno is answered, the step named in `failed`: then the process
/// must end. Only for a process of one thread.
int linux_confine(
  int channel, int parent, uint64_t memory, struct linux_confinement *held, const char **failed);

#endif
