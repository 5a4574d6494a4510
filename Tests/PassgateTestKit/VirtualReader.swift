import Dispatch
import Foundation
import Glibc
import PassgateSystem
import Synchronization

/// Debian's `pcscd` with the virtual reader of `vsmartcard-vpcd`, for one test: its socket, its configuration and the
/// port for cards are this value's alone, and it ends with it.
///
/// `pcscd` knows one place for its socket, `/run/pcscd`; in a mount namespace of its own that is a folder of the test.
package final class VirtualReader: Sendable {
  /// Where a card connects (`VirtualCard`, `passgate-lab chip simulate --port`).
  package let port: UInt16
  /// The reader's name in PC/SC.
  package let name = "Virtual PCD 00 00"
  /// What programs that speak PC/SC find this service by: a variable of their environment, read at their first call.
  package let environment: (name: String, value: String)

  private let folder: TemporaryDirectory
  private let process: Mutex<Process>

  private static let daemon = "/usr/sbin/pcscd"
  private static let unshare = "/usr/bin/unshare"
  private static let driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

  /// Whether the tests with it can run: `.enabled(if: VirtualReader.isInstalled, "needs pcscd and vsmartcard-vpcd")`.
  package static let isInstalled =
    [daemon, unshare, driver].allSatisfy(Files.exists) && isNamespaceAllowed

  private static var isNamespaceAllowed: Bool {
    let trial = makeProcess(["true"])
    guard (try? trial.run()) != nil else { return false }
    trial.waitUntilExit()
    return trial.terminationStatus == 0
  }

  /// Starts the service and returns when it waits for a card.
  package init() throws {
    folder = try TemporaryDirectory()
    port = try Self.freePort()
    let sockets = folder.path("pcscd")
    try Files.createDirectory(sockets)
    environment = ("PCSCLITE_CSOCK_NAME", "\(sockets)/pcscd.comm")
    let configuration = folder.path("reader.conf")
    try Files.writeDurably(Array(Self.configuration(port).utf8), to: configuration)
    let process = Self.makeProcess([
      "/bin/sh", "-c",
      "mount -t tmpfs tmpfs /run && mkdir /run/pcscd && mount --bind \"$0\" /run/pcscd && exec \"$1\" -f -i -c \"$2\"",
      sockets, Self.daemon, configuration,
    ])
    try Self.start(process)
    self.process = Mutex(process)
  }

  deinit {
    process.withLock { process in
      process.terminate()
      process.waitUntilExit()
    }
  }

  private static func configuration(_ port: UInt16) -> String {
    let channel = "0x\(String(port, radix: 16, uppercase: true))"
    return """
      FRIENDLYNAME "Virtual PCD"
      DEVICENAME /dev/null:\(channel)
      LIBPATH \(driver)
      CHANNELID \(channel)

      """
  }

  /// A program in a mount namespace of its own, where this user may mount.
  private static func makeProcess(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: unshare)
    process.arguments = ["--map-root-user", "--mount"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }

  /// The last line of the start says so; what comes later is read and thrown away, so that the service never waits.
  private static func start(_ process: Process) throws {
    let (log, ready) = (Pipe(), DispatchSemaphore(value: 0))
    let said = Mutex("")
    process.standardOutput = log
    log.fileHandleForReading.readabilityHandler = { handle in
      let text = String(decoding: handle.availableData, as: UTF8.self)
      guard !text.isEmpty else { return handle.readabilityHandler = nil }
      let isReady = said.withLock { said in
        if !said.contains("daemon ready") { said += text }
        return said.contains("daemon ready")
      }
      if isReady { ready.signal() }
    }
    try process.run()
    guard ready.wait(timeout: .now() + 10) == .success else {
      process.terminate()
      throw SystemError(message: "pcscd did not start: \(said.withLock { $0 })")
    }
  }

  /// The driver takes this port and the next, for its two slots.
  private static func freePort() throws -> UInt16 {
    for _ in 0..<20 {
      let first = try Sockets.listen(host: "127.0.0.1", port: 0)
      let port = try Sockets.localPort(first.raw)
      if port < UInt16.max, (try? Sockets.listen(host: "127.0.0.1", port: port + 1)) != nil { return port }
    }
    throw SystemError(message: "there are no two free ports beside each other")
  }
}
