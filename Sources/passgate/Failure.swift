import PassgateClient

/// Why a command could not run: usage, file, network, or a reply that is not authentic. Exit status 2.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
  init(_ error: any Error) { description = "\(error)" }
}

/// What a command's end means to a script (see EXIT STATUS in the help).
enum ExitStatus: Int32 {
  case done = 0
  case refused = 1
  case failed = 2
  case undetermined = 3
}
