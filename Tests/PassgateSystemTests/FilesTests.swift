import Glibc
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct FilesTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func status(_ path: String) -> stat {
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    return status
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func readsWhatWasWritten(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    try Files.writeDurably(bytes, to: folder.path("file"))
    #expect(try Files.read(folder.path("file")) == bytes)
    #expect(try Files.list(folder.path) == ["file"])
  }

  @Test(arguments: [UInt32(0o600), 0o640, 0o644])
  func theModeIsTheOneAskedFor(mode: UInt32) throws {
    try Files.writeDurably([1], to: folder.path("file"), mode: mode)
    #expect(status(folder.path("file")).st_mode & 0o7777 == mode)
  }

  @Test func aLimitIsExact() throws {
    try Files.writeDurably([1, 2, 3], to: folder.path("file"))
    #expect(try Files.read(folder.path("file"), limit: 3).count == 3)
    #expect(throws: SystemError.self) { try Files.read(folder.path("file"), limit: 2) }
  }

  @Test func aSizeThatIsALieCostsNoMemory() throws {
    try Files.writeDurably([1], to: folder.path("file"))
    // A hole of many terabytes.
    #expect(unsafe truncate(folder.path("file"), 1 << 43) == 0)
    let error = #expect(throws: SystemError.self) { try Files.read(folder.path("file"), limit: 1_000) }
    #expect(error?.message.hasSuffix("is larger than 1000 bytes, the most read here") == true)
  }

  @Test(
    arguments: [
      ("inside/file", 0), ("inside/deep/file", 0), ("inside", EISDIR), ("inside/absent", ENOENT),
      ("inside/link", ELOOP), ("inside/up/file", ENOTDIR), ("inside/pipe", EISDIR), ("inside/long", EFBIG),
      ("../file", EXDEV), ("inside/../file", EXDEV), ("/etc/hostname", EXDEV), ("", EXDEV), ("./file", EXDEV),
      ("inside//file", EXDEV), ("inside/", EXDEV), ("inside/file\0", EXDEV),
    ] as [(String, Int32)])
  func aPathOfSomebodyElseStaysInsideItsFolder(_ path: String, _ code: Int32) throws {
    try Files.createDirectory(folder.path("root/inside/deep"))
    for name in ["file", "root/file", "root/inside/file", "root/inside/deep/file"] {
      try Files.writeDurably([1, 2], to: folder.path(name))
    }
    try Files.writeDurably([1, 2, 3], to: folder.path("root/inside/long"))
    #expect(unsafe symlink("file", folder.path("root/inside/link")) == 0)
    #expect(unsafe symlink("..", folder.path("root/inside/up")) == 0)
    #expect(unsafe mkfifo(folder.path("root/inside/pipe"), 0o600) == 0)
    do throws(SystemError) {
      #expect(try Files.read(path, inside: folder.path("root"), limit: 2) == [1, 2])
      #expect(code == 0)
    } catch {
      #expect(error.code == code)
    }
  }

  @Test func aProgramDoesNotWaitForAPipe() throws {
    try Files.writeDurably([1, 2], to: folder.path("file"))
    #expect(unsafe symlink("file", folder.path("link")) == 0)
    #expect(try Files.readRegular(folder.path("link"), limit: 2) == [1, 2])
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    for name in ["pipe", "."] {
      let error = #expect(throws: SystemError.self) {
        try Files.readRegular(folder.path(name), limit: 2)
      }
      #expect(error?.message.hasSuffix("is not a regular file") == true)
    }
  }

  @Test func readsAFileThatTellsNoSize() throws {
    #expect(try !Files.read("/proc/self/status").isEmpty)
  }

  @Test func aMissingFileIsNamed() throws {
    let error = #expect(throws: SystemError.self) { try Files.read("/nowhere/at all") }
    #expect(error?.code == ENOENT)
    #expect(error?.description == "open /nowhere/at all: No such file or directory")
  }

  @Test func aPathCannotSteerTheTerminal() {
    let error = #expect(throws: SystemError.self) { try Files.read("/nowhere/\u{1B}[2J\n") }
    #expect(error?.message.contains("\u{1B}") == false)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func aNewFileIsRefusedWhereOneIs() throws {
    try Files.writeDurably([1], to: folder.path("file"), replace: false)
    let error = #expect(throws: SystemError.self) {
      try Files.writeDurably([2], to: folder.path("file"), replace: false)
    }
    #expect(error?.code == EEXIST)
    #expect(try Files.read(folder.path("file")) == [1])
    #expect(try Files.list(folder.path) == ["file"])
  }

  @Test func aFailedWriteLeavesTheOldFileAndNoLitter() throws {
    // The name is legal, the temporary one beside it is too long, so the write fails before the exchange.
    let name = String(repeating: "n", count: 250)
    let file = FileDescriptor(adopting: unsafe creat(folder.path(name), 0o600))
    #expect(unsafe write(file.raw, "old", 3) == 3)
    #expect(throws: SystemError.self) { try Files.writeDurably([1], to: folder.path(name)) }
    #expect(try Files.read(folder.path(name)) == Array("old".utf8))
    #expect(try Files.list(folder.path) == [name])
  }

  @Test func aFailedExchangeLeavesNoLitter() throws {
    try Files.createDirectory(folder.path("taken/full"))
    #expect(throws: SystemError.self) { try Files.writeDurably([1], to: folder.path("taken")) }
    #expect(try Files.list(folder.path) == ["taken"])
  }

  @Test func foldersAreMadeWithTheirParents() throws {
    try Files.createDirectory(folder.path("a/b/c"))
    try Files.createDirectory(folder.path("a/b/c"))
    #expect(Files.isDirectory(folder.path("a/b/c")))
    try Files.writeDurably([], to: folder.path("file"))
    #expect(throws: SystemError.self) { try Files.createDirectory(folder.path("file")) }
    #expect(throws: SystemError.self) { try Files.createDirectory(folder.path("file/below")) }
  }

  @Test(arguments: [
    ("key.pem", "/etc/passgate", "/etc/passgate/key.pem"), ("/key.pem", "/etc", "/key.pem"),
    ("key.pem", "/etc/", "/etc/key.pem"), ("../key.pem", "a", "a/../key.pem"), ("key.pem", "", "key.pem"),
  ])
  func pathsAreSeenFromTheirBase(path: String, base: String, expected: String) {
    #expect(Files.resolve(path, relativeTo: base) == expected)
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b", "a"), ("a/b/", "a"), ("./a", "."),
  ])
  func foldersOfPaths(path: String, expected: String) {
    #expect(Files.folder(of: path) == expected)
  }
}

