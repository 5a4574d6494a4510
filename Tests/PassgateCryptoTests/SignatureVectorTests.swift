import PassgateCrypto
import PassgateTestKit
import Testing

/// The verdicts of public signature vectors; `acceptable` is a reject.
@Suite struct SignatureVectorTests {
  struct File: Sendable, CustomTestStringConvertible {
    let name: String
    let algorithm: SignatureAlgorithm
    let cases: Int
    let valid: Int
    var testDescription: String { name }
  }

  static let files = [
    File(
      name: "wycheproof/ecdsa_secp256r1_sha256_test.json", algorithm: .ecdsaP256SHA256, cases: 484, valid: 174
    ),
    File(name: "wycheproof/ed25519_test.json", algorithm: .ed25519, cases: 151, valid: 88),
    File(
      name: "wycheproof/rsa_signature_2048_sha256_test.json", algorithm: .rsaPKCS1SHA256, cases: 259, valid: 9
    ),
    File(
      name: "wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json", algorithm: .rsaPSSSHA256, cases: 108,
      valid: 63),
  ]

  @Test(
    .enabled(if: SharedData.path("pki/wycheproof") != nil, "needs ../shared/testdata/pki/wycheproof"),
    arguments: files)
  func wycheproof(_ file: File) throws {
    let vectors = try #require(try SignatureVectors.load(file.name))
    var (run, accepted) = (0, 0)
    for group in vectors.testGroups {
      let verifier = try Verifier(PublicKey(bytes(group.publicKeyDer)), file.algorithm)
      for vector in group.tests {
        let valid = verifier.accepts(bytes(vector.sig), of: bytes(vector.msg))
        #expect(valid == (vector.result == "valid"), "case \(vector.tcId): \(vector.comment)")
        run += 1
        accepted += valid ? 1 : 0
      }
    }
    #expect(run == file.cases && accepted == file.valid && run == vectors.numberOfTests)
  }

  @Test(.enabled(if: SharedData.path("pki/sm2") != nil, "needs ../shared/testdata/pki/sm2"))
  func sm2() throws {
    let vectors = try #require(try SignatureVectors.load("sm2/sm2_sm3_vectors.json"))
    var (run, accepted) = (0, 0)
    for group in vectors.testGroups {
      let key = try PublicKey(bytes(group.publicKeyDer))
      for vector in group.tests {
        let verifier = try Verifier(key, .sm2SM3, distinguishingID: bytes(#require(vector.distid)))
        let signature = Self.derSignature(bytes(vector.sig), encoding: try #require(vector.encoding))
        let valid = signature.map { verifier.accepts($0, of: bytes(vector.msg)) } ?? false
        #expect(valid == (vector.result == "valid"), "case \(vector.tcId): \(vector.comment)")
        run += 1
        accepted += valid ? 1 : 0
      }
    }
    #expect(run == 229 && accepted == 97 && run == vectors.numberOfTests)
  }

  /// The signature as the verifier takes it; nil when it is not written in the `encoding` declared for it.
  private static func derSignature(_ signature: [UInt8], encoding: String) -> [UInt8]? {
    if encoding == "der" { return signature }
    guard encoding == "raw64", signature.count == 64 else { return nil }
    return der(0x30, derInteger(Array(signature[..<32])), derInteger(Array(signature[32...])))
  }
}
