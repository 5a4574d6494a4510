import PassgateCrypto
package import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// One check of a tenant, for the watch over its traffic.
struct TrafficNote {
  let tenantID: String
  let quota: PassgateDomain.Volume
  let observation: TrafficObservation
}

/// The watch over the traffic of all tenants of a deployment: bounded in memory, one lock for each tick of a loop.
///
/// What it sees are drafts: an officer decides. The baselines survive a restart; numbers and names do not.
//= Measures art.12(2)
package final class TrafficWatch: Sendable {
  /// Tenants that are watched at once, about 11 KiB each; those unseen for four weeks make room for others.
  static let tenantLimit = 4_096
  private static let rest: UInt64 = 28 * 86_400_000
  private static let savedEvery: UInt64 = 600_000

  private final class Watched {
    var traffic: TenantTraffic
    var seen: UInt64
    var band: VolumeBand?

    init(_ traffic: TenantTraffic, seen: UInt64) { (self.traffic, self.seen) = (traffic, seen) }
  }

  private struct State {
    var tenants: [String: Watched] = [:]
    var drafts: [(tenantID: String, anomaly: Anomaly)] = []
    var counts: [String: Int] = [:]
    var onAnomaly: (@Sendable (_ tenantID: String, _ anomaly: Anomaly) -> Void)?
    var band: (@Sendable (_ tenantID: String) -> VolumeBand?)?
    var saved: UInt64
    var isBusy = false
  }

  private let state: Mutex<State>
  private let file: TrafficFile
  private let clock: any Clock
  fileprivate let log: Log

  /// - Parameter path: of the baselines; absent or damaged, every tenant warms up anew.
  init(path: String, clock: any Clock, log: Log) {
    (self.clock, self.log) = (clock, log)
    file = TrafficFile(path: path)
    let now = clock.wallMilliseconds()
    var tenants: [String: Watched] = [:]
    for (id, traffic) in Self.read(file, log) { tenants[id] = Watched(traffic, seen: now) }
    state = Mutex(State(tenants: tenants, saved: now))
  }

  private static func read(_ file: TrafficFile, _ log: Log) -> [(String, TenantTraffic)] {
    do {
      guard let tenants = try file.read() else {
        log.info("traffic_warming_up")
        return []
      }
      return tenants
    } catch {
      log.warning("traffic_baselines_unreadable", ["problem": .string("\(error)")])
      return []
    }
  }

  // MARK: What the platform asks

  /// Whom to tell of anomalies, on a worker's thread: at most one for each tenant, detector and day.
  package func report(to body: @escaping @Sendable (_ tenantID: String, _ anomaly: Anomaly) -> Void) {
    state.withLock { $0.onAnomaly = body }
  }

  /// Whom to ask for the volume that a tenant's access was assessed for, on a worker's thread every ten minutes:
  /// outside of it a new assessment is due.
  //= Measures art.8
  package func expect(_ band: @escaping @Sendable (_ tenantID: String) -> VolumeBand?) {
    state.withLock { $0.band = band }
  }

  /// Checks of a busy day and of a busy minute in the last four weeks; nil before four weeks were seen.
  //= Measures art.8
  package func measuredVolume(of tenantID: String) -> PassgateDomain.Volume? {
    state.withLock { $0.tenants[tenantID]?.traffic.measuredVolume }
  }

  // MARK: What the loops hand in

  /// Takes the checks of a tick in.
  func take(_ notes: [TrafficNote]) {
    guard !notes.isEmpty else { return }
    let isFull = state.withLock { state in
      var isFull = false
      for note in notes {
        let tenant = Self.watched(note.tenantID, at: note.observation.at, in: &state)
        guard let tenant else {
          isFull = true
          continue
        }
        Self.observe(note, tenant, &state)
      }
      return isFull
    }
    if isFull { log.warning("traffic_unwatched", ["tenants": .number(Self.tenantLimit)]) }
  }

  private static func observe(_ note: TrafficNote, _ tenant: Watched, _ state: inout State) {
    tenant.seen = note.observation.at
    tenant.traffic.adopt(TrafficTerms(quota: note.quota, band: tenant.band))
    var anomalies: [Anomaly] = []
    tenant.traffic.observe(note.observation, &anomalies)
    for anomaly in anomalies {
      state.drafts.append((note.tenantID, anomaly))
      state.counts[anomaly.detector, default: 0] += 1
    }
  }

  /// The tenant's watch, a new one where there is room.
  private static func watched(_ id: String, at now: UInt64, in state: inout State) -> Watched? {
    if let known = state.tenants[id] { return known }
    if state.tenants.count >= tenantLimit {
      state.tenants = state.tenants.filter { $0.value.seen + rest > now }
      guard state.tenants.count < tenantLimit else { return nil }
    }
    let watched = Watched(TenantTraffic(), seen: now)
    state.tenants[id] = watched
    return watched
  }

  // MARK: What a worker does

  /// Hands drafts on and keeps the baselines when it is time: cheap when there is nothing to do.
  func timer(on worker: Worker) {
    let now = clock.wallMilliseconds()
    let isDue = state.withLock { state in
      guard !state.isBusy, !state.drafts.isEmpty || isTimeToSave(state.saved, now) else { return false }
      state.isBusy = true
      return true
    }
    guard isDue, !worker.submit({ self.work() }) else { return }
    state.withLock { $0.isBusy = false }
  }

  private func isTimeToSave(_ saved: UInt64, _ now: UInt64) -> Bool {
    now > saved + Self.savedEvery || now < saved
  }

  private func work() {
    deliver()
    let now = clock.wallMilliseconds()
    if state.withLock({ isTimeToSave($0.saved, now) }) {
      askForBands()
      save()
    }
    state.withLock { $0.isBusy = false }
  }

  /// Asks without holding the lock: who answers may have one of its own.
  private func askForBands() {
    let (ids, band) = state.withLock { (Array($0.tenants.keys), $0.band) }
    guard let band else { return }
    for id in ids {
      let answer = band(id)
      state.withLock { $0.tenants[id]?.band = answer }
    }
  }

  /// Hands the last drafts on and keeps the baselines, when no loop runs any more.
  func stop() {
    deliver()
    save()
  }

  private func deliver() {
    let (drafts, onAnomaly) = state.withLock { state in
      defer { state.drafts = [] }
      return (state.drafts, state.onAnomaly)
    }
    for (tenantID, anomaly) in drafts {
      log.warning(
        "traffic_anomaly",
        [
          "tenant": .string(tenantID), "detector": .string(anomaly.detector),
          "figures": .string(anomaly.text),
        ])
      onAnomaly?(tenantID, anomaly)
    }
  }

  /// One tenant after the other, so that no loop waits for all.
  private func save() {
    let now = clock.wallMilliseconds()
    let ids = state.withLock { state in
      state.saved = now
      return state.tenants.keys.sorted()
    }
    var tenants: [(id: String, words: [UInt32])] = []
    for id in ids {
      if let words = state.withLock({ $0.tenants[id]?.traffic.words }) { tenants.append((id, words)) }
    }
    do {
      try file.write(tenants)
    } catch {
      log.error("traffic_baselines_unwritten", ["problem": .string("\(error)")])
    }
  }

  /// The metrics of the watch.
  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    let (tenants, counts) = state.withLock { ($0.tenants.count, $0.counts) }
    text.metric(
      "passgate_traffic_tenants", "gauge", "Tenants whose traffic is watched.",
      labels: ["deployment": deployment], tenants)
    for rule in TrafficDetector.rules {
      text.metric(
        "passgate_traffic_anomalies_total", "counter", "Abnormal traffic seen, by detector.",
        labels: ["deployment": deployment, "detector": rule.id], counts[rule.id] ?? 0)
    }
  }
}

