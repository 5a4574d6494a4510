import Foundation
import PassgateCrypto
import PassgateWire
import Testing

/// `Tests/Vectors/envelope.json`, made by an implementation of its own.
struct EnvelopeVectors: Decodable, Sendable {
  struct Key: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let algorithm: UInt32
    let publicKey: Hexadecimal
    let keyID: Hexadecimal
    var testDescription: String { name }
  }

  struct Envelope: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let key: String
    let fields: [String: Field]
    let callID: UInt64
    let header: Hexadecimal
    let body: Hexadecimal
    let leaf: Hexadecimal
    let root: Hexadecimal
    let statement: Hexadecimal
    let value: Hexadecimal
    let treeSize: UInt64
    let leafIndex: UInt64
    let path: [Hexadecimal]
    let frame: Hexadecimal
    var testDescription: String { "\(kind) \(callID) by \(key)" }
  }

  struct Capture: Decodable, Sendable, CustomTestStringConvertible {
    let key: String
    let fields: [String: Field]
    let image: Hexadecimal
    let header: Hexadecimal
    let leaf: Hexadecimal
    let statement: Hexadecimal
    let value: Hexadecimal
    var testDescription: String { "capture by \(key)" }
  }

  struct NamedFrame: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let frame: Hexadecimal
    var testDescription: String { name }
  }

  /// A header's field: a number, or text that is bytes in hexadecimal where the field is bytes.
  enum Field: Decodable, Sendable {
    case number(UInt64)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self =
        try (try? container.decode(UInt64.self)).map(Field.number) ?? .text(container.decode(String.self))
    }
  }

  let root: Hexadecimal
  let keys: [Key]
  let envelopes: [Envelope]
  let captures: [Capture]
  let frames: [NamedFrame]

  static let all: EnvelopeVectors? = try? JSONDecoder().decode(
    EnvelopeVectors.self, from: Repository.read("Tests/Vectors/envelope.json"))
}

/// Bytes written as hexadecimal digits.
struct Hexadecimal: Decodable, Sendable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    bytes = Hexadecimal.bytes(of: try decoder.singleValueContainer().decode(String.self))
  }

  static func bytes(of digits: String) -> [UInt8] {
    let values = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}

@Suite struct EnvelopeVectorTests {
  private static let vectors = EnvelopeVectors.all
  static let envelopes = vectors?.envelopes ?? []
  static let keys = vectors?.keys ?? []
  static let captures = vectors?.captures ?? []
  static let frames = vectors?.frames ?? []

  @Test func theVectorsAreThere() {
    #expect(Self.keys.count == 11)
    #expect(Self.envelopes.count == 16)
    #expect(Self.captures.count == 4)
    #expect(Self.frames.count == 8)
  }

  @Test(arguments: keys) func aKeyIsKnownByItsDigest(_ key: EnvelopeVectors.Key) throws {
    let publicKey = try PublicKey(spki: key.publicKey.bytes.span)
    #expect(publicKey.keyID == key.keyID.bytes)
    let algorithm = try #require(SignatureAlgorithm(rawValue: key.algorithm))
    try publicKey.check(for: algorithm)
  }

