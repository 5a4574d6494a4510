import Foundation
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

/// Public data of travel documents that is kept beside the package.
enum TravelData {
  static let isThere = SharedData.path("emrtd/README.md") != nil
  static let hint: Comment = "needs ../shared/testdata/emrtd"

  static func bytes(_ name: String) throws -> [UInt8] {
    try Files.read(try #require(SharedData.path("emrtd/\(name)")))
  }

  static func certificate(_ name: String) throws -> DocumentCertificate {
    try DocumentCertificate(der: bytes(name))
  }

  static func list(_ name: String) throws -> DocumentRevocationList {
    try DocumentRevocationList(der: bytes(name))
  }

  static func vectors(_ name: String) throws -> SignatureVectors {
    try JSONDecoder().decode(
      SignatureVectors.self, from: Data(try bytes("wycheproof/\(name)")))
  }

  /// The German master list of 2026-05-28, read once.
  static let german = Result {
    try MasterList.parse(
      bytes("masterlist/DE_ML_2026-05-28-08-28-45.ml"),
      anchors: [certificate("masterlist/DE_ROOT_CA_CSCA07.cer")], at: november2026)
  }

  /// 2026-11-23 00:00:00 UTC, the day on which the data's README was written.
  static let november2026: Int64 = 1_795_392_000
}

/// A country of tests, with keys made once.
enum Utopia {
  static let validity: ClosedRange<Int64> = 1_700_000_000...2_000_000_000
  /// In the middle of it.
  static let now: Int64 = 1_800_000_000

  static let keys: [DocumentPrivateKey] = (0..<4).compactMap { _ in try? .generate(.ec(.brainpoolP256r1)) }
  static let algorithm = DocumentSignatureAlgorithm.ecdsa(.sha256, .der)

  static func authority(
    _ key: Int = 0, country: String = "UT", name: String = "CSCA", validity: ClosedRange<Int64> = validity
  ) throws -> DocumentAuthority {
    try DocumentAuthority(country: country, name: name, key: keys[key], algorithm, validity: validity)
  }

  static func signer(
    of authority: DocumentAuthority, _ key: Int = 1, role: DocumentAuthority.Role = .documentSigner,
    validity: ClosedRange<Int64> = validity
  ) throws -> DocumentSigner {
    try authority.signer(keys[key], algorithm, role: role, validity: validity)
  }

  /// Two data groups that are none, which hashing does not mind.
  static let groups: [Int: [UInt8]] = [1: [0x61, 1, 1], 14: [0x6e, 1, 14]]

  static func securityObject(by signer: DocumentSigner) throws -> [UInt8] {
    try signer.securityObject(over: groups, digest: .sha256)
  }
}

extension SignedDocument {
  /// Who has signed EF.SOD in `file`.
  static func signers(of file: [UInt8], _ trust: DocumentTrust) throws(CryptoError) -> [DocumentCertificate] {
    try SignedDocument(securityObjectFile: file).verified(by: trust)
  }
}
