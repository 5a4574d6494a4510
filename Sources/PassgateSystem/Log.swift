import Glibc
import Synchronization

/// How much an event matters.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  case debug, info, warning, error

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

  /// The word in the line, and in a configuration.
  package var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }
}

/// The value of one field of a log line. Personal data and keys have no place here.
package enum LogValue: Sendable, Equatable {
  case string(String)
  case number(Int)
  case bool(Bool)
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Writes one JSON line for each event: `{"time":"…","level":"info","event":"listening","port":4433}`.
///
/// Events are named in the source, never composed, so that they can be counted and so that nothing a peer sent
/// can become one. An event that repeats beyond `perSecond` is held back, and the next line of that event
/// says how many were (`"suppressed":1234`): an attack fills a counter, not the disk.
package struct Log: Sendable {
  private let minimum: LogLevel
  private let clock: any Clock
  private let limiter: EventLimiter
  private let sink: @Sendable ([UInt8]) -> Void

  /// `sink` takes one whole line, newline included, and may be called from any thread.
  package init(
    minimum: LogLevel = .info, perSecond: Int = 20, clock: any Clock = SystemClock(),
    sink: @escaping @Sendable ([UInt8]) -> Void = Log.standardError
  ) {
    self.minimum = minimum
    self.clock = clock
    self.limiter = EventLimiter(perSecond: perSecond)
    self.sink = sink
  }

  /// One `write` a line, so that lines of several threads do not mix.
  package static let standardError: @Sendable ([UInt8]) -> Void = { line in
    // A log that cannot be written must not stop the service: the result is dropped on purpose.
    _ = unsafe Glibc.write(STDERR_FILENO, line, line.count)
  }

  package func debug(_ event: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    write(.debug, event, fields)
  }

  package func info(_ event: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    write(.info, event, fields)
  }

  package func warning(_ event: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    write(.warning, event, fields)
  }

  package func error(_ event: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    write(.error, event, fields)
  }

  /// Writes the event unless it is below the minimum or held back; fields keep their order.
  package func write(
    _ level: LogLevel, _ event: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    guard level >= minimum else { return }
    let name = event.description
    guard let suppressed = limiter.admit(name, at: clock.monotonicNanoseconds()) else { return }
    sink(line(level, name, fields, suppressed))
  }

  private func line(
    _ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, LogValue>, _ suppressed: Int
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.string("time", CivilTime.timestamp(milliseconds: clock.wallMilliseconds()))
      json.string("level", level.name)
      json.string("event", event)
      for (key, value) in fields { value.write(as: key, to: &json) }
      if suppressed > 0 { json.number("suppressed", suppressed) }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension LogValue {
  func write(as key: String, to json: inout JSONWriter) {
    switch self {
    case .string(let value): json.string(key, value)
    case .number(let value): json.number(key, value)
    case .bool(let value): json.bool(key, value)
    }
  }
}

/// Counts each event within its current second.
private final class EventLimiter: Sendable {
  private struct Window {
    var second: UInt64
    var written: Int
    var suppressed: Int
  }

  private let perSecond: Int
  private let windows = Mutex<[String: Window]>([:])

  init(perSecond: Int) { self.perSecond = perSecond }

  /// How many of this event were held back before it, or nil where it is held back itself.
  func admit(_ event: String, at nanoseconds: UInt64) -> Int? {
    let second = nanoseconds / 1_000_000_000
    return windows.withLock { windows in
      var window = windows[event] ?? Window(second: second, written: 0, suppressed: 0)
      defer { windows[event] = window }
      if window.second != second {
        window = Window(second: second, written: 0, suppressed: window.suppressed)
      }
      guard window.written < perSecond else {
        window.suppressed += 1
        return nil
      }
      window.written += 1
      defer { window.suppressed = 0 }
      return window.suppressed
    }
  }
}
