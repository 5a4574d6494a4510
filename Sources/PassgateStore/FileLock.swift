import Glibc

/// An exclusive `flock` on a file of its own: it dies with the process, and also refuses a second holder inside it.
struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock or returns nil when another holder has it.
  /// - Throws: the errno of a lock file that cannot be made or locked.
  init?(path: String) throws(LockFailure) {
    let opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw LockFailure(code: errno) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(opened)
      if code == EWOULDBLOCK { return nil }
      throw LockFailure(code: code)
    }
    descriptor = opened
  }

  deinit {
    // A child that another thread has just forked has the descriptor too until it runs its program: closing ours alone
    // would leave the lock to it for that moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// A lock file that could not be made or locked.
struct LockFailure: Error {
  let code: Int32

  /// The system's own words.
  var problem: String { "its lock file cannot be taken: " + (unsafe String(cString: strerror(code))) }
}
