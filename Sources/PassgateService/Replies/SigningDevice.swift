import PassgateCrypto
import PassgateRPC
import PassgateSystem
import Synchronization

/// The thread of a key that a device holds: while one signature is under way, what all loops hand in gathers, and the
/// next signature covers it.
///
/// A device that fails or keeps silent is lost: what waits for it is given back unsigned, and trial signatures find out
/// when it is back.
final class SigningDevice: Sendable {
  /// The leaves of replies that one loop hands in together.
  struct Batch: Sendable {
    let leaves: [[UInt8]]
    /// Whether a registered key signed the requests: others have trees of their own.
    let isRecorded: Bool
    let ticket: UInt64
    let mailbox: Mailbox
  }

  private struct Queue: Sendable {
    /// Of unrecorded requests, and of recorded ones.
    var batches: [[Batch]] = [[], []]
    /// Whose turn it is.
    var turn = 0
    var isTrialDue = false
    var isClosed = false
  }

  private enum Work {
    case sign([Batch])
    case trial
  }

  /// Leaves of one signature, as the wire bounds them.
  static let capacity = 65_536
  /// How long a signature may take before its device counts as lost, nanoseconds.
  static let patience: UInt64 = 5_000_000_000
  private static let trialInterval: UInt64 = 1_000_000_000

  let keyID: [UInt8]
  private let signer: any Signer
  private let clock: any Clock
  private let log: Log
  private let queue = Monitor(Queue())
  private let waiting = Atomic<Int>(0)
  private let lost = Atomic<Bool>(false)
  /// Monotonic nanoseconds; 0 while nothing is under way.
  private let busySince = Atomic<UInt64>(0)
  private let lastTrial = Atomic<UInt64>(0)
  private let thread = Mutex<RunningThread?>(nil)

  init(_ signer: any Signer, clock: any Clock, log: Log) throws(SystemError) {
    keyID = signer.publicKey.keyID
    self.signer = signer
    self.clock = clock
    self.log = log
    let started = try spawnThread(name: "signer", stackSize: 1 << 20) { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// False while the device is known to be gone.
  var isUp: Bool { !lost.load(ordering: .relaxed) }

  /// Leaves that wait for a signature.
  var backlog: Int { waiting.load(ordering: .relaxed) }

  /// Hands leaves in; the loop gets `ServiceMail.signed`.
  func submit(_ batch: Batch) {
    waiting.add(batch.leaves.count, ordering: .relaxed)
    let isTaken = queue.update { queue in
      if !queue.isClosed { queue.batches[batch.isRecorded ? 1 : 0].append(batch) }
      return !queue.isClosed
    }
    if !isTaken { giveBack([batch], nil) }
  }

  /// What is due at `now`, monotonic nanoseconds: a few times a second.
  func tend(now: UInt64) {
    let since = busySince.load(ordering: .relaxed)
    if since != 0 {
      if now > since, now - since > Self.patience { lose("a signature takes too long") }
    } else if !isUp, now >= lastTrial.load(ordering: .relaxed) + Self.trialInterval {
      lastTrial.store(now, ordering: .relaxed)
      queue.update { $0.isTrialDue = true }
    }
  }

  /// Ends the thread after what is queued is done.
  func close() { queue.update { $0.isClosed = true } }

  /// Waits for the thread's end.
  func join() { thread.withLock { $0 }?.join() }

  // MARK: The thread

  private func run() {
    while let work = next() {
      switch work {
      case .sign(let batches): sign(batches)
      case .trial: tryOut()
      }
    }
  }

  private func next() -> Work? {
    queue.wait { queue -> Work?? in
      if queue.isTrialDue {
        queue.isTrialDue = false
        return .trial
      }
      for turn in [queue.turn, 1 - queue.turn] where !queue.batches[turn].isEmpty {
        queue.turn = 1 - turn
        return .sign(Self.take(&queue.batches[turn]))
      }
      return queue.isClosed ? .some(nil) : nil
    }
  }

  /// As many batches as one tree can hold; at least one.
  private static func take(_ batches: inout [Batch]) -> [Batch] {
    var leaves = 0
    let count = batches.prefix { batch in
      leaves += batch.leaves.count
      return leaves <= capacity
    }.count
    defer { batches.removeFirst(max(1, count)) }
    return Array(batches.prefix(max(1, count)))
  }

  private func sign(_ batches: [Batch]) {
    // A device that is gone may take its time to say so.
    guard isUp else { return giveBack(batches, nil) }
    let signatures = attempt { () throws(CryptoError) in
      try MerkleSignature.sign(
        leaves: batches.flatMap(\.leaves), with: signer, hasher: Hasher(signer.algorithm.hash))
    }
    giveBack(batches, signatures)
  }

  private func giveBack(_ batches: [Batch], _ signatures: [MerkleSignature]?) {
    var place = 0
    for batch in batches {
      let end = place + batch.leaves.count
      batch.mailbox.post(
        ServiceMail.signed(ticket: batch.ticket, signatures: signatures.map { Array($0[place..<end]) }))
      place = end
    }
    waiting.subtract(place, ordering: .relaxed)
  }

  /// Signs what is nothing: random bytes under a label that no document has.
  private func tryOut() {
    _ = attempt { () throws(CryptoError) in
      let nothing = Array("passgate/1 trial".utf8) + [0] + (try randomBytes(32))
      _ = try signer.sign(nothing.span)
      return []
    }
  }

  private func attempt(
    _ body: () throws(CryptoError) -> [MerkleSignature]
  ) -> [MerkleSignature]? {
    busySince.store(max(1, clock.monotonicNanoseconds()), ordering: .relaxed)
    defer { busySince.store(0, ordering: .relaxed) }
    do throws(CryptoError) {
      let signatures = try body()
      regain()
      return signatures
    } catch {
      lose("\(error)")
      return nil
    }
  }

  private func lose(_ problem: String) {
    guard !lost.exchange(true, ordering: .relaxed) else { return }
    lastTrial.store(clock.monotonicNanoseconds(), ordering: .relaxed)
    log.error("signer_lost", ["key": .string(Hex.encode(keyID)), "problem": .string(problem)])
  }

  private func regain() {
    guard lost.exchange(false, ordering: .relaxed) else { return }
    log.info("signer_back", ["key": .string(Hex.encode(keyID))])
  }
}

/// The devices of a deployment, one for each key that one holds.
final class SigningDevices: Sendable {
  private let devices = Mutex<[[UInt8]: SigningDevice]>([:])
  private let clock: any Clock
  private let log: Log

  init(clock: any Clock, log: Log) {
    self.clock = clock
    self.log = log
  }

  var all: [SigningDevice] { devices.withLock { Array($0.values) } }

  /// The device of a key, shared by all loops.
  func device(of key: SigningKey) throws(CryptoError) -> SigningDevice {
    let id = key.signer.publicKey.keyID
    let made = devices.withLock { devices in
      Result<SigningDevice, SystemError> { () throws(SystemError) in
        if let device = devices[id] { return device }
        let device = try SigningDevice(key.signer, clock: clock, log: log)
        devices[id] = device
        return device
      }
    }
    do throws(SystemError) { return try made.get() } catch { throw CryptoError(.library, "\(error)") }
  }

  /// Ends the threads of keys that have come to their end.
  func keep(_ keyIDs: Set<[UInt8]>) {
    devices.withLock { devices in
      for (id, device) in devices where !keyIDs.contains(id) {
        device.close()
        devices[id] = nil
      }
    }
  }

  func stop() {
    for device in all { device.close() }
    for device in all { device.join() }
  }
}
