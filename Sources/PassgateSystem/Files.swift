import CLinux
import Glibc

/// Files read and written whole.
package enum Files {
  /// The whole file, refused beyond `limit` bytes.
  package static func read(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    try contents(of: open(path, O_RDONLY), path, limit)
  }

  /// The whole file, refused beyond `limit` bytes and when it is anything but a regular file, also over a link: for a
  /// running program, which must not wait for the writer of a pipe that somebody has put in the file's place.
  package static func readRegular(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let file = try open(path, O_RDONLY | O_NONBLOCK)
    guard try status(of: file, path).st_mode & S_IFMT == S_IFREG else {
      throw SystemError(message: "\(path) is not a regular file")
    }
    return try contents(of: file, path, limit)
  }

  /// A file that a program obeys: regular, also over a link, of this user or root, and writable by nobody else.
  package static func readTrusted(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let file = try open(path, O_RDONLY | O_NONBLOCK)
    let status = try status(of: file, path)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(message: "\(path) is not a regular file")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw SystemError(message: "\(path) belongs to another user; run: chown root \(path)")
    }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw SystemError(message: "\(path) can be changed by others; run: chmod go-w \(path)")
    }
    return try contents(of: file, path, limit)
  }

  /// A private key or a credential: a regular file, no symbolic link, owned by this user or root, and closed to
  /// everyone else. At most 1 MiB.
  package static func readSecret(_ path: String) throws(SystemError) -> [UInt8] {
    // Non-blocking, because opening a pipe in the file's place would wait for a writer.
    let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try checkSecret(status(of: file, path), path)
    return try contents(of: file, path, 1 << 20)
  }

  /// Replaces or makes the file so that a crash leaves the old bytes or the new, never a part: a temporary file
  /// beside it, fsync, rename, fsync of the folder. `mode` holds whatever the umask. With `replace` false an
  /// existing file is refused.
  package static func writeDurably(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644, replace: Bool = true
  ) throws(SystemError) {
    let temporary = try temporaryName(for: path)
    do {
      try writeNew(temporary, bytes, mode)
      try move(temporary, to: path, replace)
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
    try synchronise(folder: folder(of: path))
  }

  /// Makes the folder and those above it, with the mode less the umask; one that exists is left as it is.
  package static func createDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
    guard unsafe mkdir(path, mode) != 0 else { return }
    switch errno {
    case EEXIST where isDirectory(path): return
    case ENOENT where folder(of: path) != path:
      try createDirectory(folder(of: path), mode: mode)
      try checked(unsafe mkdir(path, mode) == 0 ? 0 : -errno, "create folder \(path)")
    case let code: throw SystemError(doing: "create folder \(path)", code: code)
    }
  }

  /// Whether anything, a dangling link excepted, is at the path and this user may look.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether a folder is at the path.
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What tells whether the file at the path has changed since it was looked at last.
  package static func stamp(_ path: String) -> FileStamp {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .absent }
    return FileStamp(
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
      number: UInt64(status.st_ino))
  }

  /// The names in a folder, sorted by their bytes, without "." and "..".
  package static func list(_ path: String) throws(SystemError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw SystemError(doing: "list \(path)", code: errno) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      names.append(unsafe withUnsafePointer(to: &entry.pointee.d_name) { unsafe name($0) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Removes a file, a link or an empty folder.
  package static func remove(_ path: String) throws(SystemError) {
    guard unsafe Glibc.remove(path) == 0 else { throw SystemError(doing: "remove \(path)", code: errno) }
  }

  /// The path as seen from the folder `base`; an absolute one stays.
  package static func resolve(_ path: String, relativeTo base: String) -> String {
    if path.hasPrefix("/") || base.isEmpty { return path }
    return base.hasSuffix("/") ? base + path : base + "/" + path
  }

  /// The folder a path lies in: "." for a bare name.
  package static func folder(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}

/// A file's time of change, size and number: a file that was replaced or written to has another.
package struct FileStamp: Sendable, Equatable {
  fileprivate let seconds: Int
  fileprivate let nanoseconds: Int
  fileprivate let size: Int
  fileprivate let number: UInt64

  /// That of a file that is not there.
  package static let absent = FileStamp(seconds: 0, nanoseconds: 0, size: -1, number: 0)
}

// MARK: - Reading

extension Files {
  static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(SystemError) -> FileDescriptor {
    let raw = unsafe linux_open(path, flags, mode)
    guard raw >= 0 else { throw refusal(toOpen: path, code: -raw, flags) }
    return FileDescriptor(adopting: raw)
  }

  private static func refusal(toOpen path: String, code: Int32, _ flags: Int32) -> SystemError {
    let advice: String? =
      switch code {
      case ELOOP where flags & O_NOFOLLOW != 0: "name the file itself, not a link to it"
      case ENOENT where flags & O_CREAT != 0: "make the folder \(folder(of: path)) first"
      default: nil
      }
    return SystemError(doing: "open \(path)", code: code, advice: advice)
  }

  static func status(of file: borrowing FileDescriptor, _ path: String) throws(SystemError) -> stat {
    var status = stat()
    guard unsafe fstat(file.raw, &status) == 0 else { throw SystemError(doing: "stat \(path)", code: errno) }
    return status
  }

  private static func checkSecret(_ status: stat, _ path: String) throws(SystemError) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(message: "\(path) is not a regular file; a key is read from a file only")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw SystemError(message: "\(path) belongs to another user, who can read it; chown it to this one")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw SystemError(message: "\(path) is open to other users; run: chmod 600 '\(path)'")
    }
  }

  static func contents(
    of file: consuming FileDescriptor, _ path: String, _ limit: Int
  ) throws(SystemError) -> [UInt8] {
    // A file may say that it is longer than all memory, and hold nothing.
    let expected = try min(Int(status(of: file, path).st_size), limit)
    var bytes: [UInt8] = []
    // One byte more than expected, so that the end is seen without another allocation.
    while try append(from: file, to: &bytes, atMost: max(64 << 10, expected - bytes.count + 1), path) > 0 {
      guard bytes.count <= limit else {
        throw SystemError(
          code: EFBIG, message: "\(path) is larger than \(limit) bytes, the most read here")
      }
    }
    return bytes
  }

  /// Reads once, waiting where it must, and answers how many bytes came: 0 at the end.
  static func append(
    from file: borrowing FileDescriptor, to bytes: inout [UInt8], atMost count: Int, _ path: String
  ) throws(SystemError) -> Int {
    var failure: Int32 = 0
    let raw = file.raw
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let got = unsafe Glibc.read(raw, buffer.baseAddress, count)
      failure = got < 0 ? errno : 0
      filled = max(0, got)
    }
    if failure == EINTR { return try append(from: file, to: &bytes, atMost: count, path) }
    guard failure == 0 else { throw SystemError(doing: "read \(path)", code: failure) }
    bytes.append(contentsOf: chunk)
    return chunk.count
  }

  private static func name(_ field: UnsafePointer<some Any>) -> String {
    unsafe String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
  }
}

