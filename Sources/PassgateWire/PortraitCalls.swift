import CPassgate

/// What was done to see that a person stood before the camera, not a picture of one (ISO/IEC 30107-1).
package enum PresentationAttackCheck: UInt32, Sendable, CaseIterable {
  /// Nothing: the picture may be of a picture.
  case noCheck = 1
  /// The head was turned as the platform asked.
  case challenge = 2
  /// A capture device of the tenant signed the picture with the platform's nonce.
  case attested = 3

  /// `NO_CHECK`
  package var name: String {
    switch self {
    case .noCheck: "NO_CHECK"
    case .challenge: "CHALLENGE"
    case .attested: "ATTESTED"
    }
  }
}

/// The side to which the person is asked to turn the head, their own.
package enum HeadTurn: UInt32, Sendable, CaseIterable {
  case left = 1
  case right = 2
}

/// Body of `Verification/StartCapture`.
package struct StartCaptureRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) { self.salt = salt }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_capture_request__init)

  init(from fields: FieldReader) throws(WireError) { salt = try fields.salt() }

  func write(to fields: FieldWriter) { fields.set(1, salt) }
}

/// Reply of `Verification/StartCapture`.
package struct StartCaptureReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes.
  package var captureID: [UInt8]
  /// 32 bytes, for the capture device to sign.
  package var nonce: [UInt8]
  /// What to ask of the person.
  package var turn: HeadTurn
  /// Unix time.
  package var expiresMilliseconds: UInt64

  package init(
    salt: [UInt8], captureID: [UInt8], nonce: [UInt8], turn: HeadTurn, expiresMilliseconds: UInt64
  ) {
    self.salt = salt
    self.captureID = captureID
    self.nonce = nonce
    self.turn = turn
    self.expiresMilliseconds = expiresMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_capture_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    captureID = try fields.bytes(2, exactly: WireLength.identifier)
    nonce = try fields.bytes(3, exactly: CaptureStatement.nonceLength)
    turn = try fields.choice(4)
    expiresMilliseconds = fields.uint64(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, captureID)
    fields.set(3, nonce)
    fields.set(4, turn.rawValue)
    fields.set(5, expiresMilliseconds)
  }
}

/// What a capture device signs.
package struct CaptureStatement: MappedMessage {
  /// Bytes of a capture's nonce.
  package static let nonceLength = 32

  /// 32 bytes, of the capture.
  package var nonce: [UInt8]
  /// SHA-256 of the live picture.
  package var imageDigest: [UInt8]
  /// Unix time.
  package var capturedMilliseconds: UInt64

  package init(nonce: [UInt8], imageDigest: [UInt8], capturedMilliseconds: UInt64) {
    self.nonce = nonce
    self.imageDigest = imageDigest
    self.capturedMilliseconds = capturedMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__capture_statement__init)

  init(from fields: FieldReader) throws(WireError) {
    nonce = try fields.bytes(1, exactly: Self.nonceLength)
    imageDigest = try fields.bytes(2, exactly: WireLength.digest)
    capturedMilliseconds = fields.uint64(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, nonce)
    fields.set(2, imageDigest)
    fields.set(3, capturedMilliseconds)
  }
}

/// A capture device's word for a live picture.
package struct CaptureAttestation: MappedMessage {
  /// The device's certificate and its issuer's.
  package static let certificateLimit = 2
  /// Bytes of one of them.
  static let certificateLengths = 1...4 * 1024
  /// A statement's bytes, with room for encodings that are not the shortest.
  static let statementLengths = 1...256

  /// `CaptureStatement` as the device encoded it.
  package var statement: [UInt8]
  /// Of the leaf "passgate/1 capture", directly.
  package var signature: [UInt8]
  /// DER, the device's first.
  package var certificates: [[UInt8]]

  package init(statement: [UInt8], signature: [UInt8], certificates: [[UInt8]]) {
    self.statement = statement
    self.signature = signature
    self.certificates = certificates
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__capture_attestation__init)

  init(from fields: FieldReader) throws(WireError) {
    statement = try fields.bytes(1, Self.statementLengths)
    signature = try fields.bytes(2, WireLength.signature)
    certificates = try fields.byteStrings(
      3, upTo: Self.certificateLimit, lengths: Self.certificateLengths)
    guard !certificates.isEmpty else { throw WireError(.missing, field: fields.name(3)) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, statement)
    fields.set(2, signature)
    fields.set(3, certificates)
  }
}

