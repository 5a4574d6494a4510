import Foundation
import PassgateTestKit
import Testing

@testable import PassgateCrypto

/// A list put together part by part, each of which a test may spoil.
struct HandmadeList {
  var version = DER.integer([1])
  var validity = [testTime - 1000, testTime + 1000]
  /// The RevokedCertificates, or nothing.
  var entries: [UInt8] = []
  /// The Extensions in their order; nil for a list without.
  var extensions: [[UInt8]]?
  var identifier = SignatureAlgorithm.ecdsaP256SHA256.identifier
  /// What stands beside the signature.
  var outerIdentifier: [UInt8]?
  private let authority: TestAuthority

  init(_ authority: TestAuthority) throws {
    self.authority = authority
    extensions = [try Self.keyIdentifier(authority.issuing.publicKey.keyID), try Self.number([7])]
  }

  static func keyIdentifier(_ bytes: [UInt8]) throws -> [UInt8] {
    try CertificateTemplate.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, bytes)))
  }

  static func number(_ magnitude: [UInt8]) throws -> [UInt8] {
    try CertificateTemplate.extensionItem("2.5.29.20", DER.integer(magnitude))
  }

  /// One entry with these extensions.
  static func entry(_ serial: [UInt8], _ extensions: [UInt8]...) throws -> [UInt8] {
    let list = extensions.isEmpty ? [] : DER.sequence(extensions.flatMap(\.self))
    return DER.sequence(DER.element(0x02, serial), try DER.time(testTime - 500), list)
  }

  /// The list, signed by the authority's issuing key.
  func signed() throws -> [UInt8] {
    var body = version + identifier
    body += try authority.issuing.encodedSubject()
    for time in validity { body += try DER.time(time) }
    if !entries.isEmpty { body += DER.sequence(entries) }
    if let extensions { body += DER.tagged(0, constructed: true, DER.sequence(extensions.flatMap(\.self))) }
    let signedPart = DER.sequence(body)
    let signature = try authority.signer.sign(signedPart.span)
    return DER.sequence(signedPart, outerIdentifier ?? identifier, DER.bitString(signature))
  }
}

/// A self-signed authority with a key of each algorithm.
func selfSignedIssuer(_ algorithm: SignatureAlgorithm) throws -> CertificateIssuer {
  let signer = try FileSigner(TestKeys.key(for: algorithm), algorithm)
  let template = CertificateTemplate(
    subject: try DistinguishedName(commonName: "Issuer \(algorithm.name)"), use: .authority(pathLength: 0),
    validity: TestAuthority.validity)
  return try CertificateIssuer(Certificate.selfSigned(template, by: signer), signer: signer)
}

/// A template with so many entries, whose serial numbers are 16 bytes long and in no order.
func sampleList(_ count: Int, number: UInt64 = 1, at time: Int64 = testTime) -> RevocationListTemplate {
  let entries = (0..<count).map { index in
    RevokedCertificate(
      serial: sampleSerial(index), reason: RevocationReason.allCases[index % RevocationReason.allCases.count],
      revokedAt: time - Int64(index))
  }
  return RevocationListTemplate(
    number: SerialNumber(number), validity: (time - 60)...(time + 86_400), entries: entries)
}

/// The serial number at `index` of the sample: spread by a multiplication.
func sampleSerial(_ index: Int) -> SerialNumber {
  let spread = UInt64(index + 1) &* 0x9e37_79b9_7f4a_7c15
  let bytes = (0..<8).map { UInt8(truncatingIfNeeded: spread >> (8 * $0)) }
  return SerialNumber([0x41] + bytes + Array(repeating: 5, count: 7)) ?? SerialNumber(0)
}

/// A certificate of the shared vectors with the lists that come with it.
struct RevocationCase: Decodable, CustomTestStringConvertible, Sendable {
  let id: String
  let trusted_certs: [String]
  let untrusted_intermediates: [String]
  let peer_certificate: String
  let validation_time: String?
  let crls: [String]?
  let expected_result: String

  var testDescription: String { id }

  /// Those of `../shared/testdata/pki/<name>` that have lists; none where it is absent.
  static func load(_ name: String) -> [RevocationCase] {
    struct File: Decodable { let testcases: [RevocationCase] }
    guard let path = SharedData.path("pki/\(name)"),
      let data = try? Data(contentsOf: URL(filePath: path)),
      let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.testcases.filter { !($0.crls ?? []).isEmpty }
  }

  static let all = load("tenant/tenant_cert_cases.json") + load("limbo/limbo_dev.json")

  /// Hard-fail: a certificate is good only when its issuer's list was believed and does not name it.
  func isGood() throws -> Bool {
    let formatter = ISO8601DateFormatter()
    let date = try #require(formatter.date(from: validation_time ?? ""))
    let time = Int64(date.timeIntervalSince1970)
    let leaf = try #require(try Certificate.parsePEM(Array(peer_certificate.utf8)).first)
    let candidates = try (trusted_certs + untrusted_intermediates).flatMap {
      try Certificate.parsePEM(Array($0.utf8))
    }
    let issuer = try #require(candidates.first { leaf.isIssued(by: $0) })
    for text in crls ?? [] {
      guard let list = try? RevocationList(file: Array(text.utf8)),
        let revocations = try? list.verify(issuer: issuer, at: time)
      else { continue }
      return revocations.entry(for: leaf.serial) == nil
    }
    return false
  }
}
