package import PassgateCrypto
package import PassgateSystem
import Synchronization

/// The key that new connections meet: the active one of a set, once it has proven itself. Connections keep the one that
/// they have begun with.
package final class ServerIdentity: Sendable {
  private struct State: Sendable {
    var keys: ServerKeys
    var trial: ServerTrial
    var currentID: [UInt8]
  }

  private let state: Mutex<State>
  private let published: Published<ServerKey>
  /// When the set has to be looked at again, milliseconds since 1970.
  private let until: Atomic<UInt64>
  private let clock: any Clock
  private let log: Log

  /// - Throws: `.mismatch` without an active key, and why the active one does not serve.
  package init(
    _ keys: ServerKeys, anchors: [Certificate], clock: any Clock, log: Log
  ) throws(CryptoError) {
    let now = clock.wallMilliseconds()
    let trial = ServerTrial(anchors: anchors)
    guard let key = keys.active(at: now) else {
      throw CryptoError(.mismatch, "no key of the TLS server is active")
    }
    try trial.prove(key)
    state = Mutex(State(keys: keys, trial: trial, currentID: key.id))
    published = Published(key)
    until = Atomic(keys.nextChange(after: now) ?? .max)
    (self.clock, self.log) = (clock, log)
  }

  /// A loop's view of the key.
  package var subscription: Subscription<ServerKey> { Subscription(published) }

  /// The key that new connections meet.
  package var current: ServerKey { published.read() }

  /// Takes another set over.
  package func replace(_ keys: ServerKeys, anchors: [Certificate]) {
    state.withLock { state in
      state.keys = keys
      state.trial = ServerTrial(anchors: anchors)
      follow(&state)
    }
  }

  /// Takes up the key whose time has come. To be called before a connection begins; it costs nothing until then.
  package func tend() {
    guard clock.wallMilliseconds() >= until.load(ordering: .relaxed) else { return }
    state.withLock { follow(&$0) }
  }

  /// A key that fails its trial is not put before clients: the former stays until the set changes again.
  private func follow(_ state: inout State) {
    let now = clock.wallMilliseconds()
    until.store(state.keys.nextChange(after: now) ?? .max, ordering: .relaxed)
    guard let key = state.keys.active(at: now), key.id != state.currentID else { return }
    do throws(CryptoError) {
      try state.trial.prove(key)
    } catch {
      log.error(
        "server_key_refused", ["key": .string(Hex.encode(key.id)), "problem": .string("\(error)")])
      return
    }
    state.currentID = key.id
    published.replace(key)
    log.info("server_key_active", ["key": .string(Hex.encode(key.id))])
  }
}

extension ServerKey {
  /// What tells a key with its certificate from others: the certificate's fingerprint.
  fileprivate var id: [UInt8] { chain.first?.fingerprint ?? [] }
}
