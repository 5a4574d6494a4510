import Glibc

/// A file that is read and written at places, for what is too large to be read whole for each question.
package struct RandomAccessFile: ~Copyable {
  private let file: FileDescriptor
  private let path: String

  /// Opens the file, or makes an empty one with `mode`.
  package init(path: String, mode: UInt32 = 0o600) throws(SystemError) {
    file = try Files.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode)
    self.path = path
  }

  /// Opens a file that is there, for reading alone.
  package init(reading path: String) throws(SystemError) {
    file = try Files.open(path, O_RDONLY)
    self.path = path
  }

  /// How many bytes it has by now.
  package func size() throws(SystemError) -> Int {
    Int(try Files.status(of: file, path).st_size)
  }

  /// The bytes from `offset` on: `count` of them, fewer where the file ends first.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try readOnce(at: offset + bytes.count, count: count - bytes.count)
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  private func readOnce(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    var result = -1
    let raw = file.raw
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat {
        result = unsafe pread(raw, buffer.baseAddress, count, offset)
      } while result < 0 && errno == EINTR
      filled = max(0, result)
    }
    guard result >= 0 else { throw SystemError(doing: "read \(path)", code: errno) }
    return bytes
  }

  /// Puts `bytes` in the place of those from `offset` on; the file grows where it ends first.
  package func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(file.raw, $0.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
      }
      if count < 0 && errno != EINTR { throw SystemError(doing: "write \(path)", code: errno) }
      done += max(0, count)
    }
  }

  /// Cuts off what is beyond `size` bytes.
  package func truncate(to size: Int) throws(SystemError) {
    guard ftruncate(file.raw, size) == 0 else { throw SystemError(doing: "shorten \(path)", code: errno) }
    try synchronise()
  }

  /// Returns when what was written would survive a power cut.
  package func synchronise() throws(SystemError) {
    guard fsync(file.raw) == 0 else { throw SystemError(doing: "fsync \(path)", code: errno) }
  }
}

extension Files {
  /// Waits until nobody else holds the lock of the file, which is made where there is none, and holds it as long as
  /// the result lives; also between processes, and gone with a process that dies. `whenBusy` is called before
  /// waiting, and may refuse to.
  package static func lock(
    _ path: String, whenBusy: () throws(SystemError) -> Void
  ) throws(SystemError) -> HeldLock {
    let file = try open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    if flock(file.raw, LOCK_EX | LOCK_NB) == 0 { return HeldLock(file) }
    guard errno == EWOULDBLOCK else { throw SystemError(doing: "lock \(path)", code: errno) }
    try whenBusy()
    guard flock(file.raw, LOCK_EX) == 0 else { throw SystemError(doing: "lock \(path)", code: errno) }
    return HeldLock(file)
  }
}

/// A file's lock, given back when this ends.
package struct HeldLock: ~Copyable, Sendable {
  private let file: FileDescriptor

  fileprivate init(_ file: consuming FileDescriptor) { self.file = file }

  deinit {
    // A child that another thread has just forked has the descriptor too until it runs its program: closing ours alone
    // would leave the lock to it for that moment.
    flock(file.raw, LOCK_UN)
  }
}
