package import PassgateSystem
import PassgateWire
import Synchronization

/// What can be asked of a running loop from another thread.
enum LoopMail: Sendable {
  /// A socket that was just accepted. The loop owns it from here.
  case accept(descriptor: Int32, address: String)
  case service(any Mail)
  case announceHello
  case drain
  case stop
}

/// The way into a loop from any thread.
package final class Mailbox: Sendable {
  private let pending = Mutex<[LoopMail]>([])
  private let wakeup: Wakeup

  init() throws(SystemError) { wakeup = try Wakeup() }

  /// Leaves mail for the loop's service.
  package func post(_ mail: any Mail) { post(.service(mail)) }

  /// Has the loop send Hello again on its connections: its service has something new to announce.
  package func announceHello() { post(.announceHello) }

  /// Leaves mail for the loop; the first piece wakes it.
  func post(_ mail: LoopMail) {
    let isFirst = pending.withLock { box in
      box.append(mail)
      return box.count == 1
    }
    if isFirst { wakeup.signal() }
  }

  func takeAll() -> [LoopMail] {
    wakeup.drain()
    return pending.withLock { box in
      defer { box = [] }
      return box
    }
  }

  var descriptor: Int32 { wakeup.fd }
}

/// What a loop's owner makes for it, on the loop's own thread, because none of it may be shared.
package struct LoopParts {
  package let handler: any CallHandler
  /// Makes the transport of an accepted socket and takes the socket over.
  package let makeTransport: (consuming FileDescriptor) throws -> any Transport

  package init(
    handler: any CallHandler,
    makeTransport: @escaping (consuming FileDescriptor) throws -> any Transport
  ) {
    self.handler = handler
    self.makeTransport = makeTransport
  }
}

/// A thread that polls its connections and steps its `LoopCore`.
final class EventLoop: Sendable {
  let mailbox: Mailbox
  private let load: Load
  private let thread: RunningThread

  /// What other threads may read of a running loop.
  final class Load: Sendable {
    /// Counted up by the acceptor and down by the loop.
    let connections = Atomic<Int>(0)
    let statistics = Mutex(LoopCore.Statistics())
  }

  private init(mailbox: Mailbox, load: Load, thread: RunningThread) {
    self.mailbox = mailbox
    self.load = load
    self.thread = thread
  }

  /// Starts the thread and waits until its parts are made; throws what making them threw.
  static func start(
    name: String, dialect: ConnectionMachine.Dialect, limits: ServerLimits, addresses: AddressBook,
    clock: any Clock,
    log: Log, makeParts: @escaping @Sendable (Mailbox) throws -> LoopParts
  ) throws -> EventLoop {
    let mailbox = try Mailbox()
    let load = Load()
    let outcome = Monitor<Result<Void, any Error>?>(nil)
    let thread = try spawnThread(name: name, stackSize: 4 << 20) {
      do {
        let parts = try makeParts(mailbox)
        let core = LoopCore(
          handler: parts.handler, dialect: dialect, limits: limits, log: log)
        let runner = try LoopRunner(core, parts, mailbox, load, addresses, clock, log)
        outcome.update { $0 = .success(()) }
        runner.run()
      } catch {
        outcome.update { $0 = .failure(error) }
      }
    }
    try outcome.wait { $0 }.get()
    return EventLoop(mailbox: mailbox, load: load, thread: thread)
  }

  var connections: Int { load.connections.load(ordering: .relaxed) }
  var statistics: LoopCore.Statistics { load.statistics.withLock { $0 } }

  /// Waits for the thread to end.
  func join() { thread.join() }

  /// Counts a connection that is on its way, so that the next one goes elsewhere.
  func expectConnection() { load.connections.add(1, ordering: .relaxed) }
}

/// The loop itself, alive only on its thread.
private final class LoopRunner {
  private let core: LoopCore
  private let parts: LoopParts
  private let mailbox: Mailbox
  private let load: EventLoop.Load
  /// Gives the place of a connection back that has ended or failed to begin.
  private let leave: (_ address: String) -> Void
  private let clock: any Clock
  private let log: Log
  private let poller: Poller
  private var isRunning = true
  private var isDraining = false

