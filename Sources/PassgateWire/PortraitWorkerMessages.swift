import CPassgate

/// What passes between the platform and its portrait worker, and how much of it.
package enum PortraitWire {
  /// Bytes of one picture.
  package static let pictureLimit = 4 << 20
  /// Frames of a challenge.
  package static let frameCountLimit = 8
  /// Numbers of a vector.
  package static let dimensionLimit = 512
  /// Bytes of an encoded task.
  package static let taskLimit = 16 << 20
  /// Bytes of an encoded finding.
  package static let findingLimit = 8 << 10
  /// Bytes of an order, and of what the program tells of itself.
  package static let packetLimit = 4 << 10
  /// The highest score.
  package static let scoreLimit: UInt32 = 1000
  /// The largest distance, which no two faces have.
  package static let distanceLimit = 1e6
  /// The highest number of a fault: 0 is none, the others are those of the engine's interface.
  package static let faultLimit: UInt32 = 8
}

/// What the worker's program is, told once it is ready to make workers.
package struct PortraitStanding: MappedMessage {
  /// SHA-256 over what the model consists of and the build that runs it.
  package var modelID: [UInt8]
  /// SHA-256 of the calibration file; empty without one.
  package var calibrationID: [UInt8]
  /// The calibration is none of an operator's own.
  package var development: Bool
  /// Numbers of a vector.
  package var dimension: Int
  /// For people: backend, build, linear algebra.
  package var engine: String
  /// For people: what confines a worker here.
  package var sandbox: String

  package init(
    modelID: [UInt8], calibrationID: [UInt8], development: Bool, dimension: Int, engine: String,
    sandbox: String
  ) {
    self.modelID = modelID
    self.calibrationID = calibrationID
    self.development = development
    self.dimension = dimension
    self.engine = engine
    self.sandbox = sandbox
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__portrait_standing__init)

  init(from fields: FieldReader) throws(WireError) {
    modelID = try fields.bytes(1, exactly: WireLength.digest)
    calibrationID = fields.bytes(2)
    guard calibrationID.isEmpty || calibrationID.count == WireLength.digest else {
      throw WireError(.badLength, field: fields.name(2))
    }
    development = fields.bool(3)
    dimension = Int(fields.uint32(4))
    guard (1...PortraitWire.dimensionLimit).contains(dimension) else {
      throw WireError(.outOfRange, field: fields.name(4))
    }
    engine = fields.text(5)
    sandbox = fields.text(6)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, modelID)
    fields.set(2, calibrationID)
    fields.set(3, development)
    fields.set(4, UInt32(clamping: dimension))
    fields.set(5, engine)
    fields.set(6, sandbox)
  }
}

/// What the platform tells the program to do.
package struct PortraitOrder: MappedMessage {
  package enum Act: UInt32, Sendable, CaseIterable {
    /// With it comes the socket that the new worker is to answer on.
    case fork = 1
    /// Whatever the worker does.
    case end = 2
  }

  package var act: Act
  /// The platform's own number for the worker, from 1 on, never used again.
  package var worker: UInt32

  package init(act: Act, worker: UInt32) {
    self.act = act
    self.worker = worker
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__portrait_order__init)

  init(from fields: FieldReader) throws(WireError) {
    act = try fields.choice(1)
    worker = fields.uint32(2)
    guard worker > 0 else { throw WireError(.missing, field: fields.name(2)) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, act.rawValue)
    fields.set(2, worker)
  }
}

/// Pictures to look at and compare.
package struct PortraitTask: MappedMessage, Withheld {
  /// Empty: the reference alone is embedded.
  package var live: [UInt8]
  /// Of a challenge, in order.
  package var frames: [[UInt8]]
  /// Empty where there is a vector, or nothing to compare with.
  package var referenceImage: [UInt8]
  /// Of this model: numbers as in `PortraitFinding.referenceVector`; it counts only without an image.
  package var referenceVector: [UInt8]

  package init(
    live: [UInt8] = [], frames: [[UInt8]] = [], referenceImage: [UInt8] = [], referenceVector: [UInt8] = []
  ) {
    self.live = live
    self.frames = frames
    self.referenceImage = referenceImage
    self.referenceVector = referenceVector
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__portrait_task__init)

  init(from fields: FieldReader) throws(WireError) {
    live = try fields.picture(1)
    frames = fields.byteStrings(2)
    guard frames.count <= PortraitWire.frameCountLimit else {
      throw WireError(.tooMany, field: fields.name(2))
    }
    guard frames.allSatisfy({ (1...PortraitWire.pictureLimit).contains($0.count) }) else {
      throw WireError(.badLength, field: fields.name(2))
    }
    referenceImage = try fields.picture(3)
    referenceVector = try fields.vector(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, live)
    fields.set(2, frames)
    fields.set(3, referenceImage)
    fields.set(4, referenceVector)
  }

  /// Behind its length, as it travels.
  package func framed() -> [UInt8] { behindLength(self) }
}

