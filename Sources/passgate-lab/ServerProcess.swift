import PassgateSystem

/// The measured process, as the kernel sees it.
struct ServerProcess {
  let pid: Int

  /// Processor time of all its threads that live, nanoseconds: user and system.
  func processorTime() throws -> UInt64 {
    let folder = "/proc/\(pid)/task"
    return try Files.list(folder).reduce(0) { sum, thread in
      let text = try text("\(folder)/\(thread)/schedstat")
      guard let spent = text.split(separator: " ").first.flatMap({ UInt64($0) }) else {
        throw Failure("\(folder)/\(thread)/schedstat: this kernel does not count processor time")
      }
      return sum + spent
    }
  }

  /// Memory of its own that no file backs, bytes. Only its owner without hardening, or root, may ask.
  func anonymousMemory() throws -> Int {
    let path = "/proc/\(pid)/smaps_rollup"
    for line in try text(path).split(separator: "\n") where line.hasPrefix("Anonymous:") {
      if let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) {
        return kibibytes * 1_024
      }
    }
    throw Failure("\(path) names no anonymous memory")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Files.read(path), as: UTF8.self)
  }
}
