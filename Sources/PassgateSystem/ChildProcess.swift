import CLinux
import Glibc
import Synchronization

/// A program that this one has started.
package final class ChildProcess: Sendable {
  /// What the kernel knows it by.
  package let identifier: Int32
  private let ended = Mutex<Int32?>(nil)

  /// Starts the program at a path with nothing on its standard input, and files in the place of its output and error,
  /// made anew, for this user alone.
  package init(_ program: String, _ arguments: [String], output: String, errors: String) throws(SystemError) {
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    identifier = try checked(unsafe linux_spawn(program, &words, output, errors), "start \(program)")
  }

  /// Starts the program at a path with a socket as its standard input, a pipe or file as its standard error, and nothing
  /// else: no output, no other descriptor, no variable of the environment but these ("NAME=value"). A signal to this
  /// program's group does not reach it.
  package init(
    _ program: String, _ arguments: [String], environment: [String], input: Int32, errors: Int32
  ) throws(SystemError) {
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    identifier = try checked(
      unsafe linux_spawn_connected(program, &words, &variables, input, errors), "start \(program)")
  }

  /// 0 to 255, or 128 and the signal that ended it; nil while it runs.
  package var exitStatus: Int32? {
    ended.withLock { ended in
      if ended == nil {
        let status = linux_child_status(identifier)
        if status >= 0 { ended = status }
      }
      return ended
    }
  }

  /// Ends it at once, if it has not ended, and answers how it did, as `exitStatus` does.
  package func finish() -> Int32 {
    kill()
    return ended.withLock { ended in
      let status = ended ?? linux_wait(identifier)
      ended = status
      return status
    }
  }

  /// Ends it at once; nothing when it has ended already.
  package func kill() {
    guard exitStatus == nil else { return }
    _ = Glibc.kill(identifier, SIGKILL)
  }
}

/// Asks a program for something, which must run with `argument` on its command line: a process id may belong to
/// somebody else by now.
package func send(_ signal: Signal, toProcess identifier: Int32, runningWith argument: String)
  throws(SystemError)
{
  let words = try Files.read("/proc/\(identifier)/cmdline").split(separator: 0)
  guard words.contains(where: { $0.elementsEqual(argument.utf8) }) else {
    throw SystemError(message: "process \(identifier) does not run with \(argument)")
  }
  guard Glibc.kill(identifier, signal.number) == 0 else {
    throw SystemError(doing: "send a signal to process \(identifier)", code: errno)
  }
}

extension Files {
  /// Makes a pipe with a name, for this user alone, and opens it so that writing neither waits for its reader nor
  /// fails for want of one.
  package static func openNewPipe(_ path: String) throws(SystemError) -> FileDescriptor {
    guard unsafe mkfifo(path, 0o600) == 0 else { throw SystemError(doing: "make \(path)", code: errno) }
    return try open(path, O_RDWR | O_NONBLOCK)
  }

  /// Writes a few bytes to a pipe, all or none; false when its reader is too far behind for them.
  package static func offer(_ bytes: [UInt8], to pipe: borrowing FileDescriptor) throws(SystemError) -> Bool {
    let count = unsafe Glibc.write(pipe.raw, bytes, bytes.count)
    if count == bytes.count { return true }
    guard count < 0, errno == EAGAIN else { throw SystemError(doing: "write to a pipe", code: errno) }
    return false
  }
}
