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

  /// Replaces or makes the file so that readers see the old bytes or the new. A power cut may take both: for what can
  /// be made again, and many of them, followed by `synchroniseFileSystem`.
  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(SystemError) {
    let temporary = path + ".tmp"
    do {
      let file = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
      try write(bytes, to: file, temporary)
    }
    guard unsafe rename(temporary, path) == 0 else { throw SystemError(doing: "write \(path)", code: errno) }
  }

  /// Returns when all that was written to the file system of `path` would survive a power cut.
  package static func synchroniseFileSystem(of path: String) throws(SystemError) {
    let file = try open(path, O_RDONLY)
    try checked(linux_syncfs(file.raw), "synchronise \(path)")
  }

  /// Gives a folder its final name, which must not be in use other than by an empty folder.
  package static func publish(folder: String, as path: String) throws(SystemError) {
    guard unsafe rename(folder, path) == 0 else { throw SystemError(doing: "make \(path)", code: errno) }
    try synchronise(folder: self.folder(of: path))
  }
}