extension TrafficWatch {
  /// Records anomalies in the tenants' cases, which also know what was assessed.
  func connect(to cases: CaseOffice) {
    report { [log] tenantID, anomaly in
      let outcome = cases.note(.reportAnomaly(anomaly), by: .platform, tenantID: tenantID)
      guard outcome.reason != .noReason else { return }
      log.warning(
        "anomaly_not_recorded", ["tenant": .string(tenantID), "reason": .string(outcome.reason.name)])
    }
    expect { tenantID in
      cases.folder(tenantID)?.law.assessment.map { VolumeBand(of: $0, by: .standard) }
    }
  }
}

/// The checks of one loop since its last tick.
struct TrafficNotes {
  /// This process alone has it and loses it at its end.
  private static let key = UInt64.random(in: 0 ... .max)

  private var notes: [TrafficNote] = []

  /// Notes a check by its keyed hashes; `document` is the keyed hash of its number.
  mutating func add(
    _ claim: PassgateDomain.IdentityClaim, document: [UInt8], isInconsistent: Bool, at: UInt64,
    of asker: Asker
  ) {
    let policy = asker.policy
    let quota = PassgateDomain.Volume(
      checksPerDay: UInt32(clamping: policy.checksPerDay ?? 0),
      peakPerMinute: UInt32(clamping: policy.checksPerMinute ?? 0))
    notes.append(
      TrafficNote(
        tenantID: asker.tenantID, quota: quota,
        observation: TrafficObservation(
          at: at, document: prefix(document), serial: claim.number.serial,
          name: claim.name.trafficHash(key: Self.key),
          birth: UInt32(truncatingIfNeeded: claim.birthDate.unixDay), isInconsistent: isInconsistent,
          scene: policy.field(ofScene: asker.sceneID).map { hash($0) } ?? hash(asker.sceneID),
          signer: prefix(asker.keyID))))
  }

  /// Hands them to the watch.
  mutating func hand(to watch: TrafficWatch) {
    watch.take(notes)
    notes.removeAll(keepingCapacity: true)
  }

  /// Under Swift's own key of this process.
  private func hash(_ value: some Hashable) -> UInt64 { UInt64(bitPattern: Int64(value.hashValue)) }

  /// A plain loop: a chain of calls took 250 ns.
  private func prefix(_ digest: [UInt8]) -> UInt64 {
    var prefix: UInt64 = 0
    for place in 0..<min(8, digest.count) { prefix = prefix << 8 | UInt64(digest[place]) }
    return prefix
  }
}
