import PassgateSystem
import PassgateWire

/// The running program `passgate-portrait`, which makes workers: one instance of it.
final class PortraitProgram: Sendable {
  /// Orders go out on it, and what the program tells of itself comes in; it ends with the program.
  private let control: FileDescriptor
  /// What the program says for people.
  private let errors: FileDescriptor
  private let process: ChildProcess?

  /// - Parameter process: nil where a test plays the program.
  init(control: consuming FileDescriptor, errors: consuming FileDescriptor, process: ChildProcess?) {
    self.control = control
    self.errors = errors
    self.process = process
  }

  /// Starts it with a socket and nothing else.
  static func launch(_ settings: PortraitWorkerSettings) throws(SystemError) -> PortraitProgram {
    let control = try SocketPair.packets()
    let errors = try SocketPair()
    try Sockets.setNonBlocking(control.second.raw, false)
    try Sockets.setNonBlocking(errors.second.raw, false)
    let process: ChildProcess
    do {
      process = try ChildProcess(
        settings.program, settings.arguments, environment: ["OPENBLAS_NUM_THREADS=1"],
        input: control.second.raw, errors: errors.second.raw)
    } catch {
      throw SystemError(code: error.code, message: "\(error); \(Self.advice(error))")
    }
    return PortraitProgram(control: control.keepFirst(), errors: errors.keepFirst(), process: process)
  }

  private static func advice(_ error: SystemError) -> String {
    error.isAbsent
      ? "build or install the program passgate-portrait, or correct its path in the configuration"
      : "the file must be the program passgate-portrait, which this user may run"
  }

  /// What the kernel knows it by; nil where a test plays it.
  var identifier: Int32? { process?.identifier }

  /// Its channels, for a poller.
  var descriptors: (control: Int32, errors: Int32) { (control.raw, errors.raw) }

  /// What it tells of itself; nil at its end.
  func receive() throws(SystemError) -> [UInt8]? {
    try Packets.receive(on: control.raw, limit: PortraitWire.packetLimit)?.bytes
  }

  /// What it has said since: an empty array where it is silent, nil at its end.
  func said() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = Sockets.receive(errors.raw, into: &buffer)
    if count == 0 { return nil }
    return Array(buffer.prefix(max(0, count)))
  }

  /// A new worker of it, which answers on a socket of its own.
  func makeWorker(_ number: UInt32) throws(SystemError) -> PortraitWorker {
    let pair = try SocketPair()
    try Sockets.setNonBlocking(pair.second.raw, false)
    let order = PortraitOrder(act: .fork, worker: number).encoded()
    try Packets.send(order, on: control.raw, passing: pair.second.raw)
    return PortraitWorker(number, of: self, on: pair.keepFirst())
  }

  /// Ends a worker, whatever it does.
  func end(_ worker: PortraitWorker) {
    // A program that is gone has taken its workers along.
    try? Packets.send(PortraitOrder(act: .end, worker: worker.number).encoded(), on: control.raw)
  }

  /// Ends it, if it has not ended, and tells how: "with status 2", "by signal 9".
  @discardableResult func finish() -> String {
    guard let process else {
      Sockets.shutdownWriting(control.raw)
      return "as told"
    }
    let status = process.finish()
    return status < 128 ? "with status \(status)" : "by signal \(status - 128)"
  }
}

extension PortraitWorkerSettings {
  /// The command line of the program.
  fileprivate var arguments: [String] {
    ["serve", "--models", models] + (calibration.map { ["--calibration", $0] } ?? [])
  }
}
