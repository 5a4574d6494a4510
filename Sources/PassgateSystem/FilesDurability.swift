import CLinux
import Glibc

/// Durable changes other than writing a file whole.
extension Files {
  /// Adds `bytes` at the end of the file, made with `mode` where there is none, and returns when they would
  /// survive a power cut. Appenders in other processes wait for each other.
  package static func appendDurably(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644
  ) throws(SystemError) {
    let file = try open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: mode)
    guard flock(file.raw, LOCK_EX) == 0 else { throw SystemError(doing: "lock \(path)", code: errno) }
    let before = try status(of: file, path).st_size
    do throws(SystemError) {
      try write(bytes, to: file, path)
      guard fsync(file.raw) == 0 else { throw SystemError(doing: "fsync \(path)", code: errno) }
    } catch {
      // Half a line would spoil the next one.
      _ = ftruncate(file.raw, before)
      throw error
    }
    if before == 0 { try synchronise(folder: folder(of: path)) }
  }

  /// Gives a folder its final name, which must not be in use other than by an empty folder.
  package static func publish(folder: String, as path: String) throws(SystemError) {
    guard unsafe rename(folder, path) == 0 else { throw SystemError(doing: "make \(path)", code: errno) }
    try synchronise(folder: self.folder(of: path))
  }
}
