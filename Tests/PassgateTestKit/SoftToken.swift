import Foundation
import Glibc
package import PassgateCrypto
import PassgateSystem
import Synchronization

/// A token of SoftHSM2, the real PKCS#11 library that the tests run against, in a folder of this process alone.
///
/// SoftHSM reads its configuration and looks for tokens once in a process, so a number of tokens is made at the
/// first use. Each test has its own: two threads that make keys in one token at once upset SoftHSM 2.6.
package final class SoftToken: Sendable {
  /// The library; nil where SoftHSM2 is not installed.
  package static let modulePath = [
    "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
  ].first(where: Files.exists)

  /// Whether the tests with a token can run: `.enabled(if: SoftToken.isInstalled, "needs softhsm2")`.
  package static var isInstalled: Bool { modulePath != nil && Files.exists(utility) }

  package let label: String
  package let pin = "135791"
  /// Where the token's objects are while it is plugged in, and while it is not.
  private let folder: String
  private let drawer: String
  /// The file with the PIN.
  package let pinPath: String

  private static let utility = "/usr/bin/softhsm2-util"
  private static let count = 72
  private static let directory = Result { try TemporaryDirectory() }
  private static let unused = Mutex<Result<[SoftToken], any Error>?>(nil)

  /// A label that no other test has.
  package static func freshLabel() -> String { "key-\(UInt64.random(in: 0...UInt64.max))" }

  /// A token that no other test of this process has.
  package static func take() throws -> SoftToken {
    try unused.withLock { unused in
      var tokens = try (unused ?? Result { try makeAll() }).get()
      defer { unused = .success(tokens) }
      guard let token = tokens.popLast() else {
        throw SystemError(message: "more than \(count) tests take a token: raise SoftToken.count")
      }
      return token
    }
  }

  /// The URI of a key in it, or of the token.
  package func uri(_ object: String? = nil) -> String {
    let key = object.map { ";object=\($0)" } ?? ""
    return "pkcs11:token=\(label)\(key)?module-path=\(Self.modulePath ?? "")&pin-source=file:\(pinPath)"
  }

  /// The PIN as the library asks for it.
  package var readPIN: PKCS11Token.PINReader {
    let pin = Array(pin.utf8)
    return { () throws(CryptoError) in pin }
  }

  /// Takes the token away from all processes that use it.
  package func unplug() throws { try Self.move(folder, to: drawer) }

  /// Brings it back.
  package func plug() throws { try Self.move(drawer, to: folder) }

  private static func move(_ path: String, to other: String) throws {
    guard unsafe rename(path, other) == 0 else { throw SystemError(doing: "move \(path)", code: errno) }
  }

  private init(_ label: String, in folder: String, drawer: String, pinPath: String) {
    self.label = label
    self.folder = folder
    self.drawer = drawer
    self.pinPath = pinPath
  }

  private static func makeAll() throws -> [SoftToken] {
    let directory = try directory.get()
    let tokens = directory.path("tokens")
    try Files.createDirectory(tokens, mode: 0o700)
    let configuration = directory.path("softhsm2.conf")
    try Files.writeDurably(
      Array("directories.tokendir = \(tokens)\nlog.level = ERROR\n".utf8), to: configuration)
    // The library takes its configuration from the environment alone.
    unsafe setenv("SOFTHSM2_CONF", configuration, 1)
    return try (0..<count).map { try make("test-\($0)", directory, tokens) }
  }

  private static func make(_ label: String, _ directory: TemporaryDirectory, _ tokens: String) throws
    -> SoftToken
  {
    let before = Set(try Files.list(tokens))
    let pinPath = directory.path("\(label).pin")
    let pin = "135791"
    try Files.writeDurably(Array("\(pin)\n".utf8), to: pinPath, mode: 0o600)
    try run(["--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "97531135"])
    guard let folder = try Files.list(tokens).first(where: { !before.contains($0) }) else {
      throw SystemError(message: "softhsm2-util made no token")
    }
    return SoftToken(
      label, in: "\(tokens)/\(folder)", drawer: directory.path("unplugged-\(label)"), pinPath: pinPath)
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: utility)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw SystemError(message: "softhsm2-util ended with \(process.terminationStatus)")
    }
  }
}