/// What a worker has found.
package struct PortraitFinding: MappedMessage, Withheld {
  /// Of the engine's interface; 0 is none.
  package var liveFault: UInt32
  /// Of the engine's interface; 0 is none.
  package var referenceFault: UInt32
  /// Where the task had an image without fault: numbers of 4 bytes, IEEE 754, little-endian.
  package var referenceVector: [UInt8]
  /// Perceptual, 32 bytes, of any live picture that decodes; else empty.
  package var pictureHash: [UInt8]
  /// Of live and reference, as the model gives it; nil where they were not compared.
  package var distance: Double?
  /// 0 to 1000: 200 x -log10 of how often different people reach it. It counts only with a distance.
  package var score: UInt32
  /// One for each frame of the task.
  package var frames: [FrameFinding]
  /// Live and reference are nearer than two photographs of one person come with this model: one was made from the other.
  package var isSamePhotograph: Bool

  package init(
    liveFault: UInt32 = 0, referenceFault: UInt32 = 0, referenceVector: [UInt8] = [],
    pictureHash: [UInt8] = [], distance: Double? = nil, score: UInt32 = 0, frames: [FrameFinding] = [],
    isSamePhotograph: Bool = false
  ) {
    self.liveFault = liveFault
    self.referenceFault = referenceFault
    self.referenceVector = referenceVector
    self.pictureHash = pictureHash
    self.distance = distance
    self.score = score
    self.frames = frames
    self.isSamePhotograph = isSamePhotograph
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__portrait_finding__init)

  init(from fields: FieldReader) throws(WireError) {
    liveFault = try fields.number(1, upTo: PortraitWire.faultLimit)
    referenceFault = try fields.number(2, upTo: PortraitWire.faultLimit)
    referenceVector = try fields.vector(3)
    pictureHash = fields.bytes(4)
    guard pictureHash.isEmpty || pictureHash.count == WireLength.digest else {
      throw WireError(.badLength, field: fields.name(4))
    }
    distance = try fields.double(5, upTo: PortraitWire.distanceLimit)
    score = try fields.number(6, upTo: PortraitWire.scoreLimit)
    frames = try fields.messages(7)
    guard frames.count <= PortraitWire.frameCountLimit else {
      throw WireError(.tooMany, field: fields.name(7))
    }
    isSamePhotograph = fields.bool(8)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, liveFault)
    fields.set(2, referenceFault)
    fields.set(3, referenceVector)
    fields.set(4, pictureHash)
    if let distance { fields.set(5, littleEndian(distance.bitPattern)) }
    fields.set(6, score)
    fields.set(7, frames)
    fields.set(8, isSamePhotograph)
  }

  /// Behind its length, as it travels.
  package func framed() -> [UInt8] { behindLength(self) }
}

/// What a worker has found in one frame of a challenge.
package struct FrameFinding: MappedMessage, Withheld {
  /// Of the engine's interface; 0 is none.
  package var fault: UInt32
  /// Degrees from -90 to 90, positive to the person's own left.
  package var yaw: Int
  /// 0 to 1000, against the live picture.
  package var score: UInt32

  package init(fault: UInt32 = 0, yaw: Int = 0, score: UInt32 = 0) {
    self.fault = fault
    self.yaw = yaw
    self.score = score
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__frame_finding__init)

  private static let ahead = 90

  init(from fields: FieldReader) throws(WireError) {
    fault = try fields.number(1, upTo: PortraitWire.faultLimit)
    yaw = Int(try fields.number(2, upTo: UInt32(2 * Self.ahead))) - Self.ahead
    score = try fields.number(3, upTo: PortraitWire.scoreLimit)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, fault)
    fields.set(2, UInt32(clamping: yaw + Self.ahead))
    fields.set(3, score)
  }
}

extension FieldReader {
  fileprivate func picture(_ number: Int) throws(WireError) -> [UInt8] {
    let picture = bytes(number)
    guard picture.count <= PortraitWire.pictureLimit else { throw WireError(.badLength, field: name(number)) }
    return picture
  }

  fileprivate func vector(_ number: Int) throws(WireError) -> [UInt8] {
    let vector = bytes(number)
    guard vector.count.isMultiple(of: 4), vector.count <= 4 * PortraitWire.dimensionLimit else {
      throw WireError(.badLength, field: name(number))
    }
    return vector
  }

  fileprivate func number(_ number: Int, upTo limit: UInt32) throws(WireError) -> UInt32 {
    let value = uint32(number)
    guard value <= limit else { throw WireError(.outOfRange, field: name(number)) }
    return value
  }

  /// IEEE 754, little-endian, from 0 on; nil when absent.
  fileprivate func double(_ number: Int, upTo limit: Double) throws(WireError) -> Double? {
    let value = bytes(number)
    guard !value.isEmpty else { return nil }
    guard value.count == 8 else { throw WireError(.badLength, field: name(number)) }
    let double = Double(bitPattern: value.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    guard (0...limit).contains(double) else { throw WireError(.outOfRange, field: name(number)) }
    return double
  }
}

private func littleEndian(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
