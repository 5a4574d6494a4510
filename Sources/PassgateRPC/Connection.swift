import PassgateWire

/// One connection of a loop: its transport, its unparsed input and its unsent output.
final class Connection {
  enum Phase {
    case handshaking(since: UInt64)
    case open
    /// Nothing more is parsed; what is unsent goes out.
    case closing(since: UInt64)
    /// All is sent; what still arrives is thrown away, because closing on unread input would reset the
    /// connection and take the farewell with it.
    case lingering(since: UInt64)
  }

  let id: ConnectionID
  let address: String
  let transport: any Transport
  var machine: ConnectionMachine
  var phase: Phase
  var peer: Peer?
  var reader = FrameReader()
  /// When the frame that is partly here began.
  var frameBegan: UInt64?
  private var output: [UInt8] = []
  private var sent = 0
  /// When the transport last refused to take output.
  private(set) var blockedSince: UInt64?
  /// Reading cannot go on before the transport has written something of its own.
  private(set) var readAwaitsWriting = false
  /// What the poller watches for now.
  var watch = Watch(readable: true, writable: false)
  /// The peer has left; what it sent before may still be read.
  var isHungUp = false
  var isDirty = false
  /// Since when the connection waits for its turn.
  var queuedSince: UInt64?

  struct Watch: Equatable {
    var readable: Bool
    var writable: Bool
  }

  init(id: ConnectionID, address: String, transport: any Transport, machine: ConnectionMachine, now: UInt64) {
    self.id = id
    self.address = address
    self.transport = transport
    self.machine = machine
    phase = .handshaking(since: now)
  }

  var unsent: Int { output.count - sent }

  func queue(_ frame: Frame) {
    output.append(contentsOf: frameBytes(frame))
  }

  /// Sends what the transport takes. False when the connection is broken.
  func flush(now: UInt64) -> Bool {
    while sent < output.count {
      switch transport.write(output, from: sent) {
      case .bytes(let count):
        sent += count
        blockedSince = nil
      case .wantsRead, .wantsWrite:
        if blockedSince == nil { blockedSince = now }
        forgetSent()
        return true
      case .closed, .failed:
        return false
      }
    }
    // An idle connection owns no buffer.
    output = []
    sent = 0
    return true
  }

  /// Notes whether the last read could not go on because the peer takes nothing.
  func noteRead(awaitsWriting: Bool, now: UInt64) {
    guard awaitsWriting || readAwaitsWriting else { return }
    readAwaitsWriting = awaitsWriting
    if awaitsWriting {
      if blockedSince == nil { blockedSince = now }
    } else if unsent == 0 {
      blockedSince = nil
    }
  }

  /// A peer that never quite empties the output must not make it grow; half at a time keeps copying linear.
  private func forgetSent() {
    guard sent > output.count / 2 else { return }
    output.removeFirst(sent)
    sent = 0
  }
}
