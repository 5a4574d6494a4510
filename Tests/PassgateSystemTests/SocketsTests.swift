import Glibc
import PassgateSystem
import Synchronization
import Testing

@Suite struct EndpointTests {
  @Test(arguments: [
    ("localhost:4433", "localhost", UInt16(4433)), ("127.0.0.1:0", "127.0.0.1", 0),
    ("[::1]:65535", "::1", 65_535),
    ("a-b.example:1", "a-b.example", 1),
  ])
  func formsThatAreRead(text: String, host: String, port: UInt16) {
    #expect(Endpoint(text) == Endpoint(host: host, port: port))
    #expect(Endpoint(text)?.description == text)
  }

  @Test(arguments: [
    "", ":", "host", "host:", ":1", "host:65536", "host:-1", "host:+1", "host: 1", "::1:1", "[::1]", "[::1]1",
    "[host]:1", "[]:1", "ho st:1", "host:1x", "[::1:1", "::1]:1", "hôte:1", "host:１",
  ])
  func otherFormsAreRefused(text: String) {
    #expect(Endpoint(text) == nil)
  }
}

@Suite struct SocketsTests {
  /// Waits for the connection that was just made.
  private func accepted(_ listener: borrowing FileDescriptor) throws -> Sockets.Accepted? {
    #expect(try Sockets.poll(listener.raw, for: .readable, timeoutMilliseconds: 5000))
    return try Sockets.accept(listener.raw)
  }

  @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("::1", "::1")])
  func aConnectionCarriesBytes(host: String, peer: String) throws {
    let listener = try Sockets.listen(host: host, port: 0)
    let client = try Sockets.connect(
      host: host, port: Sockets.localPort(listener.raw), timeoutMilliseconds: 5000)
    guard let connection = try accepted(listener) else { return #expect(Bool(false), "none came") }
    #expect(connection.peerAddress == peer)
    let server = connection.takeDescriptor()
    #expect(unsafe write(client.raw, "ab", 2) == 2)
    #expect(try Sockets.poll(server.raw, for: .readable, timeoutMilliseconds: 5000))
    var bytes: [UInt8] = [0, 0, 0]
    #expect(unsafe read(server.raw, &bytes, 3) == 2)
    #expect(bytes == Array("ab".utf8) + [0])
    // Both ends answer at once where there is nothing.
    #expect(unsafe read(server.raw, &bytes, 3) == -1)
    #expect(unsafe read(client.raw, &bytes, 3) == -1)
  }

  @Test func ipv6ServesIPv4Too() throws {
    let listener = try Sockets.listen(host: "::", port: 0)
    let client = try Sockets.connect(
      host: "127.0.0.1", port: Sockets.localPort(listener.raw), timeoutMilliseconds: 5000)
    #expect(client.raw >= 0)
    guard let connection = try accepted(listener) else { return #expect(Bool(false), "none came") }
    #expect(connection.peerAddress == "127.0.0.1")
  }

  @Test func nobodyWaits() throws {
    let listener = try Sockets.listen(host: "127.0.0.1", port: 0)
    let isNone = try Sockets.accept(listener.raw) == nil
    #expect(isNone)
    #expect(try !Sockets.poll(listener.raw, for: .readable, timeoutMilliseconds: 0))
  }

  @Test func aTakenPortIsExplained() throws {
    let listener = try Sockets.listen(host: "127.0.0.1", port: 0)
    let port = try Sockets.localPort(listener.raw)
    var message = ""
    do { _ = try Sockets.listen(host: "127.0.0.1", port: port) } catch { message = error.message }
    #expect(message.hasPrefix("listen on 127.0.0.1:\(port): Address already in use; another program"))
  }

  @Test func aClosedPortIsRefused() throws {
    let listener = try Sockets.listen(host: "127.0.0.1", port: 0)
    let port = try Sockets.localPort(listener.raw)
    listener.close()
    var failure: SystemError?
    do { _ = try Sockets.connect(host: "127.0.0.1", port: port, timeoutMilliseconds: 5000) } catch {
      failure = error
    }
    #expect(failure?.code == ECONNREFUSED)
    #expect(
      failure?.message.hasPrefix("connect to 127.0.0.1:\(port): Connection refused; nothing listens") == true)
  }

  @Test func aNameThatIsNoneIsExplained() {
    var message = ""
    do { _ = try Sockets.connect(host: "no name", port: 1, timeoutMilliseconds: 1) } catch {
      message = error.message
    }
    #expect(message.hasPrefix("look up no name: "))
  }
}

@Suite final class SocketDataTests {
  private let near: FileDescriptor
  private let far: FileDescriptor

  init() {
    var ends: [Int32] = [0, 0]
    _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends)
    near = FileDescriptor(adopting: ends[0])
    far = FileDescriptor(adopting: ends[1])
  }

  @Test func bytesAreSentFromAnOffset() {
    var buffer = [UInt8](repeating: 0, count: 4)
    #expect(Sockets.send(near.raw, [1, 2, 3], from: 1) == 2)
    #expect(Sockets.receive(far.raw, into: &buffer) == 2)
    #expect(buffer == [2, 3, 0, 0])
    #expect(Sockets.receive(far.raw, into: &buffer) == -1)
    #expect(errno == EAGAIN)
  }

  @Test func whatArrivedIsThrownAwayUntilThePeerCloses() {
    var buffer = [UInt8](repeating: 0, count: 1)
    #expect(Sockets.send(near.raw, [1], from: 0) == 1)
    Sockets.shutdownWriting(near.raw)
    #expect(Sockets.discardInput(far.raw, into: &buffer))
    #expect(!Sockets.discardInput(far.raw, into: &buffer))
    // The other direction is still open.
    #expect(Sockets.send(far.raw, [7], from: 0) == 1)
    #expect(Sockets.discardInput(near.raw, into: &buffer))
    #expect(Sockets.discardInput(near.raw, into: &buffer))
  }
}