// MARK: - Writing

extension Files {
  private static func temporaryName(for path: String) throws(SystemError) -> String {
    var random = [UInt8](repeating: 0, count: 8)
    try checked(unsafe linux_random(&random, random.count), "read the kernel's random source")
    return "\(path).\(Hex.encode(random)).tmp"
  }

  private static func writeNew(_ path: String, _ bytes: [UInt8], _ mode: UInt32) throws(SystemError) {
    let file = try open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try write(bytes, to: file, path)
    guard fchmod(file.raw, mode) == 0 else { throw SystemError(doing: "chmod \(path)", code: errno) }
    guard fsync(file.raw) == 0 else { throw SystemError(doing: "fsync \(path)", code: errno) }
  }

  static func write(
    _ bytes: [UInt8], to file: borrowing FileDescriptor, _ path: String
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file.raw, $0.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
      if count < 0 && errno != EINTR { throw SystemError(doing: "write \(path)", code: errno) }
      done += max(0, count)
    }
  }

  private static func move(_ temporary: String, to path: String, _ replace: Bool) throws(SystemError) {
    if replace {
      guard unsafe rename(temporary, path) == 0 else {
        throw SystemError(doing: "write \(path)", code: errno)
      }
      return
    }
    // link, unlike rename, refuses an existing name in the same step that makes it.
    guard unsafe link(temporary, path) == 0 else { throw SystemError(doing: "create \(path)", code: errno) }
    _ = unsafe unlink(temporary)
  }

  static func synchronise(folder: String) throws(SystemError) {
    let descriptor = try open(folder, O_RDONLY | O_DIRECTORY)
    guard fsync(descriptor.raw) == 0 else { throw SystemError(doing: "fsync \(folder)", code: errno) }
  }
}
