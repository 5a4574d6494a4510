import PassgateCrypto
import PassgateSystem
import PassgateWire
import Synchronization

/// What was signed for whom, counted and written as one log line for each application and tenant every
/// quarter of a second: complete without a line for each of thousands of requests.
struct Audit {
  private enum Subject: Hashable {
    case requests(application: String, tenantID: String, deployment: Deployment)
    case data(application: String, key: String)
  }

  private let log: Log
  private var counts: [Subject: Int] = [:]

  /// - Parameter log: one that holds nothing back.
  init(_ log: Log) { self.log = log }

  /// Counts one request signed with `key`.
  mutating func count(_ application: Application, _ key: HeldKey) {
    let subject = Subject.requests(
      application: application.name, tenantID: key.tenantID, deployment: key.deployment)
    counts[subject, default: 0] += 1
  }

  /// Counts pieces of data signed with `key`.
  mutating func count(_ pieces: Int, _ application: Application, _ key: DataKey) {
    counts[.data(application: application.name, key: key.name), default: 0] += pieces
  }

  /// Writes what was counted since the last time.
  mutating func flush() {
    for (subject, count) in counts {
      switch subject {
      case .requests(let application, let tenantID, let deployment):
        log.info(
          "signed",
          [
            "application": .string(application), "tenant": .string(tenantID),
            "deployment": .string("\(deployment)"), "requests": .number(count),
          ])
      case .data(let application, let key):
        log.info(
          "data_signed",
          ["application": .string(application), "key": .string(key), "pieces": .number(count)])
      }
    }
    counts.removeAll(keepingCapacity: true)
  }
}

/// What all loops have done since the start, and which keys' devices are gone.
final class SigningRecord: Sendable {
  private let requestCount = Atomic<UInt64>(0)
  private let dataCount = Atomic<UInt64>(0)
  private let lost = Mutex<Set<[UInt8]>>([])
  private let log: Log

  init(_ log: Log) { self.log = log }

  var requests: UInt64 { requestCount.load(ordering: .relaxed) }
  var data: UInt64 { dataCount.load(ordering: .relaxed) }
  var lostKeys: Int { lost.withLock(\.count) }

  func add(requests: Int) { requestCount.add(UInt64(requests), ordering: .relaxed) }
  func add(data: Int) { dataCount.add(UInt64(data), ordering: .relaxed) }

  /// Notes that a key has signed, or why it has not; the log is told of what changes.
  func note(_ keyID: [UInt8], _ fault: CryptoError?) {
    guard fault == nil || fault?.reason == .unavailable else {
      return log.error("signing_failed", ["problem": .string("\(fault, default: "")")])
    }
    let hasChanged = lost.withLock { lost in
      fault == nil ? lost.remove(keyID) != nil : lost.insert(keyID).inserted
    }
    guard hasChanged else { return }
    let key = LogValue.string(Hex.encode(keyID))
    if let fault {
      log.error("signer_lost", ["key": key, "problem": .string("\(fault)")])
    } else {
      log.info("signer_back", ["key": key])
    }
  }
}
