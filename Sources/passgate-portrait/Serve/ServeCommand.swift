import PassgateSystem
import PassgateWire

/// Options of every command that opens the engine.
enum EngineOptions {
  static let models = CommandLine.Option(
    name: "--models", value: "FOLDER", required: true,
    help: "The folder of the model's files, which nobody else may change.")
  static let calibration = CommandLine.Option(
    name: "--calibration", value: "FILE",
    help: "The calibration that 'passgate-portrait calibrate' wrote for this model and this build.")
}

let serveCommand = CommandLine.Command(
  path: ["serve"],
  options: [EngineOptions.models, EngineOptions.calibration],
  summary: "make workers for passgated, which starts this itself",
  details: """
    Reads the model's files once, holds them against their digests, reads the calibration, tries out a locked worker, \
    tells the platform what it is, and makes workers when the platform orders them. Its standard input is the socket to \
    the platform; when that closes, it ends, and all workers with it.

    A worker has one socket, its memory and its time. It is locked before it sees the first picture: no file, no network, \
    no process, no privilege; any other system call kills it (seccomp). Where the lock cannot be had, nothing is served.

    Without a calibration pictures are looked at and nothing is compared.
    """)

/// Makes workers as the platform orders, until the platform is gone.
final class WorkerMaker {
  private let examination: Examination
  private let children: ChildWatcher
  private let poller: Poller
  /// Those that run: the process of each by the platform's number.
  private var workers: [UInt32: Int32] = [:]
  /// Those that were told to end, and have not been seen to.
  private var ordered: Set<Int32> = []

  /// The platform is on standard input.
  static let control: Int32 = 0

  init(_ examination: Examination) throws(SystemError) {
    self.examination = examination
    children = try ChildWatcher()
    poller = try Poller()
    try poller.add(Self.control, token: 0, .readable)
    try poller.add(children.fd, token: 1, .readable)
  }

  func run(telling standing: PortraitStanding) throws(SystemError) {
    try Packets.send(standing.encoded(), on: Self.control)
    var events: [Poller.Event] = []
    while true {
      try poller.wait(into: &events, timeoutMilliseconds: -1)
      if events.contains(where: { $0.token == 1 }) { reap() }
      guard events.contains(where: { $0.token == 0 }) else { continue }
      guard let packet = try Packets.receive(on: Self.control, limit: PortraitWire.packetLimit) else {
        return
      }
      let bytes = packet.bytes
      guard let order = try? PortraitOrder(decoding: bytes.span) else {
        throw SystemError(
          message: "the platform gives orders that this version does not know; install one release")
      }
      switch order.act {
      case .fork: make(order.worker, on: packet.takeDescriptor())
      case .end: end(order.worker)
      }
    }
  }

  /// The socket is closed here in any case: where no worker has it, the platform sees its end.
  private func make(_ number: UInt32, on socket: consuming FileDescriptor?) {
    guard let socket else { return }
    do throws(SystemError) {
      workers[number] = try LockedWorker.make(examination, on: socket.raw)
    } catch {
      writeError("\(error)\n")
    }
  }

  /// A process that has not been reaped keeps its number, so that nobody else's is ended.
  private func end(_ number: UInt32) {
    guard let child = workers.removeValue(forKey: number) else { return }
    ordered.insert(child)
    Forking.kill(child: child)
  }

  private func reap() {
    children.drain()
    while let (child, status) = Forking.reap() {
      let wasOrdered = ordered.remove(child) != nil
      if let number = workers.first(where: { $0.value == child })?.key { workers[number] = nil }
      // The platform orders the end of one that it has seen dying: of what it died is told all the same.
      let isAsOrdered = wasOrdered && status == Self.killed
      if status != 0 && !isAsOrdered { writeError("\(Self.sentence(status))\n") }
    }
  }

  private static let killed: Int32 = 128 + 9

  private static func sentence(_ status: Int32) -> String {
    switch status {
    case LockedWorker.notLocked: "a worker could not be locked, and has ended; run 'passgate-portrait check'"
    case 128 + 31: "a worker was ended by its lock: a picture may have taken it over (signal 31, SIGSYS)"
    case 129...: "a worker was ended by signal \(status - 128)"
    default: "a worker has ended with status \(status)"
    }
  }
}
