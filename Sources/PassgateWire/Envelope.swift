import CPassgate

/// Lengths in bytes that the specification fixes.
package enum WireLength {
  /// A digest, a key id and a channel binding.
  package static let digest = 32
  /// A salt, a trace id, an operation id and an import id.
  package static let identifier = 16
  static let header = 1...1024
  static let signature = 1...512
  /// A tree of 65,536 leaves has paths of 16 elements.
  static let pathElements = 16
  static let publicKey = 1...600
  static let method = 1...96
  static let tenant = 1...32
  /// A certificate, or a request for one.
  static let certificate = 16 * 1024
  /// The subject key identifier of a certificate.
  static let keyIdentifier = 1...64
}

/// One signature over the root of a Merkle tree of headers; a tree of one leaf when direct.
///
/// Decoding bounds its size only: whether the numbers fit each other is part of verifying it.
package struct Signature: MappedMessage {
  /// The key's signature of the statement, 1 to 512 bytes.
  package var value: [UInt8]
  package var treeSize: UInt64
  package var leafIndex: UInt64
  /// At most 16 digests of 32 bytes.
  package var path: [[UInt8]]

  package init(value: [UInt8], treeSize: UInt64, leafIndex: UInt64, path: [[UInt8]]) {
    self.value = value
    self.treeSize = treeSize
    self.leafIndex = leafIndex
    self.path = path
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__signature__init)

  init(from fields: FieldReader) throws(WireError) {
    value = try fields.bytes(1, WireLength.signature)
    treeSize = fields.uint64(2)
    leafIndex = fields.uint64(3)
    path = fields.byteStrings(4)
    guard path.count <= WireLength.pathElements else { throw WireError(.tooMany, field: fields.name(4)) }
    guard path.allSatisfy({ $0.count == WireLength.digest }) else {
      throw WireError(.badLength, field: fields.name(4))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, value)
    fields.set(2, treeSize)
    fields.set(3, leafIndex)
    fields.set(4, path)
  }
}

/// A signed call.
package struct Request: MappedMessage {
  /// Bytes of a `RequestHeader`, at most 1,024, signed as they are.
  package var header: [UInt8]
  /// Bound to the header by its digest.
  package var body: [UInt8]
  package var signature: Signature

  package init(header: [UInt8], body: [UInt8], signature: Signature) {
    self.header = header
    self.body = body
    self.signature = signature
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__request__init)

  init(from fields: FieldReader) throws(WireError) {
    header = try fields.bytes(1, WireLength.header)
    body = fields.bytes(2)
    signature = try fields.message(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, header)
    fields.set(2, body)
    fields.set(3, signature)
  }
}

/// The signed answer to a call.
package struct Response: MappedMessage {
  /// Bytes of a `ResponseHeader`, at most 1,024, signed as they are.
  package var header: [UInt8]
  /// The method's reply when the status is OK, else a `Refusal`.
  package var body: [UInt8]
  package var signature: Signature

  package init(header: [UInt8], body: [UInt8], signature: Signature) {
    self.header = header
    self.body = body
    self.signature = signature
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__response__init)

  init(from fields: FieldReader) throws(WireError) {
    header = try fields.bytes(1, WireLength.header)
    body = fields.bytes(2)
    signature = try fields.message(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, header)
    fields.set(2, body)
    fields.set(3, signature)
  }
}

/// The body of every reply whose status is not OK.
package struct Refusal: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// `Measures art.13`, where one applies.
  package var article: String
  /// What to do, in one sentence.
  package var remedy: String
  /// The field at fault, never its value.
  package var field: String
  /// 0: do not repeat unchanged.
  package var retryAfterMilliseconds: UInt32

  package init(
    salt: [UInt8], article: String = "", remedy: String, field: String = "",
    retryAfterMilliseconds: UInt32 = 0
  ) {
    self.salt = salt
    self.article = article
    self.remedy = remedy
    self.field = field
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__refusal__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    article = fields.text(2)
    remedy = fields.text(3)
    field = fields.text(4)
    retryAfterMilliseconds = fields.uint32(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, article)
    fields.set(3, remedy)
    fields.set(4, field)
    fields.set(5, retryAfterMilliseconds)
  }
}

extension FieldReader {
  /// The 16 random bytes in field 1 of every body.
  func salt() throws(WireError) -> [UInt8] {
    try bytes(1, exactly: WireLength.identifier)
  }

  /// The number of a signature algorithm of `Protos/`; the scan has refused numbers that have no name.
  func algorithm(_ number: Int) throws(WireError) -> UInt32 {
    let algorithm = enumeration(number)
    guard algorithm > 0 else { throw WireError(.missing, field: name(number)) }
    return algorithm
  }
}
