import CLinux
import Glibc

/// What every program of the house does before it reads its first secret.
package enum ProcessHardening {
  /// No core dump, no reading of this process's memory by the same user's other processes, files private unless
  /// said otherwise, and a closed pipe is an error rather than death.
  package static func apply() throws(SystemError) {
    try checked(linux_harden_process(), "protect the process's memory")
  }

  /// For a program that another one keeps: it ends with that one, not by a signal that goes to all of a group.
  package static func ignoreEnding() { linux_ignore_ending() }
}

/// What an administrator asks of a running program.
package enum Signal: Sendable, CaseIterable {
  /// SIGTERM: finish what is under way and end.
  case terminate
  /// SIGINT: Control-C.
  case interrupt
  /// SIGHUP: read the configuration again.
  case hangup
  /// SIGUSR1: the wall clock has been looked at and is right.
  case clockVouched

  var number: Int32 {
    switch self {
    case .terminate: SIGTERM
    case .interrupt: SIGINT
    case .hangup: SIGHUP
    case .clockVouched: SIGUSR1
    }
  }
}

/// Receives signals as values. To be made before the first thread, because threads inherit the blocked set and
/// one that does not would take the signal and die of it.
package final class SignalWatcher: Sendable {
  private let descriptor: FileDescriptor

  /// Blocks these signals in this thread and in all it starts from now on.
  package init(_ signals: [Signal] = Signal.allCases) throws(SystemError) {
    let numbers = signals.map(\.number)
    let raw = try checked(unsafe linux_signalfd(numbers, numbers.count), "watch for signals")
    descriptor = FileDescriptor(adopting: raw)
  }

  /// Waits for the next one.
  package func wait() throws(SystemError) -> Signal {
    while true {
      let number = try checked(linux_signalfd_read(descriptor.raw), "wait for a signal")
      if let signal = Signal.allCases.first(where: { $0.number == number }) { return signal }
    }
  }
}

/// Whether a person watches the descriptor.
package func isTerminal(_ fd: Int32) -> Bool { isatty(fd) == 1 }

/// A variable of the environment; nil where it is not set.
package func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
