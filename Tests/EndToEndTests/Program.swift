import Glibc
import PassgateSettings
import PassgateSystem
import PassgateTestKit

/// A program of this package in a process of its own, its three channels on pipes.
final class Program {
  /// How a process ended.
  enum End: Equatable {
    case exited(Int32)
    case killed(Int32)
  }

  private let poller: Poller
  private let output: Drain
  private let errors: Drain
  private var pid: pid_t?

  /// Starts a program; `input` is all that its standard input will have, at most 64 KiB.
  init(_ name: String, _ arguments: [String], input: [UInt8] = [], environment: [String] = []) throws {
    let (stdin, stdout, stderr) = (try Pipe(), try Pipe(), try Pipe())
    guard unsafe write(stdin.writing.raw, input, input.count) == input.count else {
      throw SystemError(doing: "write a pipe", code: errno)
    }
    pid = try spawn(
      "\(Programs.folder)/\(name)", arguments, environment,
      channels: [stdin.reading.raw, stdout.writing.raw, stderr.writing.raw])
    poller = try Poller()
    output = try Drain(stdout.takeReading(), poller, token: 1)
    errors = try Drain(stderr.takeReading(), poller, token: 2)
  }

  deinit {
    guard let pid else { return }
    kill(pid, SIGKILL)
    _ = waitpid(pid, nil, 0)
  }

  func send(_ signal: Int32) {
    if let pid { kill(pid, signal) }
  }

  /// What it has printed on standard output so far.
  var printed: String { String(decoding: output.bytes, as: UTF8.self) }
  /// What it has printed on standard error so far.
  var logged: String { String(decoding: errors.bytes, as: UTF8.self) }

  /// Waits for the end; throws when it does not come.
  func end(within seconds: UInt64 = 60) throws -> End {
    try wait("end", within: seconds) { output.isAtEnd && errors.isAtEnd ? () : nil }
    guard let pid else { throw SystemError(message: "the program has ended before") }
    var status: Int32 = 0
    _ = unsafe waitpid(pid, &status, 0)
    self.pid = nil
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
  }

  // MARK: The log

  /// The lines of its log, decoded.
  var log: [JSONValue] {
    logged.split(separator: "\n").compactMap { try? parseJSON(Array($0.utf8)) }
  }

  /// Waits until the log has this event for the `count`th time and answers that line.
  func event(_ name: String, count: Int = 1) throws -> JSONValue {
    try wait("log \(name)", within: 30) {
      let found = log.filter { $0["event"] == .string(name) }
      return found.count >= count ? found[count - 1] : nil
    }
  }

  // MARK: Waiting

  /// Takes in what the program writes until `condition` has a result.
  private func wait<Value>(_ what: String, within seconds: UInt64, _ condition: () -> Value?) throws -> Value
  {
    let clock = SystemClock()
    let deadline = clock.monotonicNanoseconds() + seconds * 1_000_000_000
    var events: [Poller.Event] = []
    while true {
      if let value = condition() { return value }
      let now = clock.monotonicNanoseconds()
      guard now < deadline, !(output.isAtEnd && errors.isAtEnd) else {
        throw SystemError(
          message: "waiting for a program to \(what) was in vain; it said: \(logged)\(printed)")
      }
      try poller.wait(into: &events, timeoutMilliseconds: Int((deadline - now) / 1_000_000) + 1)
      for event in events { try (event.token == 1 ? output : errors).take(from: poller) }
    }
  }
}

/// What a program that ran to its end came to.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String

  /// The output as one JSON document.
  var json: JSONValue { get throws { try parseJSON(Array(output.utf8)) } }
}

extension Program {
  /// Runs a program to its end, which must be an exit.
  static func run(
    _ name: String, _ arguments: [String], input: [UInt8] = [], environment: [String] = []
  ) throws -> Outcome {
    let program = try Program(name, arguments, input: input, environment: environment)
    guard case .exited(let status) = try program.end() else {
      throw SystemError(message: "\(name) was killed; it said: \(program.logged)")
    }
    return Outcome(status: status, output: program.printed, errors: program.logged)
  }
}

extension JSONValue {
  /// A member of an object; nil for anything else.
  subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var integer: Int? {
    guard case .integer(let number) = self else { return nil }
    return Int(exactly: number)
  }

  var list: [JSONValue]? {
    guard case .array(let list) = self else { return nil }
    return list
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
}

// MARK: - Pipes and processes

/// Both ends of a pipe, neither of which a child inherits by accident.
private final class Pipe {
  private var reader: FileDescriptor?
  let writing: FileDescriptor

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemError(doing: "make a pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    reader = FileDescriptor(adopting: ends[0])
    writing = FileDescriptor(adopting: ends[1])
  }

  var reading: Reading { Reading(raw: reader?.raw ?? -1) }
  struct Reading { let raw: Int32 }

  func takeReading() throws -> FileDescriptor {
    guard let taken = reader.take() else { throw SystemError(message: "the pipe's end was taken") }
    return taken
  }
}

/// Collects what comes out of a pipe.
private final class Drain {
  private let descriptor: FileDescriptor
  private(set) var bytes: [UInt8] = []
  private(set) var isAtEnd = false

  init(_ descriptor: consuming FileDescriptor, _ poller: Poller, token: UInt64) throws {
    self.descriptor = descriptor
    try Sockets.setNonBlocking(self.descriptor.raw, true)
    try poller.add(self.descriptor.raw, token: token, .readable)
  }

  func take(from poller: Poller) throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor.raw, &buffer, buffer.count)
      if count < 0 { return }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    isAtEnd = true
    try poller.remove(descriptor.raw)
  }
}

private func spawn(
  _ path: String, _ arguments: [String], _ environment: [String], channels: [Int32]
) throws -> pid_t {
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  for (number, descriptor) in channels.enumerated() {
    unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
  }
  let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
  let variables = try unsafe (ownEnvironment() + environment).map { unsafe strdup($0) } + [nil]
  defer { unsafe (words + variables).forEach { unsafe free($0) } }
  var pid = pid_t()
  let code = unsafe posix_spawn(&pid, path, &actions, nil, words, variables)
  guard code == 0 else {
    throw SystemError(doing: "start \(path)", code: code, advice: "build the package's programs first")
  }
  return pid
}

/// The variables of this process, which sanitizers need too, without those of the programs.
private func ownEnvironment() throws -> [String] {
  try Files.read("/proc/self/environ").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    .filter { !$0.hasPrefix("PASSGATE_") }
}