/// Body of `Verification/VerifyPortrait`.
package struct VerifyPortraitRequest: MappedMessage, Withheld {
  /// Bytes of a picture.
  package static let pictureLimit = 512 * 1024
  /// Frames of one capture.
  package static let frameLimit = 5

  /// 16 random bytes.
  package var salt: [UInt8]
  package var claim: IdentityClaim
  /// The live picture, JPEG or JPEG 2000, as it came; the service judges its size.
  package var image: [UInt8]
  /// 16 bytes: compare with the portrait of this chip, read just now; empty: with the one on record.
  package var readingID: [UInt8]
  /// 16 bytes; empty: no capture was begun.
  package var captureID: [UInt8]
  /// Of the capture, in order, while the head turned.
  package var frames: [[UInt8]]
  /// Of the capture; nil: none.
  package var attestation: CaptureAttestation?

  package init(
    salt: [UInt8], claim: IdentityClaim, image: [UInt8], readingID: [UInt8] = [], captureID: [UInt8] = [],
    frames: [[UInt8]] = [], attestation: CaptureAttestation? = nil
  ) {
    self.salt = salt
    self.claim = claim
    self.image = image
    self.readingID = readingID
    self.captureID = captureID
    self.frames = frames
    self.attestation = attestation
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_portrait_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    claim = try fields.message(2)
    image = fields.bytes(3)
    readingID = try fields.optionalIdentifier(4)
    captureID = try fields.optionalIdentifier(5)
    frames = try fields.byteStrings(6, upTo: Self.frameLimit, lengths: 1...Self.pictureLimit)
    attestation = try fields.optionalMessage(7)
    guard !image.isEmpty else { throw WireError(.missing, field: fields.name(3)) }
    // Frames and a device's word are of a capture, or of nothing.
    guard !captureID.isEmpty || frames.isEmpty && attestation == nil else {
      throw WireError(.missing, field: fields.name(5))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, claim)
    fields.set(3, image)
    fields.set(4, readingID)
    fields.set(5, captureID)
    fields.set(6, frames)
    fields.set(7, attestation)
  }
}

/// Reply of `Verification/VerifyPortrait`.
package struct VerifyPortraitReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var result: IdentityVerdict
  /// What was checked and passed.
  package var presentationAttackCheck: PresentationAttackCheck

  package init(
    salt: [UInt8], result: IdentityVerdict, presentationAttackCheck: PresentationAttackCheck
  ) {
    self.salt = salt
    self.result = result
    self.presentationAttackCheck = presentationAttackCheck
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_portrait_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    result = try fields.message(2)
    presentationAttackCheck = try fields.choice(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, result)
    fields.set(3, presentationAttackCheck.rawValue)
  }
}

extension FieldReader {
  /// An identifier, or nothing.
  fileprivate func optionalIdentifier(_ number: Int) throws(WireError) -> [UInt8] {
    bytes(number).isEmpty ? [] : try bytes(number, exactly: WireLength.identifier)
  }

  /// A few byte strings of bounded lengths.
  fileprivate func byteStrings(
    _ number: Int, upTo limit: Int, lengths: ClosedRange<Int>
  ) throws(WireError) -> [[UInt8]] {
    let all = byteStrings(number)
    guard all.count <= limit else { throw WireError(.tooMany, field: name(number)) }
    guard all.allSatisfy({ lengths.contains($0.count) }) else {
      throw WireError(.badLength, field: name(number))
    }
    return all
  }
}
