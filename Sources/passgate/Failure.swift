import PassgateClient

/// Why a command ended early: usage, file, network, a reply that is not authentic, or a refusal in the middle.
struct Failure: Error, CustomStringConvertible {
  let description: String
  let status: ExitStatus

  init(_ description: String, _ status: ExitStatus = .failed) {
    (self.description, self.status) = (description, status)
  }
  init(_ error: any Error) { self.init("\(error)") }
}

/// What a command's end means to a script (see EXIT STATUS in the help).
enum ExitStatus: Int32 {
  case done = 0
  case refused = 1
  case failed = 2
  case undetermined = 3
}
