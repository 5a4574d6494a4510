import Glibc

/// A refusal of the operating system, or of this library on the system's behalf: the fault lies with the
/// environment (a path, a permission, the network), so the sentence names the thing and what to do about it.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errno of the refused call, 0 where no call failed.
  package let code: Int32
  /// What was tried, on what, and why it failed; one printable line.
  package let message: String

  /// A refusal in our own words.
  package init(code: Int32 = 0, message: String) {
    self.code = code
    self.message = terminalSafe(message)
  }

  /// A refused call: "open /x/y: Permission denied", and the advice after it where there is some.
  package init(doing action: String, code: Int32, advice: String? = nil) {
    let text = "\(action): \(Self.text(of: code))"
    self.init(code: code, message: advice.map { "\(text); \($0)" } ?? text)
  }

  package var description: String { message }

  private static func text(of code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI form fills the buffer, with "Unknown error N" too, so its result adds nothing.
    _ = unsafe strerror_r(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Answers the result of a CLinux call, or throws its negated errno.
@discardableResult
func checked(_ result: Int32, _ action: @autoclosure () -> String) throws(SystemError) -> Int32 {
  guard result >= 0 else { throw SystemError(doing: action(), code: -result) }
  return result
}

extension SystemError {
  /// Whether nothing is at the path.
  package var isAbsent: Bool { code == ENOENT }

  /// Whether a line was longer than a line may be.
  package var isTooLong: Bool { code == EMSGSIZE }
}
