// What a confined process can and cannot do, tried out: C, because a copy of the test's many threads may run no Swift.
#ifndef CCONFINEMENTTRIALS_H
#define CCONFINEMENTTRIALS_H

/// One thing that a confined child does.
enum trial {
  TRIAL_NOTHING,
  TRIAL_ANSWER,            // on its socket
  TRIAL_TAKE_MEMORY,       // as much as a comparison does
  TRIAL_TAKE_ALL_MEMORY,   // more than it may
  TRIAL_WRITE_ERROR,       // on what was its standard error
  TRIAL_OPEN,
  TRIAL_OPEN_AT,
  TRIAL_SOCKET,
  TRIAL_FORK,
  TRIAL_THREAD,
  TRIAL_EXECUTE,
  TRIAL_KILL,
  TRIAL_TRACE,
  TRIAL_READ_OTHERS,       // another process's memory
  TRIAL_MAP_CODE,
  TRIAL_MAP_FILE,
  TRIAL_MAKE_CODE,         // of memory that it has
  TRIAL_PASS_DESCRIPTOR,
  TRIAL_RAISE_LIMIT,
  TRIAL_NAMESPACE,
};

/// Runs it in a child of its own; answers 0 where the child could, the errno where the kernel refused, or 128 and the
/// signal that ended the child.
int trial_run(enum trial trial);

/// Whether a confined child ends when its parent is gone, within ten seconds.
int trial_ends_with_parent(void);

/// The step that fails where the parent is not the one named; NULL when none did.
const char *trial_with_wrong_parent(void);

#endif
