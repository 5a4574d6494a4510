/// Why a command could not run: usage, file, network, or a reply that is not authentic. Exit status 2.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What a command's end means to a script (see EXIT STATUS in the help).
enum ExitStatus: Int32 {
  case done = 0
  /// Something was accepted that had to be refused, or calls failed during a measurement.
  case wrong = 1
  case failed = 2
}
