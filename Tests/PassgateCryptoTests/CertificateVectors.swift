import Foundation
import PassgateTestKit
import Testing

@testable import PassgateCrypto

/// One case of `limbo_dev.json` or `tenant_cert_cases.json`.
struct CertificateCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Passgate: Decodable, Sendable {
    let purpose: String
  }

  let id: String
  let profile: String?
  let passgate: Passgate?
  let trusted: [String]
  let untrusted: [String]
  let leaf: String
  let time: String?
  let lists: [String]
  let tenant: String?
  let depth: Int?
  let expected: String

  enum CodingKeys: String, CodingKey {
    case id, profile, passgate
    case trusted = "trusted_certs"
    case untrusted = "untrusted_intermediates"
    case leaf = "peer_certificate"
    case time = "validation_time"
    case lists = "crls"
    case tenant = "expected_tenant"
    case depth = "max_chain_depth"
    case expected = "expected_result"
  }

  var testDescription: String { id }
  var isGood: Bool { expected == "SUCCESS" }

  /// The cases of a shared file; none where it is absent.
  static func all(_ path: String) -> [CertificateCase] {
    struct File: Decodable { let testcases: [CertificateCase] }
    guard let file = SharedData.path("pki/\(path)"),
      let data = try? Data(contentsOf: URL(filePath: file)),
      let cases = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return cases.testcases
  }

  /// Seconds since 1970, without the fraction: certificates know none. "Now" is November 2026.
  var unixSeconds: Int64 {
    guard let time else { return 1_795_000_000 }
    let whole = String(time.prefix(19)) + "Z"
    return (try? Date(whole, strategy: .iso8601)).map { Int64($0.timeIntervalSince1970) } ?? 0
  }

  /// Throws unless everything here is good: the path, the lint, and the lists where there are any.
  func judge(_ profile: CertificateProfile, lints: Bool) throws {
    let leaf = try Self.certificate(leaf)
    // A certificate that cannot be read leads nowhere; the others may.
    let (untrusted, trusted) = (untrusted.compactMap(Self.readable), trusted.compactMap(Self.readable))
    try ChainVerifier.verify(
      leaf, intermediates: untrusted, anchors: trusted, at: unixSeconds, profile: profile, depth: depth ?? 8)
    if lints { try CertificateLint.check(leaf, under: profile, tenantID: tenant) }
    if !lists.isEmpty { try checkRevocation(of: leaf, issuers: untrusted + trusted) }
  }

  /// Fails hard: without a current list of the leaf's own issuer it is refused.
  private func checkRevocation(of leaf: Certificate, issuers: [Certificate]) throws {
    let name = try CertificateFacts(leaf).issuer
    let issuer = issuers.first { (try? CertificateFacts($0).subject) == name }
    guard let issuer else { throw CryptoError(.untrusted, "no issuer") }
    var current: [Revocations] = []
    for text in lists {
      let list = try RevocationList(file: Array(text.utf8))
      guard list.issuer == name else { continue }
      current.append(try list.verify(issuer: issuer, at: unixSeconds))
    }
    guard !current.isEmpty, current.allSatisfy({ $0.entry(for: leaf.serial) == nil }) else {
      throw CryptoError(.untrusted, "revoked, or nobody says")
    }
  }

  private static func certificate(_ text: String) throws -> Certificate {
    try Certificate.parsePEM(Array(text.utf8))[0]
  }

  private static func readable(_ text: String) -> Certificate? { try? certificate(text) }
}
