import Glibc

/// Reads a file, or standard input for "-", line by line in bounded memory.
package struct LineReader: ~Copyable {
  /// The most bytes a line may have, without its end: 1 MiB.
  package static let longestLine = 1 << 20
  private static let chunk = 256 << 10

  private let file: FileDescriptor
  private let path: String
  /// The file's size in bytes, for progress; nil for a pipe or a terminal.
  package let size: Int?
  /// Bytes behind the last line answered, its end included.
  package private(set) var byteOffset = 0
  /// The number of the last line answered or refused, from 1.
  package private(set) var lineNumber = 0
  private var buffer: [UInt8] = []
  /// Where the unread part of the buffer begins.
  private var start = 0
  private var isAtEnd = false

  package init(path: String) throws(SystemError) {
    let name = path == "-" ? "standard input" : path
    let file = try Self.open(path)
    let status = try Files.status(of: file, name)
    self.init(file, name, size: status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil)
  }

  private init(_ file: consuming FileDescriptor, _ path: String, size: Int?) {
    self.file = file
    self.path = path
    self.size = size
  }

  /// The next line without its "\n" or "\r\n", the last one also where it has no end; nil after it. A line that is
  /// too long throws with code EMSGSIZE and is passed over: the next call goes on behind it.
  package mutating func next() throws(SystemError) -> [UInt8]? {
    let end = try findEnd()
    guard end < buffer.count || start < buffer.count else { return nil }
    lineNumber += 1
    guard end - start <= Self.longestLine else { throw try passOver() }
    let line = buffer[start..<end]
    consume(upTo: end)
    return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }

  /// The index of the newline that ends the line at `start`; the buffer's end where the file ends first or the
  /// line is too long.
  private mutating func findEnd() throws(SystemError) -> Int {
    var searched = start
    while true {
      if let newline = Self.newline(in: buffer, from: searched) { return newline }
      searched = buffer.count
      if isAtEnd || buffer.count - start > Self.longestLine { return buffer.count }
      searched -= start
      try fill()
    }
  }

  private mutating func passOver() throws(SystemError) -> SystemError {
    var end = buffer.count
    while true {
      end = try findEnd()
      if end < buffer.count || isAtEnd { break }
      consume(upTo: end)
    }
    consume(upTo: end)
    return SystemError(
      code: EMSGSIZE, message: "\(path): line \(lineNumber) is longer than \(Self.longestLine) bytes")
  }

  /// Steps over a line and the newline at `end`, where there is one.
  private mutating func consume(upTo end: Int) {
    let next = min(end + 1, buffer.count)
    byteOffset += next - start
    start = next
  }

  private mutating func fill() throws(SystemError) {
    buffer.removeFirst(start)
    start = 0
    isAtEnd = try Files.append(from: file, to: &buffer, atMost: Self.chunk, path) == 0
  }

  private static func newline(in buffer: [UInt8], from start: Int) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, start < bytes.count else { return nil }
      let found = unsafe memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
    }
  }

  private static func open(_ path: String) throws(SystemError) -> FileDescriptor {
    guard path == "-" else { return try Files.open(path, O_RDONLY) }
    // A duplicate, so that the end of the reader does not close descriptor 0 for the next file to become.
    let raw = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
    return FileDescriptor(adopting: try checked(raw < 0 ? -errno : raw, "read standard input"))
  }
}