  /// The mailbox's own token; no connection has generation 0.
  private static let mailToken: UInt64 = 0
  private static let timerInterval: UInt64 = 250_000_000

  init(
    _ core: LoopCore, _ parts: LoopParts, _ mailbox: Mailbox, _ load: EventLoop.Load,
    _ addresses: AddressBook, _ clock: any Clock, _ log: Log
  ) throws(SystemError) {
    self.core = core
    self.parts = parts
    self.mailbox = mailbox
    self.load = load
    leave = { address in
      addresses.leave(address)
      load.connections.subtract(1, ordering: .relaxed)
    }
    self.clock = clock
    self.log = log
    poller = try Poller()
    try poller.add(mailbox.descriptor, token: Self.mailToken, .readable)
  }

  func run() {
    core.watch = { [poller, log] id, descriptor, readable, writable in
      var interest: Readiness = []
      if readable { interest.insert(.readable) }
      if writable { interest.insert(.writable) }
      do { try poller.modify(descriptor, token: id.token, interest) } catch {
        log.error("poller", ["problem": .string("\(error)")])
      }
    }
    core.ended = leave
    core.unwatch = { [poller] descriptor in try? poller.remove(descriptor) }
    var events: [Poller.Event] = []
    var nextTimer = clock.monotonicNanoseconds() &+ Self.timerInterval
    while isRunning {
      wait(into: &events, until: nextTimer)
      let now = clock.monotonicNanoseconds()
      for event in events { dispatch(event, now: now) }
      core.resumeQueued(now: now)
      core.finishTick(now: now)
      if now >= nextTimer {
        core.timers(now: now)
        nextTimer = now &+ Self.timerInterval
        publish()
      }
      if isDraining && core.count == 0 { isRunning = false }
    }
    core.closeAll()
    publish()
  }

  private func wait(into events: inout [Poller.Event], until deadline: UInt64) {
    let now = clock.monotonicNanoseconds()
    let milliseconds = core.hasQueuedWork || now >= deadline ? 0 : Int((deadline - now) / 1_000_000) + 1
    do {
      try poller.wait(into: &events, timeoutMilliseconds: milliseconds)
    } catch {
      log.error("poller", ["problem": .string("\(error)")])
      isRunning = false
    }
  }

  private func dispatch(_ event: Poller.Event, now: UInt64) {
    if event.token == Self.mailToken {
      for mail in mailbox.takeAll() { receive(mail, now: now) }
    } else {
      core.ready(ConnectionID(token: event.token), isHungUp: event.hangup, now: now)
    }
  }

  private func receive(_ mail: LoopMail, now: UInt64) {
    switch mail {
    case .accept(let descriptor, let address):
      accept(FileDescriptor(adopting: descriptor), address: address, now: now)
    case .service(let mail): core.receive(mail, now: now)
    case .announceHello: core.announceHello(now: now)
    case .drain:
      isDraining = true
      core.drain(.shutdown, now: now)
    case .stop: isRunning = false
    }
  }

  private func accept(_ socket: consuming FileDescriptor, address: String, now: UInt64) {
    let descriptor = socket.raw
    do {
      let transport = try parts.makeTransport(socket)
      poll(core.add(transport, address: address, now: now), descriptor, now: now)
    } catch {
      leave(address)
      log.warning("connection_failed", ["address": .string(address), "reason": .string("\(error)")])
    }
  }

  private func poll(_ id: ConnectionID, _ descriptor: Int32, now: UInt64) {
    do throws(SystemError) {
      try poller.add(descriptor, token: id.token, .readable)
      core.ready(id, now: now)
    } catch {
      log.error("poller", ["problem": .string("\(error)")])
      core.drop(id)
    }
  }

  private func publish() {
    load.statistics.withLock { $0 = core.statistics }
  }
}
