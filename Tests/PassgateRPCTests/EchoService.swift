import PassgateRPC
import PassgateWire
import Synchronization

/// What the echo service is asked for: the first byte of a request's body.
enum Wish: UInt8, Sendable {
  /// Answer at once with the same body.
  case echo = 1
  /// Answer when `Release` comes.
  case hold
  /// Trust the peer, then answer.
  case trust
  /// Answer as to a forger.
  case forge
  /// End the connection.
  case farewell
  /// Answer with the connection's channel binding.
  case binding
}

/// Lets the held answers go.
struct Release: Mail {}

/// What the echo services of one server have seen, to be read from any thread.
final class Journal: Sendable {
  struct Entries: Sendable {
    var opened = 0
    var closed = 0
    /// Ids of the calls, in the order of their arrival; one list for each tick that brought some.
    var ticks: [[UInt64]] = []
    var cancelled: [UInt64] = []
    /// The age of the last tick's oldest call, nanoseconds.
    var oldest: UInt64 = 0
    /// The lines of the server's log.
    var log = ""
    var calls: [UInt64] { ticks.flatMap { $0 } }
  }

  private let entries = Mutex(Entries())

  var now: Entries { entries.withLock { $0 } }

  func note(_ change: (inout Entries) -> Void) { entries.withLock { change(&$0) } }
}

/// Answers each request with its own body, as its `Wish` says.
final class EchoService: CallHandler {
  private let journal: Journal
  private var held: [Reply] = []

  init(_ journal: Journal) { self.journal = journal }

  func hello() -> Hello {
    Hello(serverTimeMilliseconds: 1, software: "echo", limits: Limits(), replyKeys: [])
  }

  func opened(_ peer: Peer) {
    journal.note { $0.opened += 1 }
    peer.isTrusted = peer.identity.certificate != nil
  }

  func handle(_ calls: [Call], now: UInt64) -> [Reply] {
    let ids = calls.map(\.id)
    let oldest = calls.map { now - $0.arrived }.max() ?? 0
    journal.note {
      $0.ticks.append(ids)
      $0.oldest = oldest
    }
    return calls.compactMap(answer)
  }

  func receive(_ mail: any Mail, now: UInt64) -> [Reply] {
    defer { held = [] }
    return held
  }

  func cancel(_ callID: UInt64, of connection: ConnectionID) {
    journal.note { $0.cancelled.append(callID) }
  }

  func closed(_ peer: Peer) { journal.note { $0.closed += 1 } }

  func timer(now: UInt64) {}

  private func answer(_ call: Call) -> Reply? {
    guard case .request(let request) = call.kind, let wish = request.body.first.flatMap(Wish.init) else {
      return nil
    }
    switch wish {
    case .echo: return reply(to: call, request.body)
    case .hold:
      held.append(reply(to: call, request.body))
      return nil
    case .trust:
      call.peer.isTrusted = true
      return reply(to: call, request.body)
    case .forge: return reply(to: call, request.body, isUnauthentic: true)
    case .farewell:
      let goAway = GoAway(reason: .notAuthentic, lastCallID: 0)
      return Reply(connection: call.peer.id, callID: call.id, kind: .goAway(goAway))
    case .binding: return reply(to: call, call.peer.identity.channelBinding)
    }
  }

  private func reply(to call: Call, _ body: [UInt8], isUnauthentic: Bool = false) -> Reply {
    Reply(
      connection: call.peer.id, callID: call.id,
      kind: .response(Response(header: [1], body: body, signature: noSignature)),
      isUnauthentic: isUnauthentic)
  }
}

/// The echo service looks at no signature.
let noSignature = Signature(value: [1], treeSize: 1, leafIndex: 0, path: [])

/// A request with a body of `bodyBytes`.
func request(_ id: UInt64, _ wish: Wish = .echo, bodyBytes: Int = 1) -> Frame {
  let body = [wish.rawValue] + [UInt8](repeating: 0, count: bodyBytes - 1)
  return Frame(callID: id, kind: .request(Request(header: [1], body: body, signature: noSignature)))
}

/// Several frames as one piece of a stream.
func bytes(_ frames: [Frame]) -> [UInt8] { frames.flatMap(frameBytes) }

/// A frame's length alone, of a frame that never comes.
func prefix(_ length: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
}
