import Glibc

extension Files {
  /// The whole of a regular file inside a folder, by a path that somebody else wrote: it cannot leave the folder, and
  /// no link in it is followed.
  ///
  /// - Throws: with the code `EXDEV` for an absolute path or one with "..", `ELOOP` or `ENOTDIR` for a link, `EISDIR`
  ///   for what is no file, `EFBIG` beyond `limit` bytes.
  package static func read(
    _ path: String, inside folder: String, limit: Int
  ) throws(SystemError) -> [UInt8] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    guard let name = parts.last, parts.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }),
      !path.utf8.contains(0)
    else {
      throw SystemError(code: EXDEV, message: "\(path) does not lead to a file inside \(folder)")
    }
    var current = try open(folder, O_RDONLY | O_DIRECTORY)
    for part in parts.dropLast() { current = try open(part, in: current, O_RDONLY | O_DIRECTORY) }
    // Non-blocking, because opening a pipe in the file's place would wait for a writer.
    let file = try open(name, in: current, O_RDONLY | O_NONBLOCK)
    guard try status(of: file, path).st_mode & S_IFMT == S_IFREG else {
      throw SystemError(code: EISDIR, message: "\(path) is not a regular file")
    }
    return try contents(of: file, path, limit)
  }

  private static func open(
    _ name: String, in folder: borrowing FileDescriptor, _ flags: Int32
  ) throws(SystemError) -> FileDescriptor {
    let raw = unsafe openat(folder.raw, name, flags | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else { throw SystemError(doing: "open \(name)", code: errno) }
    return FileDescriptor(adopting: raw)
  }
}
