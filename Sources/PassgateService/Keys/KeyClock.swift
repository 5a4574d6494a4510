import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Tells when the keys are to be looked after. Loops ask it many times a second.
final class KeyClock: Sendable {
  private static let second: UInt64 = 1_000_000_000
  private static let day: UInt64 = 86_400_000

  /// Monotonic nanoseconds.
  private let next = Atomic<UInt64>(0)
  /// When it was last said of a key that it is still in use, milliseconds since 1970.
  private let warned = Mutex<[KeyName: UInt64]>([:])

  /// True for one caller a second; monotonic nanoseconds.
  func isSecondOver(_ now: UInt64) -> Bool {
    let due = next.load(ordering: .relaxed)
    guard now >= due else { return false }
    return next.compareExchange(expected: due, desired: now + Self.second, ordering: .relaxed).exchanged
  }

  /// True once a day and key.
  func mayWarn(of name: KeyName, at now: UInt64) -> Bool {
    warned.withLock { warned in
      if let last = warned[name], now < last + Self.day { return false }
      warned[name] = now
      return true
    }
  }
}

/// What time does to keys that were replaced.
extension KeyDesk {
  /// Before the planned end of a key, milliseconds: who still uses it then is late.
  private static let warning: UInt64 = 7 * 86_400_000

  /// Does what needs nobody's call; called many times a second.
  ///
  /// - Parameter isHeld: the wall clock is not believed, so no key ends.
  func tend(on worker: Worker, isHeld: Bool) {
    guard !isHeld, watch.isSecondOver(clock.monotonicNanoseconds()) else { return }
    _ = worker.submit { [self] in runClock() }
  }

  /// Moves every replaced key on by the wall clock and by its use.
  func runClock() {
    for deployment in deployments.keys {
      for facts in read.replaced(in: deployment) {
        keepUse(of: facts.name)
        plan(facts.name)
        turn(facts)
        warn(of: facts)
      }
    }
  }

  /// Lets the store know the last use, so that a restart is none.
  private func keepUse(of name: KeyName) {
    let lastUse = uses[name.keyID]?.last ?? past[name.keyID]
    guard past.isToKeep(name.keyID, lastUse) else { return }
    do throws(StoreError) {
      try ledger.store.noteUse(of: name.keyID, at: lastUse)
    } catch {
      log.error("key_use_not_kept", ["key": .string(name.keyID.hex), "problem": .string("\(error)")])
    }
  }

  /// Defers the end of a key that is still used. An end that has come stays.
  func plan(_ name: KeyName) {
    ledger.between {
      guard let published = counter(of: name.deployment)?.directory else { return }
      var next = published.read()
      guard let view = view(name, in: read, next), let key = view.key, let end = view.end else { return }
      let (seconds, now) = (Int64(clamping: end / 1_000), Int64(clamping: clock.wallMilliseconds() / 1_000))
      guard key.retires != seconds, now < key.retires ?? .max else { return }
      next.retire(name.keyID, of: name.tenantID, at: seconds)
      published.replace(next)
    }
  }

  private func turn(_ facts: KeyFacts) {
    let name = facts.name
    guard let replacement = facts.replacement,
      let directory = counter(of: name.deployment)?.directory.read(),
      let key = directory.lookup(tenantID: name.tenantID, keyID: name.keyID)?.key
    else { return }
    let uses = replacement.keyIDs.compactMap { self.uses[$0]?.first }
    if facts.lifecycle.retiring == nil, let first = uses.min() { note(name, .retiring, at: first) }
    if let end = key.retires?.milliseconds, end <= clock.wallMilliseconds() {
      note(name, .retired, at: end)
    }
  }

  /// Records a turn by the clock. Two threads that see the same do it once.
  private func note(_ name: KeyName, _ state: KeyRecord.State, at time: UInt64) {
    let turn = KeyTurn(
      deployment: name.deployment, tenantID: name.tenantID, keyID: name.keyID, state: state,
      atMilliseconds: time)
    let outcome = ledger.note(
      actor: "(clock)",
      operationID: Array(sha256((Array("key turn".utf8) + turn.encoded()).span).prefix(16)),
      act: { _ in Deed(.success([]), keyTurn: turn.encoded()) },
      whenRecorded: { take(.turned(turn)) })
    guard outcome.reason == .noReason else { return }
    log.info(
      "key_turned",
      ["tenant": .string(name.tenantID), "key": .string(name.keyID.hex), "state": .string("\(state)")])
  }

  private func warn(of facts: KeyFacts) {
    let now = clock.wallMilliseconds()
    guard let replacement = facts.replacement, let last = uses[facts.name.keyID]?.last,
      last > replacement.since, now + Self.warning >= replacement.planned, now < last + 86_400_000,
      watch.mayWarn(of: facts.name, at: now)
    else { return }
    log.warning(
      "old_key_in_use",
      [
        "tenant": .string(facts.name.tenantID), "key": .string(facts.name.keyID.hex),
        "end": .string(CivilTime.timestamp(milliseconds: replacement.planned)),
      ])
  }
}