@Suite struct SecretFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test(arguments: [UInt32(0o600), 0o400, 0o700])
  func aPrivateFileIsRead(mode: UInt32) throws {
    try Files.writeDurably([7], to: folder.path("key"), mode: mode)
    #expect(try Files.readSecret(folder.path("key")) == [7])
  }

  @Test(arguments: [UInt32(0o640), 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
  func aFileOpenToOthersIsRefusedWithTheRemedy(mode: UInt32) throws {
    try Files.writeDurably([7], to: folder.path("key"), mode: mode)
    let error = #expect(throws: SystemError.self) { try Files.readSecret(folder.path("key")) }
    #expect(error?.message.hasSuffix("run: chmod 600 '\(folder.path("key"))'") == true)
  }

  @Test func aLinkIsRefused() throws {
    try Files.writeDurably([7], to: folder.path("key"), mode: 0o600)
    #expect(unsafe symlink(folder.path("key"), folder.path("link")) == 0)
    #expect(try Files.read(folder.path("link")) == [7])
    let error = #expect(throws: SystemError.self) { try Files.readSecret(folder.path("link")) }
    #expect(error?.code == ELOOP)
    #expect(error?.message.contains("not a link") == true)
  }

  @Test func aPipeIsRefusedWithoutWaiting() throws {
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    #expect(throws: SystemError.self) { try Files.readSecret(folder.path("pipe")) }
  }

  @Test func aFolderIsRefused() {
    #expect(throws: SystemError.self) { try Files.readSecret(folder.path) }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func rootsFileIsReadAndAStrangersRefused() throws {
    try Files.writeDurably([7], to: folder.path("key"), mode: 0o600)
    #expect(unsafe chown(folder.path("key"), 65_534, 65_534) == 0)
    let error = #expect(throws: SystemError.self) { try Files.readSecret(folder.path("key")) }
    #expect(error?.message.contains("belongs to another user") == true)
  }
}
