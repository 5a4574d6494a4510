import PassgateCrypto
import PassgateStore
import PassgateSystem
import Synchronization

/// The keys of a registry, of its dossiers and of what is sealed beside its evidence, at work: follows their times, takes new sets, and seals rows anew on a
/// thread of low priority.
final class RegistrySealing: Sendable {
  private struct Keys {
    var all: RegistryKeys
    var nextChange: UInt64?
  }

  private struct Orders: Sendable {
    var isDue = true
    var isStopped = false
  }

  /// The longest rest between two transactions, nanoseconds.
  private static let longestRest: UInt64 = 20_000_000

  /// What everybody who opens or seals rows follows.
  let ring: Published<RegistryKeyRing>
  private let keys: Mutex<Keys>
  private let stores: [any SealedStore]
  private let orders = Monitor(Orders())
  private let left = Atomic<Int>(0)
  private let thread = Mutex<RunningThread?>(nil)
  private let clock: any Clock
  private let log: Log

  /// - Parameter stores: with the registry's first.
  /// - Throws: when the keys are not those that the rows need.
  init(
    _ all: RegistryKeys, registry: RegistryStore, others: [any SealedStore], clock: any Clock, log: Log
  ) throws(RegistryKeysFault) {
    (self.clock, self.log) = (clock, log)
    stores = [registry] + others
    let now = clock.wallMilliseconds()
    ring = Published(try all.ring(at: now, rows: try Self.count(stores), keepsNeeded: false))
    keys = Mutex(Keys(all: all, nextChange: all.nextChange(after: now)))
    try Self.checkIndex(all, registry)
  }

  /// The registry remembers which key hashes its numbers: under another one nobody would be found.
  private static func checkIndex(_ all: RegistryKeys, _ registry: RegistryStore) throws(RegistryKeysFault) {
    guard let first = all.entries.first?.secret.keyID else { throw .noActiveKey }
    let known: [UInt8]
    do throws(StoreError) { known = try registry.indexKey(orNow: first) } catch { throw .failed("\(error)") }
    guard known == first else { throw .otherIndex }
  }

  private static func count(_ stores: [any SealedStore]) throws(RegistryKeysFault) -> [SealingID: Int] {
    do throws(StoreError) { return try stores.rowsBySealingKey() } catch { throw .failed("\(error)") }
  }

  /// Rows that are not under the active key yet.
  var remaining: Int { left.load(ordering: .relaxed) }

  // MARK: Keys

  /// Takes another set over, unless rows need a key that it lacks: then the former stays.
  func adopt(_ all: RegistryKeys) throws(RegistryKeysFault) {
    let rows = try Self.count(stores)
    let now = clock.wallMilliseconds()
    try keys.withLock { (keys) throws(RegistryKeysFault) in
      guard all.entries.first?.secret.keyID == keys.all.entries.first?.secret.keyID else { throw .otherIndex }
      ring.replace(try all.ring(at: now, rows: rows, keepsNeeded: false))
      keys = Keys(all: all, nextChange: all.nextChange(after: now))
    }
    tend()
  }

  /// Takes over what the keys' times say now. A key that has ended before its rows were sealed anew stays in use, and
  /// the log says so: a wrong time must not cost records.
  private func follow() {
    let now = clock.wallMilliseconds()
    guard let rows = try? Self.count(stores) else { return }
    keys.withLock { keys in
      guard let due = keys.nextChange, due <= now else { return }
      keys.nextChange = keys.all.nextChange(after: now)
      do throws(RegistryKeysFault) {
        ring.replace(try keys.all.ring(at: now, rows: rows, keepsNeeded: true))
      } catch {
        log.error("registry_keys_refused", ["problem": .string("\(error)")])
      }
      let overdue = keys.all.overdue(at: now, rows: rows)
      if overdue > 0 { log.error("registry_key_needed", ["rows": .number(overdue)]) }
    }
  }

  // MARK: The thread

  /// Begins to seal rows anew beside the platform's work.
  /// - Parameter progressPath: of the file that says how far it is.
  func start(progressPath: String) throws(SystemError) {
    let thread = try spawnThread(name: "reseal") { [self] in
      lowerThreadPriority()
      var resealer = Resealer(stores, progress: ResealProgressFile(path: progressPath), log: log)
      while waitForOrder() { work(&resealer) }
    }
    self.thread.withLock { $0 = thread }
  }

  /// Has the thread look whether there is something to do. Loops call it by their timers.
  func tend() { orders.update { $0.isDue = true } }

  func stop() {
    orders.update { $0.isStopped = true }
    thread.withLock { $0 }?.join()
  }

  /// False when it is time to end.
  private func waitForOrder() -> Bool {
    orders.wait { orders in
      guard orders.isDue || orders.isStopped else { return nil }
      orders.isDue = false
      return !orders.isStopped
    }
  }

  private func work(_ resealer: inout Resealer) {
    do {
      var goesOn = true
      while goesOn, !orders.update({ $0.isStopped }) {
        follow()
        let began = clock.monotonicNanoseconds()
        let state = try resealer.advance(ring.read())
        left.store(state.remaining, ordering: .relaxed)
        goesOn = state.goesOn
        // As long as it has kept the disk busy: others must not wait for it twice.
        if goesOn { restThread(nanoseconds: min(clock.monotonicNanoseconds() - began, Self.longestRest)) }
      }
    } catch {
      log.error("registry_reseal_failed", ["problem": .string("\(error)")])
    }
  }

  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    text.metric(
      "passgate_registry_reseal_remaining", "gauge",
      "Rows of registry and dossiers that are not sealed with the active key yet.",
      labels: ["deployment": deployment], remaining)
  }
}
