import PassgateDomain
import PassgateWire

/// What a worker does with a task: looks at its pictures and compares them.
struct Examination {
  let engine: FaceEngine
  /// Nil where nothing is compared.
  let calibration: CalibrationFile?

  /// Does all of the work whatever is wrong with one picture, so that the time tells nothing of the others.
  func find(_ task: PortraitTask) -> PortraitFinding {
    let live = task.live.isEmpty ? nil : engine.embed(task.live, as: .live)
    let reference = reference(task)
    var finding = PortraitFinding()
    finding.liveFault = live.flatMap(\.faultNumber) ?? 0
    finding.pictureHash = live.map { $0.fault == .badImage ? [] : $0.pictureHash } ?? []
    finding.referenceFault = reference.fault
    if !task.referenceImage.isEmpty { finding.referenceVector = reference.vector.flatMap(\.littleEndian) }
    let vector = live?.vector ?? []
    compare(vector, reference.vector, into: &finding)
    finding.frames = task.frames.map { frame($0, against: vector) }
    return finding
  }

  private func reference(_ task: PortraitTask) -> (fault: UInt32, vector: [Float]) {
    if !task.referenceImage.isEmpty {
      let found = engine.embed(task.referenceImage, as: .record)
      return (found.faultNumber ?? 0, found.vector)
    }
    if task.referenceVector.isEmpty { return (0, []) }
    let vector = [Float](littleEndian: task.referenceVector)
    // A vector that cannot be one of the model is as good as a picture that cannot be read.
    let isFit = vector.count == engine.manifest.dimension && vector.allSatisfy(\.isFinite)
    return isFit ? (0, vector) : (UInt32(PortraitFault.badImage.rawValue), [])
  }

  private func compare(_ live: [Float], _ reference: [Float], into finding: inout PortraitFinding) {
    guard let calibration = calibration?.calibration, !live.isEmpty, !reference.isEmpty else { return }
    let (distance, score) = calibration.score(live: live, reference: reference)
    finding.distance = distance
    finding.score = UInt32(clamping: score)
    finding.isSamePhotograph = distance < Self.samePhotograph(engine.manifest.backend)
  }

  private func frame(_ picture: [UInt8], against live: [Float]) -> FrameFinding {
    let found = engine.embed(picture, as: .live)
    let isComparable = !found.vector.isEmpty && !live.isEmpty
    let score =
      isComparable ? calibration?.calibration.score(live: live, reference: found.vector).score ?? 0 : 0
    let yaw = found.yaw.isFinite ? Int(min(90, max(-90, found.yaw.rounded()))) : 0
    return FrameFinding(fault: found.faultNumber ?? 0, yaw: yaw, score: UInt32(clamping: score))
  }

  /// Below this distance two pictures are one photograph: a portrait that was compressed again comes as near as 0.07 to
  /// itself, and no two photographs of one person came below 0.12 (dlib). Unit vectors of other models lie wider apart.
  private static func samePhotograph(_ backend: String) -> Double { backend == "dlib" ? 0.15 : 0.2 }
}

extension FaceFinding {
  /// Of the engine's interface; nil where there is none.
  var faultNumber: UInt32? { fault.map { UInt32($0.rawValue) } }
}
