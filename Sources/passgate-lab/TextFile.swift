import Glibc
import PassgateSystem

/// A file, or standard output, that is written in large pieces.
final class TextFile {
  private static let piece = 1 << 20

  private let descriptor: FileDescriptor
  private let name: String
  private var buffer: [UInt8] = []

  /// - Parameter path: nil for standard output. A file that exists is replaced.
  init(_ path: String?) throws(SystemError) {
    name = path ?? "standard output"
    let opened =
      path.map { unsafe open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) } ?? dup(STDOUT_FILENO)
    guard opened >= 0 else { throw SystemError(doing: "write \(name)", code: errno) }
    descriptor = FileDescriptor(adopting: opened)
    buffer.reserveCapacity(Self.piece + 4_096)
  }

  func write(line: String) throws(SystemError) {
    buffer.append(contentsOf: line.utf8)
    buffer.append(10)
    if buffer.count >= Self.piece { try flush() }
  }

  /// Writes what is held back; to be called at the end.
  func flush() throws(SystemError) {
    var written = 0
    while written < buffer.count {
      let count = unsafe buffer.withUnsafeBytes {
        unsafe Glibc.write(descriptor.raw, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemError(doing: "write \(name)", code: errno) }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
