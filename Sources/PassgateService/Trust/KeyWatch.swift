package import PassgateCrypto
import PassgateSystem
import Synchronization

/// A certificate that is in use, or a revocation list, and its end.
package struct Watched: Sendable, Hashable {
  /// What it is for, one word of the metrics.
  package enum Role: String, Sendable, CaseIterable {
    case root, issuing, external, reply, server, officer, tenant
    case revocationList = "revocation-list"
    /// What chips are judged by: anchors of master lists, and revocation lists that run out.
    case documentAnchor = "document-anchor"
    case documentList = "document-list"
  }

  let role: Role
  /// The id of the tenant or officer, or the name of the outside authority; empty for the platform's own.
  let holder: String
  /// The key certified; of a list, its issuer's.
  let keyID: [UInt8]
  /// The last second, in seconds since 1970.
  let notAfter: Int64

  init(_ role: Role, holder: String = "", keyID: [UInt8], notAfter: Int64) {
    self.role = role
    self.holder = holder
    self.keyID = keyID
    self.notAfter = notAfter
  }

  package init(_ role: Role, holder: String = "", _ certificate: Certificate) {
    self.init(role, holder: holder, keyID: certificate.publicKey.keyID, notAfter: certificate.notAfter)
  }

  /// Whole days from then to its end; negative when it has ended.
  func daysLeft(at unixSeconds: Int64) -> Int {
    let left = notAfter - unixSeconds
    return Int(left >= 0 ? left / 86_400 : -1)
  }
}

/// Warns of certificates that end: once a day, with one line for each threshold that is crossed.
package final class KeyWatch: Sendable {
  package typealias Source = @Sendable () -> [Watched]

  /// Days before the end at which a line is due.
  static let thresholds = [60, 30, 14, 7, 3, 1]

  private let sources = Mutex<[Source]>([])
  /// The lowest threshold that was warned of.
  private let warned = Mutex<[Watched: Int]>([:])
  /// The day of the last look, in days since 1970; negative when there is a reason to look again.
  private let lookedOn = Atomic<Int64>(-1)
  private let clock: any Clock
  private let log: Log

  init(clock: any Clock, log: Log) {
    self.clock = clock
    self.log = log
  }

  /// The threshold that is due to be warned of when so many days are left; nil for none, or none that is new.
  static func due(daysLeft: Int, warned: Int?) -> Int? {
    guard daysLeft >= 0, let threshold = thresholds.last(where: { daysLeft <= $0 }) else { return nil }
    return threshold < warned ?? .max ? threshold : nil
  }

  /// What `source` tells of is watched from now on.
  package func watch(_ source: @escaping Source) {
    sources.withLock { $0.append(source) }
    lookAgain()
  }

  /// Has the next turn look, whatever the day.
  package func lookAgain() { lookedOn.store(-1, ordering: .relaxed) }

  private var now: Int64 { Int64(clamping: clock.wallMilliseconds() / 1_000) }

  private var watched: Set<Watched> { Set(sources.withLock { $0 }.flatMap { $0() }) }

  /// Many times a second: looks when a day has begun.
  func tend(on worker: Worker) {
    let (today, last) = (now / 86_400, lookedOn.load(ordering: .relaxed))
    guard today != last,
      lookedOn.compareExchange(expected: last, desired: today, ordering: .relaxed).exchanged
    else { return }
    if !worker.submit({ [self] in look() }) { lookAgain() }
  }

  func look() {
    let (watched, now) = (watched, now)
    var crossed: [(Watched, days: Int)] = []
    warned.withLock { warned in
      warned = warned.filter { watched.contains($0.key) }
      for one in watched {
        let days = one.daysLeft(at: now)
        guard let threshold = Self.due(daysLeft: days, warned: warned[one]) else { continue }
        warned[one] = threshold
        crossed.append((one, days))
      }
    }
    for (one, days) in crossed {
      log.warning(
        "certificate_ends",
        [
          "role": .string(one.role.rawValue), "holder": .string(one.holder),
          "key": .string(Hex.encode(one.keyID)), "days": .number(days),
        ])
    }
  }

  package func writeMetrics(to text: inout PrometheusText) {
    let now = now
    let days = Dictionary(grouping: watched, by: \.role).mapValues { $0.map { $0.daysLeft(at: now) } }
    for role in Watched.Role.allCases {
      if let least = days[role]?.filter({ $0 >= 0 }).min() {
        text.metric(
          "passgate_certificate_days_left", "gauge", "Whole days until the first certificate of a role ends.",
          labels: ["role": role.rawValue], least)
      }
    }
    for role in Watched.Role.allCases {
      text.metric(
        "passgate_certificates", "gauge", "Certificates in use that have not ended, by role.",
        labels: ["role": role.rawValue], days[role]?.count { $0 >= 0 } ?? 0)
    }
  }
}

extension TrustKeeper {
  /// The authorities and lists in force.
  var watched: [Watched] {
    let trust = trust
    let own = trust.settings.own
    let external = trust.settings.external.flatMap { domain in
      domain.authorities.map { Watched(.external, holder: domain.name ?? "", $0) }
    }
    let lists = trust.revocations.values.map {
      Watched(.revocationList, keyID: $0.issuerKeyID, notAfter: $0.nextUpdate)
    }
    return own.roots.map { Watched(.root, $0) } + own.intermediates.map { Watched(.issuing, $0) } + external
      + lists
  }
}
