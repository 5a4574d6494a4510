import PassgateSystem
import Synchronization

/// Accepts in one place and gives each connection to the loop with the fewest: tenants hold few connections,
/// and the kernel's own spreading would leave loops idle.
final class Acceptor: Sendable {
  private let thread: RunningThread
  private let wakeup: Wakeup

  init(_ listeners: Listeners, loops: [EventLoop], limits: ServerLimits, addresses: AddressBook, log: Log)
    throws(SystemError)
  {
    let wakeup = try Wakeup()
    self.wakeup = wakeup
    thread = try spawnThread(name: "accept") {
      do {
        try AcceptRunner(listeners, loops, limits, addresses, log, wakeup).run()
      } catch {
        log.error("accept_ended", ["problem": .string("\(error)")])
      }
    }
  }

  /// Ends the thread, and with it the listening sockets: who comes now goes elsewhere at once.
  func stop() {
    wakeup.signal()
    thread.join()
  }
}

private final class AcceptRunner {
  private let listeners: Listeners
  private let loops: [EventLoop]
  private let limits: ServerLimits
  private let addresses: AddressBook
  private let log: Log
  private let wakeup: Wakeup
  private let poller: Poller

  private static let stopToken = UInt64.max
  /// How long to leave the queue to the kernel when no descriptor or place is free, milliseconds.
  private static let pause = 50

  init(
    _ listeners: Listeners, _ loops: [EventLoop], _ limits: ServerLimits, _ addresses: AddressBook,
    _ log: Log, _ wakeup: Wakeup
  )
    throws(SystemError)
  {
    self.listeners = listeners
    self.loops = loops
    self.limits = limits
    self.addresses = addresses
    self.log = log
    self.wakeup = wakeup
    poller = try Poller()
    try poller.add(wakeup.fd, token: Self.stopToken, .readable)
    for descriptor in listeners.descriptors {
      try poller.add(descriptor, token: UInt64(UInt32(bitPattern: descriptor)), .readable)
    }
  }

  func run() throws(SystemError) {
    var events: [Poller.Event] = []
    while true {
      try poller.wait(into: &events, timeoutMilliseconds: -1)
      for event in events {
        if event.token == Self.stopToken { return }
        if !accept(from: Int32(truncatingIfNeeded: event.token)), try isStoppedDuringPause() { return }
      }
    }
  }

  /// Accepts what waits. False when there is no room for more.
  private func accept(from listener: Int32) -> Bool {
    while true {
      let total = loops.reduce(0) { $0 + $1.connections }
      guard total < limits.connections, let loop = loops.min(by: { $0.connections < $1.connections }) else {
        log.warning("accept_paused", ["reason": "all places for connections are taken"])
        return false
      }
      do {
        guard let accepted = try Sockets.accept(listener) else { return true }
        let address = accepted.peerAddress
        let socket = accepted.takeDescriptor()
        guard addresses.enter(address) else {
          log.warning(
            "connection_refused", ["address": .string(address), "reason": "too many from this address"])
          continue
        }
        loop.expectConnection()
        loop.mailbox.post(.accept(descriptor: socket.release(), address: address))
      } catch {
        log.warning("accept_paused", ["reason": .string("\(error)")])
        return false
      }
    }
  }

  private func isStoppedDuringPause() throws(SystemError) -> Bool {
    let pause = try Poller()
    try pause.add(wakeup.fd, token: Self.stopToken, .readable)
    var events: [Poller.Event] = []
    try pause.wait(into: &events, timeoutMilliseconds: Self.pause)
    return !events.isEmpty
  }
}

/// How many connections each remote address has, over all loops.
final class AddressBook: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Counts one more, unless the address has its share.
  func enter(_ address: String) -> Bool {
    counts.withLock { counts in
      let count = counts[address, default: 0]
      guard count < limit else { return false }
      counts[address] = count + 1
      return true
    }
  }

  func leave(_ address: String) {
    counts.withLock { counts in
      let count = counts[address, default: 1] - 1
      counts[address] = count > 0 ? count : nil
    }
  }
}