@Suite struct MonitorTests {
  @Test func aWaiterSeesTheChangeItWaitsFor() throws {
    let monitor = Monitor(0)
    let thread = try spawnThread(name: "counter") {
      for _ in 0..<100 { monitor.update { $0 += 1 } }
    }
    #expect(monitor.wait { $0 == 100 ? $0 : nil } == 100)
    thread.join()
    #expect(monitor.update { $0 } == 100)
  }
}

@Suite struct PollerTests {
  @Test func tokensTellWhatIsReady() throws {
    let poller = try Poller()
    let (quiet, loud) = (try Wakeup(), try Wakeup())
    try poller.add(quiet.fd, token: 1, .readable)
    try poller.add(loud.fd, token: .max, .readable)
    var events: [Poller.Event] = []
    try poller.wait(into: &events, timeoutMilliseconds: 0)
    #expect(events.isEmpty)
    loud.signal()
    loud.signal()
    try poller.wait(into: &events, timeoutMilliseconds: -1)
    #expect(events.map(\.token) == [.max])
    #expect(events.allSatisfy { $0.readable && !$0.writable && !$0.hangup })
    loud.drain()
    try poller.wait(into: &events, timeoutMilliseconds: 0)
    #expect(events.isEmpty)
  }

  @Test func interestCanChangeAndEnd() throws {
    let poller = try Poller()
    let wakeup = try Wakeup()
    var events: [Poller.Event] = []
    try poller.add(wakeup.fd, token: 7, [.readable, .writable])
    try poller.wait(into: &events, timeoutMilliseconds: -1)
    #expect(events.map(\.writable) == [true])
    try poller.modify(wakeup.fd, token: 8, .readable)
    try poller.wait(into: &events, timeoutMilliseconds: 0)
    #expect(events.isEmpty)
    wakeup.signal()
    try poller.wait(into: &events, timeoutMilliseconds: 0)
    #expect(events.map(\.token) == [8])
    try poller.remove(wakeup.fd)
    try poller.wait(into: &events, timeoutMilliseconds: 0)
    #expect(events.isEmpty)
    #expect(throws: SystemError.self) { try poller.remove(wakeup.fd) }
  }

  @Test func aPeerThatLeavesIsTold() throws {
    var ends: [Int32] = [0, 0]
    #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let near = FileDescriptor(adopting: ends[0])
    let far = FileDescriptor(adopting: ends[1])
    let poller = try Poller()
    try poller.add(near.raw, token: 1, .readable)
    far.close()
    var events: [Poller.Event] = []
    try poller.wait(into: &events, timeoutMilliseconds: -1)
    #expect(events.map(\.hangup) == [true])
  }

  @Test func anotherThreadWakesTheLoop() throws {
    let (poller, wakeup) = (try Poller(), try Wakeup())
    try poller.add(wakeup.fd, token: 1, .readable)
    let thread = try spawnThread(name: "waker") { wakeup.signal() }
    var events: [Poller.Event] = []
    try poller.wait(into: &events, timeoutMilliseconds: -1)
    #expect(events.count == 1)
    thread.join()
  }
}

@Suite struct ProcessTests {
  @Test func aThreadRunsUnderItsNameAndIsWaitedFor() throws {
    let name = Mutex("")
    let thread = try spawnThread(name: "a thread of ours", stackSize: 1) {
      let text = (try? Files.read("/proc/thread-self/comm")) ?? []
      name.withLock { $0 = String(decoding: text, as: UTF8.self) }
    }
    thread.join()
    thread.join()
    #expect(name.withLock { $0 } == "a thread of our\n")
  }

  /// Runs the body on a thread of its own, whose processor set and signal mask are then nobody else's.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) throws -> Value? {
    let result = Mutex<Value?>(nil)
    try spawnThread(name: "test") {
      let value = body()
      result.withLock { $0 = value }
    }.join()
    return result.withLock { $0 }
  }

  @Test(arguments: [(0, true), (-1, false), (100_000, false)])
  func aThreadIsPinnedToAProcessorThereIs(processor: Int, isPinned: Bool) throws {
    let count = try onThread { (try? pinThread(toProcessor: processor)).map { processorCount() } }
    #expect(count == .some(isPinned ? 1 : nil))
  }

  @Test(arguments: [
    (SIGHUP, Signal.hangup), (SIGTERM, .terminate), (SIGINT, .interrupt), (SIGUSR1, .clockVouched),
  ])
  func aSignalArrivesAsAValue(number: Int32, signal: Signal) throws {
    let received = try onThread {
      let watcher = try? SignalWatcher()
      // Raised by a thread, it goes to that thread, so the rest of this process does not see it.
      raise(number)
      return try? watcher?.wait()
    }
    #expect(received == .some(signal))
  }

  @Test func aHardenedProcessLeavesNoTraces() throws {
    try ProcessHardening.apply()
    var limit = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0)
    #expect(limit.rlim_max == 0)
    #expect(umask(0o077) == 0o077)
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    let reading = FileDescriptor(adopting: ends[0])
    let writing = FileDescriptor(adopting: ends[1])
    reading.close()
    #expect(unsafe write(writing.raw, "x", 1) == -1)
  }

  @Test func aDescriptorIsClosedOnce() {
    let released = FileDescriptor(adopting: dup(0)).release()
    #expect(fcntl(released, F_GETFD) >= 0)
    #expect(!isTerminal(-1))
    #expect(close(released) == 0)
  }
}
