import PassgateCrypto
import PassgateTestKit
import Testing

/// The verdicts of public vectors for the algorithms of travel documents.
@Suite struct DocumentSignatureVectorTests {
  struct File: Sendable, CustomTestStringConvertible {
    let name: String
    let algorithm: DocumentSignatureAlgorithm
    let cases: Int
    let valid: Int
    var testDescription: String { name }
  }

  static let files = [
    File(
      name: "ecdsa_brainpoolP224r1_sha224_test.json", algorithm: .ecdsa(.sha224, .der), cases: 453, valid: 145
    ),
    File(
      name: "ecdsa_brainpoolP256r1_sha256_test.json", algorithm: .ecdsa(.sha256, .der), cases: 485, valid: 176
    ),
    File(
      name: "ecdsa_brainpoolP256r1_sha256_p1363_test.json", algorithm: .ecdsa(.sha256, .plain), cases: 261,
      valid: 175),
    // The one "acceptable" signature leaves the NULL of its DigestInfo out, as RFC 8017 allows and issuers do.
    File(name: "rsa_signature_2048_sha256_test.json", algorithm: .rsaPKCS1(.sha256), cases: 259, valid: 10),
    File(
      name: "rsa_pss_2048_sha256_mgf1_32_test.json", algorithm: .rsaPSS(.sha256, mask: .sha256, salt: 32),
      cases: 108, valid: 63),
  ]

  @Test(.enabled(if: TravelData.isThere, TravelData.hint), arguments: files)
  func wycheproof(_ file: File) throws {
    let vectors = try TravelData.vectors(file.name)
    var (run, accepted) = (0, 0)
    for group in vectors.testGroups {
      let key = try DocumentKey(spki: bytes(group.publicKeyDer))
      for vector in group.tests {
        let isValid = key.isValid(
          signature: bytes(vector.sig), of: bytes(vector.msg), algorithm: file.algorithm)
        #expect(isValid == (vector.result != "invalid"), "case \(vector.tcId): \(vector.comment)")
        run += 1
        accepted += isValid ? 1 : 0
      }
    }
    #expect(run == file.cases && accepted == file.valid && run == vectors.numberOfTests)
  }

  static let kinds: [(DocumentKey.Kind, DocumentSignatureAlgorithm)] =
    DocumentCurve.allCases.map { (.ec($0), .ecdsa(.sha256, .der)) }
    + DocumentDigest.allCases.flatMap { digest -> [(DocumentKey.Kind, DocumentSignatureAlgorithm)] in
      [
        (.rsa(bits: 2048), .rsaPKCS1(digest)),
        (.rsa(bits: 2048), .rsaPSS(digest, mask: .sha1, salt: 20)),
        (.ec(.secp521r1), .ecdsa(digest, .plain)),
      ]
    }

  @Test(arguments: kinds)
  func everyKindOfKeySignsAndVerifies(_ kind: DocumentKey.Kind, _ algorithm: DocumentSignatureAlgorithm)
    throws
  {
    let key = try DocumentPrivateKey.generate(kind)
    let signature = try key.sign([1, 2, 3], algorithm)
    let again = try DocumentKey(spki: key.publicKey.spki)
    #expect(again.kind == kind && again.isValid(signature: signature, of: [1, 2, 3], algorithm: algorithm))
    #expect(!again.isValid(signature: signature, of: [1, 2, 4], algorithm: algorithm))
    #expect(!again.isValid(signature: signature + [0], of: [1, 2, 3], algorithm: algorithm))
    #expect(!again.isValid(signature: [], of: [1, 2, 3], algorithm: algorithm))
    let other: DocumentSignatureAlgorithm =
      if case .ec = kind { .rsaPKCS1(.sha256) } else { .ecdsa(.sha256, .der) }
    #expect(!again.isValid(signature: signature, of: [1, 2, 3], algorithm: other))
  }
}
