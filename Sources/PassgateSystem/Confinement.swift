import CLinux
import Glibc

/// What keeps a process that reads what strangers made from everything else.
///
/// Always: it has one socket and can open nothing; its memory is bounded, none of it becomes code, and no other process
/// reads it; it has no privileges and gets none; a system call beyond memory, the socket, the time and its end kills it;
/// it dies with its parent. Where the kernel has them: namespaces of its own and landlock without a rule.
package struct Confinement: Sendable, Equatable, CustomStringConvertible {
  /// Those that the kernel gave it for itself.
  package let namespaces: [String]
  /// Version of the kernel's landlock; 0: without.
  package let landlock: Int

  private static let names: [(UInt32, String)] = [
    (UInt32(LINUX_NEW_USER), "user"), (UInt32(LINUX_NEW_NETWORK), "network"),
    (UInt32(LINUX_NEW_IPC), "ipc"), (UInt32(LINUX_NEW_MOUNTS), "mount"),
  ]

  private init(_ held: linux_confinement) {
    namespaces = Self.names.filter { held.namespaces & $0.0 != 0 }.map(\.1)
    landlock = Int(held.landlock)
  }

  /// Nil unless the text is another's `words`.
  package init?(words: String) {
    var (namespaces, landlock) = ([String](), 0)
    for word in words.split(separator: " ") {
      if let version = Int(word) { landlock = version } else { namespaces.append(String(word)) }
    }
    guard namespaces.allSatisfy({ name in Self.names.contains { $0.1 == name } }) else { return nil }
    (self.namespaces, self.landlock) = (namespaces, landlock)
  }

  /// What it has beyond what it always has: landlock's version and the namespaces, for `init(words:)`.
  package var words: String { (["\(landlock)"] + namespaces).joined(separator: " ") }

  package var description: String {
    let spaces = namespaces.isEmpty ? "none" : namespaces.joined(separator: ", ")
    return "seccomp, no new privileges, no capabilities, limits of memory, files and processes; "
      + "landlock: \(landlock == 0 ? "none" : "version \(landlock)"); namespaces: \(spaces)"
  }

  /// Confines this process, which must have one thread, for good: nothing is left but the socket `channel`, as
  /// descriptor 0, and so many bytes of memory. Where this throws, the process must end.
  package static func apply(
    keeping channel: Int32, parent: Int32, memory: UInt64
  ) throws(SystemError) -> Confinement {
    var held = linux_confinement()
    var failed: UnsafePointer<CChar>?
    let result = unsafe linux_confine(channel, parent, memory, &held, &failed)
    let step = unsafe failed.map { unsafe String(cString: $0) } ?? "confine itself"
    try checked(result, "a worker cannot \(step)")
    return Confinement(held)
  }
}

/// Processes made by copying this one, which must have one thread.
package enum Forking {
  /// The number of this process.
  package static var identifier: Int32 { getpid() }

  /// Makes a second process: its number, or nil in the new one.
  package static func fork() throws(SystemError) -> Int32? {
    let child = try checked(linux_fork(), "make a process")
    return child == 0 ? nil : child
  }

  /// Threads of this process; nil where /proc does not tell.
  package static var threadCount: Int? { (try? Files.list("/proc/self/task"))?.count }

  /// A child that has ended, and 0 to 255, or 128 and the signal that ended it; nil while none has ended.
  package static func reap() -> (child: Int32, status: Int32)? {
    var status: Int32 = 0
    let child = unsafe linux_reap(&status)
    return child > 0 ? (child, status) : nil
  }

  /// Waits for the end of a child; its status as `reap` gives it.
  @discardableResult package static func wait(for child: Int32) -> Int32 { linux_wait(child) }

  /// Ends a child of this process that has not been reaped.
  package static func kill(child: Int32) { _ = Glibc.kill(child, SIGKILL) }

  /// Ends this process at once: no handler runs, nothing is written out.
  package static func end(status: Int32) -> Never { _exit(status) }
}

/// Tells when children of this process end, as something to wait for.
package final class ChildWatcher: Sendable {
  private let descriptor: FileDescriptor

  package init() throws(SystemError) {
    let numbers = [SIGCHLD]
    descriptor = FileDescriptor(
      adopting: try checked(unsafe linux_signalfd(numbers, numbers.count), "watch for children"))
  }

  /// Readable once a child has ended; to be added to a poller.
  package var fd: Int32 { descriptor.raw }

  /// Forgets that one was told of.
  package func drain() { _ = linux_signalfd_read(descriptor.raw) }
}
