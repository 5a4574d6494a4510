import Glibc
import PassgateSystem
import PassgateTestKit
import Testing

/// Packets, and descriptors that travel with them.
@Suite struct PacketTests {
  @Test func eachPacketStaysWhole() throws {
    let pair = try SocketPair.packets()
    try Packets.send([1, 2, 3], on: pair.first.raw)
    try Packets.send([4], on: pair.first.raw)
    let first = try #require(try Packets.receive(on: pair.second.raw, limit: 16)?.bytes)
    #expect(first == [1, 2, 3])
    let second = try #require(try Packets.receive(on: pair.second.raw, limit: 16)?.bytes)
    #expect(second == [4])
  }

  @Test func aDescriptorComesAlong() throws {
    let pair = try SocketPair.packets()
    let passed = try SocketPair()
    try Packets.send([1], on: pair.first.raw, passing: passed.second.raw)
    guard let packet = try Packets.receive(on: pair.second.raw, limit: 16),
      let descriptor = packet.takeDescriptor()
    else {
      Issue.record("nothing came")
      return
    }
    #expect(descriptor.raw != passed.second.raw)
    #expect(Sockets.send(descriptor.raw, [7], from: 0) == 1)
    var buffer: [UInt8] = [0]
    #expect(Sockets.receive(passed.first.raw, into: &buffer) == 1)
    #expect(buffer == [7])
  }

  @Test func whatIsTooLongIsRefusedAndItsDescriptorClosed() throws {
    let pair = try SocketPair.packets()
    let passed = try SocketPair()
    try Packets.send([1, 2, 3], on: pair.first.raw, passing: passed.second.raw)
    #expect(throws: SystemError.self) { _ = try Packets.receive(on: pair.second.raw, limit: 2) }
    _ = passed.keepFirst()
  }

  @Test func theEndIsNoPacket() throws {
    let pair = try SocketPair.packets()
    let fd = pair.first.raw
    let second = pair.second.raw
    try Packets.send([1], on: second)
    _ = shutdown(second, Int32(SHUT_RDWR))
    #expect(try Packets.receive(on: fd, limit: 16)?.bytes == [1])
    let isAtEnd = try Packets.receive(on: fd, limit: 16) == nil
    #expect(isAtEnd)
  }
}

/// A program with a socket and nothing else.
@Suite struct ConnectedProgramTests {
  @Test func itHasTheSocketAndItsVariablesAlone() throws {
    let pair = try SocketPair()
    let folder = try TemporaryDirectory()
    let errors = try Files.openNewPipe(folder.path("errors"))
    let child = try ChildProcess(
      "/bin/sh", ["-c", "exec >&0; echo \"$A $HOME\"; exec /bin/ls /proc/self/fd"], environment: ["A=b"],
      input: pair.second.raw, errors: errors.raw)
    let (fd, second) = (pair.first.raw, pair.second.raw)
    var text = ""
    while !text.hasSuffix("0\n1\n2\n3\n") {
      guard try Sockets.poll(fd, for: .readable, timeoutMilliseconds: 10_000) else { break }
      var buffer = [UInt8](repeating: 0, count: 4_096)
      let count = Sockets.receive(fd, into: &buffer)
      guard count > 0 else { break }
      text += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    // The last is the folder that is listed.
    #expect(text == "b \n0\n1\n2\n3\n")
    _ = second
    while child.exitStatus == nil { sched_yield() }
    #expect(child.exitStatus == 0)
  }

  @Test func aProgramThatIsNotThereIsNamed() throws {
    let pair = try SocketPair()
    #expect(throws: SystemError(doing: "start /none/such", code: ENOENT)) {
      try ChildProcess("/none/such", [], environment: [], input: pair.first.raw, errors: pair.first.raw)
    }
  }
}

/// Waiting with an end.
@Suite struct TimedWaitTests {
  @Test func itEndsWithoutAResult() {
    let monitor = Monitor(0)
    #expect(monitor.wait(nanoseconds: 1_000_000) { value -> Int? in value > 0 ? value : nil } == nil)
  }

  @Test func itGivesWhatComesInTime() throws {
    let monitor = Monitor(0)
    let thread = try spawnThread(name: "setter") { monitor.update { $0 = 5 } }
    #expect(monitor.wait(nanoseconds: 60_000_000_000) { value -> Int? in value > 0 ? value : nil } == 5)
    thread.join()
  }
}
