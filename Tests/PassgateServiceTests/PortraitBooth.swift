import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// Stands in for the workers: it finds what it is told to find, and remembers what it was asked.
final class StandInExaminer: PortraitExaminer {
  typealias Result = Swift.Result<PortraitFinding, PortraitFailure>

  private struct State: Sendable {
    var standing: PortraitStanding?
    var isHeld = false
    var waiting = 0
    var tasks: [PortraitTask] = []
    var answer: @Sendable (PortraitTask) -> Result = { .success(StandInExaminer.alike($0)) }
  }

  static let model = [UInt8](repeating: 7, count: 32)
  static let calibration = [UInt8](repeating: 9, count: 32)

  private let state = Monitor(State())
  private let queue: BoundedQueue

  /// - Parameters:
  ///   - threads: checks at a time.
  ///   - room: checks that may wait.
  init(threads: Int = 2, room: Int = 16) throws {
    queue = try BoundedQueue(name: "stand-in", threads: threads, calls: room, bytes: .max)
    set(standing: Self.ready)
  }

  static let ready = PortraitStanding(
    modelID: model, calibrationID: calibration, development: true, dimension: 128, engine: "stand-in",
    sandbox: "none")

  /// One person, with a picture of its own each time, whatever is sent.
  static func alike(_ task: PortraitTask, score: UInt32 = 750, distance: Double = 0.36) -> PortraitFinding {
    PortraitFinding(
      pictureHash: sha256(task.live.span), distance: distance, score: score,
      frames: task.frames.indices.map { FrameFinding(yaw: $0 * 12, score: 800) })
  }

  func set(standing: PortraitStanding?) { state.update { $0.standing = standing } }
  func answer(_ answer: @escaping @Sendable (PortraitTask) -> Result) { state.update { $0.answer = answer } }
  func find(_ finding: @escaping @Sendable (PortraitTask) -> PortraitFinding) {
    answer { .success(finding($0)) }
  }

  /// Lets nothing that is asked come to an end until it is let go.
  func hold(_ isHeld: Bool) { state.update { $0.isHeld = isHeld } }

  /// Waits until so many checks are with it at once.
  func waitForChecks(_ count: Int) { state.wait { $0.waiting >= count ? () : nil } }

  /// What it was asked since the last time.
  func takeTasks() -> [PortraitTask] {
    state.update { state in
      defer { state.tasks = [] }
      return state.tasks
    }
  }

  // MARK: PortraitExaminer

  var standing: PortraitStanding? { state.update { $0.standing } }
  var problem: String? { nil }

  func submit(bytes: Int, _ check: @escaping @Sendable () -> Void) -> Bool {
    queue.submit(bytes: bytes, check)
  }

  func examine(_ task: PortraitTask, deadline: UInt64) throws(PortraitFailure) -> PortraitFinding {
    let answer = state.update { state in
      state.tasks.append(task)
      state.waiting += 1
      return state.answer
    }
    state.wait { $0.isHeld ? nil : () }
    state.update { $0.waiting -= 1 }
    return try answer(task).get()
  }

  /// The platform that it serves may be started again.
  func stop() { hold(false) }

  deinit { queue.stop() }
}

/// A platform with one guest on record, and a tenant with a camera.
struct PortraitBooth {
  static let portrait = StoredPortrait(
    image: Array("the portrait on record".utf8), vector: [UInt8](repeating: 3, count: 512),
    modelID: StandInExaminer.model)

  let platform: TestPlatform
  let examiner: StandInExaminer
  let session: ClientSession

  /// - Parameter portrait: the guest's, on record; nil for none.
  init(
    portrait: StoredPortrait? = PortraitBooth.portrait, record: RegistryRecord = Guest.record,
    threads: Int = 2, room: Int = 16
  ) throws {
    let examiner = try StandInExaminer(threads: threads, room: room)
    let platform = try TestPlatform(examiner: examiner)
    self.examiner = examiner
    self.platform = platform
    try platform.load([record])
    if let portrait { try platform.keep(portrait, of: record) }
    session = try platform.mobileTenant().session
    // Large frames come in once a request has verified.
    _ = try session.call(Guest.draft())
  }

  /// A picture that nobody has sent before.
  static func picture() -> [UInt8] { Array("a live picture ".utf8) + freshSalt() }

  static func body(
    _ claim: PassgateWire.IdentityClaim = Guest.claim(), _ image: [UInt8] = picture()
  ) -> VerifyPortraitRequest {
    VerifyPortraitRequest(salt: freshSalt(), claim: claim, image: image)
  }

  func verify(_ body: VerifyPortraitRequest = PortraitBooth.body(), scene: String = "lodging") throws
    -> ClientAnswer
  {
    try session.call(Self.draft(body, scene: scene))
  }

  static func draft(_ body: VerifyPortraitRequest = PortraitBooth.body(), scene: String = "lodging")
    -> ClientDraft
  {
    ClientDraft(
      method: "passgate.v1.Verification/VerifyPortrait", scene: scene, body: body.encoded(), timeout: 20_000)
  }

  func startCapture(scene: String = "lodging") throws -> ClientAnswer {
    try session.call(
      ClientDraft(
        method: "passgate.v1.Verification/StartCapture", scene: scene,
        body: StartCaptureRequest(salt: freshSalt()).encoded()))
  }
}

extension TestPlatform {
  /// Puts a portrait beside a record, while the platform is down.
  func keep(_ portrait: StoredPortrait, of record: RegistryRecord) throws {
    try restart {
      let store = try RegistryStore(path: folder.path("registry.sqlite"))
      let cipher = try RegistryCipher(try registryKeys.ring())
      let key = cipher.documentKey(try DocumentRecord(record).number)
      let sealed = try cipher.seal(portrait, under: key)
      _ = try store.importChunk(
        importID: freshSalt(), chunk: 0, rows: [], portraits: [.set(key: key, sealed: sealed)], records: 0,
        last: true, at: 0)
    }
  }
}

extension ClientAnswer {
  /// The leaf hash of the request that it answers.
  var requestDigest: [UInt8] { header.requestDigest }

  /// The reply of a portrait check; nil for anything else.
  var portrait: VerifyPortraitReply? {
    status == .ok ? try? VerifyPortraitReply(decoding: body.span) : nil
  }

  /// The reply that begins a capture; nil for anything else.
  var capture: StartCaptureReply? { status == .ok ? try? StartCaptureReply(decoding: body.span) : nil }
}

extension IdentityVerdict {
  static let consistent = IdentityVerdict(verdict: .consistent, undeterminedReason: .notApplicable)
  static let inconsistent = IdentityVerdict(verdict: .inconsistent, undeterminedReason: .notApplicable)
  static func undetermined(_ reason: PassgateWire.UndeterminedReason) -> IdentityVerdict {
    IdentityVerdict(verdict: .undetermined, undeterminedReason: reason)
  }
}