  @Test(arguments: envelopes) func aFrameIsReadAndWrittenAlike(_ vector: EnvelopeVectors.Envelope) throws {
    let frame = try decode(vector.frame.bytes)
    #expect(frame.callID == vector.callID)
    #expect(frameBytes(frame) == vector.frame.bytes)
    let parts = try Parts(frame)
    #expect(parts.header == vector.header.bytes)
    #expect(parts.body == vector.body.bytes)
    #expect(
      parts.signature
        == Signature(
          value: vector.value.bytes, treeSize: vector.treeSize, leafIndex: vector.leafIndex,
          path: vector.path.map(\.bytes)))
  }

  @Test(arguments: envelopes) func aHeaderHasTheseFields(_ vector: EnvelopeVectors.Envelope) throws {
    let bytes = vector.header.bytes
    if vector.kind == "request" {
      let header = try RequestHeader(decoding: bytes.span)
      #expect(try header == RequestHeader(vector.fields))
      #expect(header.encoded() == bytes)
    } else {
      let header = try ResponseHeader(decoding: bytes.span)
      #expect(try header == ResponseHeader(vector.fields))
      #expect(header.encoded() == bytes)
    }
  }

  @Test(arguments: envelopes) func aSignatureCoversHeaderAndBody(_ vector: EnvelopeVectors.Envelope) throws {
    let key = try #require(Self.keys.first { $0.name == vector.key })
    let algorithm = try #require(SignatureAlgorithm(rawValue: key.algorithm))
    let hasher = try Hasher(algorithm.hash)
    let label: SignedStatement.Label = vector.kind == "request" ? .request : .response
    let leaf = SignedStatement.leaf(label, header: vector.header.bytes.span, hasher: hasher)
    let signature = MerkleSignature(
      value: vector.value.bytes, treeSize: vector.treeSize, leafIndex: vector.leafIndex,
      path: vector.path.map(\.bytes))
    let verifier = try Verifier(PublicKey(spki: key.publicKey.bytes.span), algorithm)
    let bodyDigest = hasher.digest(vector.body.bytes.span)
    #expect(try vector.fields.bytes("body_digest") == bodyDigest)
    #expect(leaf == vector.leaf.bytes)
    #expect(signature.root(leaf: leaf, hasher: hasher) == vector.root.bytes)
    #expect(
      SignedStatement.statement(treeSize: vector.treeSize, root: vector.root.bytes) == vector.statement.bytes)
    #expect(verifier.isValid(signature, leaf: leaf, hasher: hasher))
  }

  @Test(arguments: captures) func aDeviceSignsItsStatement(_ vector: EnvelopeVectors.Capture) throws {
    let key = try #require(Self.keys.first { $0.name == vector.key })
    let algorithm = try #require(SignatureAlgorithm(rawValue: key.algorithm))
    let statement = try CaptureStatement(
      nonce: vector.fields.bytes("nonce"), imageDigest: vector.fields.bytes("image_digest"),
      capturedMilliseconds: vector.fields.number("captured_ms"))
    #expect(statement.encoded() == vector.header.bytes)
    let image = vector.image.bytes
    #expect(sha256(image.span) == statement.imageDigest)
    let hasher = try Hasher(algorithm.hash)
    let leaf = SignedStatement.leaf(.capture, header: vector.header.bytes.span, hasher: hasher)
    #expect(leaf == vector.leaf.bytes)
    #expect(SignedStatement.statement(treeSize: 1, root: leaf) == vector.statement.bytes)
    let signature = MerkleSignature(value: vector.value.bytes, treeSize: 1, leafIndex: 0, path: [])
    let verifier = try Verifier(PublicKey(spki: key.publicKey.bytes.span), algorithm)
    #expect(verifier.isValid(signature, leaf: leaf, hasher: hasher))
  }

  @Test(arguments: envelopes) func aBodyIsWrittenAlike(_ vector: EnvelopeVectors.Envelope) throws {
    let bytes = vector.body.bytes
    let encoded =
      if vector.fields["method"] != nil {
        try requestBody(vector)
      } else if try vector.fields.number("status") != 0 {
        try Refusal(decoding: bytes.span).encoded()
      } else if vector.callID == 9 {
        try HealthCheckReply(decoding: bytes.span).encoded()
      } else {
        try VerifyIdentityReply(decoding: bytes.span).encoded()
      }
    #expect(encoded == bytes)
  }

  private func requestBody(_ vector: EnvelopeVectors.Envelope) throws -> [UInt8] {
    switch try vector.fields.text("method") {
    case "passgate.v1.Health/Check": try HealthCheckRequest(decoding: vector.body.bytes.span).encoded()
    default: try VerifyIdentityRequest(decoding: vector.body.bytes.span).encoded()
    }
  }

  @Test func aReplyNamesARequestByItsLeaf() throws {
    let leaves = Set(Self.envelopes.filter { $0.kind == "request" }.map(\.leaf.bytes))
    for response in Self.envelopes where response.kind == "response" {
      #expect(try leaves.contains(response.fields.bytes("request_digest")))
    }
  }

  @Test(arguments: frames) func aFrameWithoutSignatureIsWrittenAlike(_ vector: EnvelopeVectors.NamedFrame)
    throws
  {
    #expect(try frameBytes(decode(vector.frame.bytes)) == vector.frame.bytes)
  }

  @Test func theReplyKeyOfHelloLeadsToTheRoot() throws {
    let vectors = try #require(Self.vectors)
    let first = try #require(Self.frames.first)
    guard case .hello(let hello) = try decode(first.frame.bytes).kind else {
      Issue.record("the first frame is no Hello")
      return
    }
    let chain = try hello.replyKeys.flatMap(\.certificates).map { try Certificate(der: $0.span) }
    let leaf = try #require(chain.first)
    try ChainVerifier.verify(
      leaf, intermediates: Array(chain.dropFirst()), anchors: [Certificate(der: vectors.root.bytes.span)],
      at: Int64(hello.serverTimeMilliseconds / 1000), purpose: .replySigning)
    #expect(leaf.publicKey.keyID == Self.keys.first { $0.name == "reply-p256" }?.keyID.bytes)
    #expect(hello.limits == Limits())
  }

  private func decode(_ bytes: [UInt8]) throws -> Frame {
    var reader = FrameReader()
    reader.append(bytes.span)
    let payload = try #require(try reader.next(limit: 65_536))
    return try Frame(decoding: payload.span)
  }

  private struct Parts {
    let header: [UInt8]
    let body: [UInt8]
    let signature: Signature

    init(_ frame: Frame) throws {
      switch frame.kind {
      case .request(let request):
        (header, body, signature) = (request.header, request.body, request.signature)
      case .response(let reply): (header, body, signature) = (reply.header, reply.body, reply.signature)
      default: throw WireError(.wrongType, field: "kind")
      }
    }
  }
}

