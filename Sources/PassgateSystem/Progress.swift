import CLinux
import Glibc

/// A progress line on standard error for long work; silent where nobody watches.
package struct Progress {
  private let label: String
  private let total: Int
  private let clock: any Clock
  private let isShown: Bool
  private let started: UInt64
  private var lastShown: UInt64 = 0

  /// `total` is the number of steps, bytes or records the work has.
  package init(label: String, total: Int, clock: any Clock = SystemClock()) {
    self.label = label
    self.total = total
    self.clock = clock
    isShown = isTerminal(STDERR_FILENO)
    started = clock.monotonicNanoseconds()
  }

  /// Tells how much is done by now, and what else there is to tell; shown ten times a second at most.
  package mutating func update(_ done: Int, _ note: @autoclosure () -> String = "") {
    let now = clock.monotonicNanoseconds()
    guard isShown, now - lastShown >= 100_000_000 else { return }
    lastShown = now
    show(done, note(), now)
  }

  /// Leaves the line with what was done in the end.
  package func finish(_ done: Int, _ note: @autoclosure () -> String = "") {
    guard isShown else { return }
    show(done, note(), clock.monotonicNanoseconds())
    Self.write("\n")
  }

  private func show(_ done: Int, _ note: String, _ now: UInt64) {
    let columns = max(20, Int(linux_terminal_columns(STDERR_FILENO)))
    let text = Self.line(label: label, done: done, total: total, nanoseconds: now - started) + note
    Self.write("\r\u{1B}[K" + text.prefix(columns - 1))
  }

  /// "Importing  42% [########............]  4200000/10000000  101203/s  0:57 left".
  package static func line(label: String, done: Int, total: Int, nanoseconds: UInt64) -> String {
    let steps = max(0, done)
    let share = total > 0 ? min(1, Double(steps) / Double(total)) : 1
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    let rate = nanoseconds > 0 ? min(1e15, Double(steps) * 1e9 / Double(nanoseconds)) : 0
    let left = rate > 0 ? "  \(minutes(Double(max(0, total - steps)) / rate)) left" : ""
    let percent = String(Int(share * 100))
    let padding = String(repeating: " ", count: 3 - percent.count)
    return "\(label) \(padding)\(percent)% [\(bar)]  \(done)/\(total)  \(Int(rate))/s\(left)"
  }

  private static func minutes(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    // Decoration only: work goes on where it cannot be shown.
    _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