extension [String: EnvelopeVectors.Field] {
  fileprivate func number(_ name: String) throws -> UInt64 {
    guard case .number(let number) = self[name] else { throw WireError(.missing, field: name) }
    return number
  }

  fileprivate func text(_ name: String) throws -> String {
    guard case .text(let text) = self[name] else { throw WireError(.missing, field: name) }
    return text
  }

  fileprivate func bytes(_ name: String) throws -> [UInt8] { Hexadecimal.bytes(of: try text(name)) }

  fileprivate func choice<Choice: RawRepresentable<UInt32>>(_ name: String) throws -> Choice {
    try #require(Choice(rawValue: UInt32(number(name))))
  }
}

extension RequestHeader {
  fileprivate init(_ fields: [String: EnvelopeVectors.Field]) throws {
    try self.init(
      deployment: fields.choice("deployment"), tenantID: fields.text("tenant_id"),
      keyID: fields.bytes("key_id"),
      algorithm: UInt32(fields.number("algorithm")), method: fields.text("method"),
      sceneID: fields.text("scene_id"), createdMilliseconds: fields.number("created_ms"),
      timeoutMilliseconds: UInt32(fields.number("timeout_ms")),
      channelBinding: fields.bytes("channel_binding"), sequence: fields.number("sequence"),
      bodyDigest: fields.bytes("body_digest"), traceID: fields.bytes("trace_id"),
      publicKey: fields.bytes("public_key"))
  }
}

extension ResponseHeader {
  fileprivate init(_ fields: [String: EnvelopeVectors.Field]) throws {
    try self.init(
      deployment: fields.choice("deployment"), tenantID: fields.text("tenant_id"),
      keyID: fields.bytes("key_id"),
      algorithm: UInt32(fields.number("algorithm")), requestDigest: fields.bytes("request_digest"),
      status: fields.choice("status"), reason: fields.choice("reason"),
      createdMilliseconds: fields.number("created_ms"), bodyDigest: fields.bytes("body_digest"))
  }
}
