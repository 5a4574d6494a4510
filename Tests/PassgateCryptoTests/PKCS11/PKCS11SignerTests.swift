import CPKCS11
@testable import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

extension PKCS11Tests {
  @Suite struct PKCS11SignerTests {
    private let soft: SoftToken
    private let label = SoftToken.freshLabel()
    private let uri: PKCS11URI
    private let token: PKCS11Token

    init() throws {
      soft = try SoftToken.take()
      uri = try PKCS11URI(soft.uri(label))
      token = try PKCS11Token(uri, readPIN: soft.readPIN)
    }

    /// What `body` throws, which must be a refusal.
    private func refusal<Value>(_ body: () throws(CryptoError) -> Value) -> CryptoError? {
      do throws(CryptoError) {
        _ = try body()
        Issue.record("nothing was refused")
        return nil
      } catch {
        #expect(!error.detail.contains(soft.pin))
        return error
      }
    }

    @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .ed25519, .rsaPSSSHA256, .rsaPKCS1SHA256])
    func signsForEachAlgorithm(_ algorithm: SignatureAlgorithm) throws {
      let made = try token.generate(uri, algorithm, rsaBits: 2048)
      #expect(made.isRemote)
      try made.publicKey.check(for: algorithm)
      // Another one, which learns all from the token, as after a restart.
      let signer = try PKCS11Signer(uri, algorithm, token: token)
      #expect(signer.publicKey.keyID == made.publicKey.keyID)
      let verifier = try Verifier(made.publicKey, algorithm)
      // Long enough for r and s with leading zeros to come up, which DER leaves out.
      for number in 0..<(algorithm == .ecdsaP256SHA256 ? 300 : 3) {
        let message = Array("message \(number)".utf8)
        let signature = try signer.sign(message.span)
        let isValid = verifier.isValid(signature: signature.span, of: message.span)
        #expect(isValid)
      }
    }

    @Test func certifiesItsOwnKey() throws {
      let signer = try token.generate(uri, .ecdsaP256SHA256)
      let request = try CertificateRequest(subject: DistinguishedName(commonName: "token"), signer: signer)
      #expect(request.publicKey.keyID == signer.publicKey.keyID)
    }

    @Test func signsFromManyThreads() throws {
      let signer = try token.generate(uri, .ecdsaP256SHA256)
      let failures = Mutex<[String]>([])
      let threads = try (0..<12).map { thread in
        try spawnThread(name: "signing-\(thread)") {
          do {
            let verifier = try Verifier(signer.publicKey, .ecdsaP256SHA256)
            for number in 0..<20 {
              let message = Array("\(thread) \(number)".utf8)
              let signature = try signer.sign(message.span)
              if !verifier.isValid(signature: signature.span, of: message.span) {
                failures.withLock { $0.append("a signature is not of its message") }
              }
            }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(failures.withLock { $0 } == [])
    }

    @Test func doesNotOverwriteAKey() throws {
      let first = try token.generate(uri, .ecdsaP256SHA256)
      #expect(refusal { () throws(CryptoError) in try token.generate(uri, .ed25519) }?.reason == .mismatch)
      #expect(
        try token.keys().filter { $0.label == label }.map { $0.publicKey?.keyID } == [first.publicKey.keyID])
    }

    @Test func knowsAKeyByItsID() throws {
      let first = try token.generate(uri.with(object: label, id: Array("\(label)1".utf8)), .ecdsaP256SHA256)
      let id = Array("\(label)2".utf8)
      let second = try token.generate(uri.with(object: label + "2", id: id), .ecdsaP256SHA256)
      let found = try PKCS11Signer(uri.with(object: nil, id: id), .ecdsaP256SHA256, token: token)
      #expect(
        found.publicKey.keyID == second.publicKey.keyID && first.publicKey.keyID != found.publicKey.keyID)
      #expect(
        refusal { () throws(CryptoError) in
          try PKCS11Signer(uri.with(object: nil), .ecdsaP256SHA256, token: token)
        }?.reason == .malformed)
    }

    @Test func refusesSM2WithASentence() throws {
      let error = refusal { () throws(CryptoError) in try PKCS11Signer(uri, .sm2SM3, token: token) }
      #expect(error?.reason == .unsupported && error?.detail.contains("sm2-sm3") == true)
    }

    @Test func refusesAKeyOfAnotherKind() throws {
      _ = try token.generate(uri, .ed25519)
      #expect(
        refusal { () throws(CryptoError) in
          try PKCS11Signer(uri, .ecdsaP256SHA256, token: token)
        }?.reason == .mismatch)
    }

    @Test(arguments: [(CKA_EXTRACTABLE, true, "CKA_EXTRACTABLE"), (CKA_SENSITIVE, false, "CKA_SENSITIVE")])
    func refusesAKeyThatCanLeaveItsToken(_ attribute: UInt, _ value: Bool, _ expected: String) throws {
      let inToken = try PKCS11Algorithm(.ecdsaP256SHA256)
      let names: [PKCS11Attribute] = [
        .init(CKA_TOKEN, true), .init(CKA_LABEL, Array(label.utf8)), .init(CKA_ID, Array(label.utf8)),
      ]
      var safe = [CKA_SENSITIVE: true, CKA_EXTRACTABLE: false]
      safe[attribute] = value
      let attributes = safe
      try token.perform(forWriting: true) { session throws(PKCS11Fault) in
        try session.generate(
          inToken.generation, publicHalf: names + [.init(CKA_EC_PARAMS, inToken.curve)],
          privateHalf: names + attributes.map { PKCS11Attribute($0.key, $0.value) })
      }
      let error = refusal { () throws(CryptoError) in try PKCS11Signer(uri, .ecdsaP256SHA256, token: token) }
      #expect(error?.reason == .weakKey && error?.detail.contains(expected) == true)
      #expect(try token.keys().first { $0.label == label }?.weakness?.contains(expected) == true)
    }

    @Test func refusesTheKeyOfAnotherCertificate() throws {
      _ = try token.generate(uri, .ecdsaP256SHA256)
      let other = try PrivateKey.generate(.ecdsaP256SHA256).publicKey
      let signer = try PKCS11Signer(uri, .ecdsaP256SHA256, publicKey: other, token: token)
      #expect(refusal { () throws(CryptoError) in try signer.sign([1, 2, 3].span) }?.reason == .mismatch)
    }

    @Test func saysThatATokenOrAKeyIsMissing() throws {
      let elsewhere = try PKCS11URI(soft.uri(label).replacing("token=", with: "token=no-"))
      let noToken = try PKCS11Token(elsewhere, readPIN: soft.readPIN)
      let error = refusal { () throws(CryptoError) in try noToken.keys() }
      #expect(error?.reason == .unavailable && error?.detail.contains("shows no such token") == true)
      let missing = refusal { () throws(CryptoError) in try PKCS11Signer(uri, .ecdsaP256SHA256, token: token)
      }
      #expect(missing?.reason == .unavailable && missing?.detail.contains(label) == true)
    }

    @Test func saysThatALibraryIsMissing() throws {
      for path in ["/usr/lib/no-such-library.so", "/etc/hostname"] {
        let uri = try PKCS11URI("pkcs11:token=t?module-path=\(path)")
        let error = refusal { () throws(CryptoError) in try PKCS11Token(uri, readPIN: nil).keys() }
        #expect(error?.reason == .unavailable && error?.detail.contains(path) == true)
      }
    }

    @Test func triesAWrongPINOnce() throws {
      let pins = Mutex((given: "000000", asked: 0))
      let clock = ManualClock()
      var limits = PKCS11Limits()
      limits.now = { clock.monotonicNanoseconds() }
      let token = try PKCS11Token(
        PKCS11URI(soft.uri()),
        readPIN: { () throws(CryptoError) in
          pins.withLock {
            $0.asked += 1
            return Array($0.given.utf8)
          }
        }, limits: limits)
      #expect(refusal { () throws(CryptoError) in try token.keys() }?.detail.contains("tried once") == true)
      // Within the pause nobody even reads the file.
      #expect(refusal { () throws(CryptoError) in try token.keys() }?.reason == .unavailable)
      #expect(pins.withLock { $0.asked } == 1)
      clock.advance(milliseconds: 60_000)
      #expect(refusal { () throws(CryptoError) in try token.keys() }?.detail.contains("tried once") == true)
      // A corrected file is taken without a restart.
      pins.withLock { $0.given = soft.pin }
      clock.advance(milliseconds: 60_000)
      #expect(try token.keys().isEmpty)
    }

    @Test func asksForAPINFile() throws {
      let token = try PKCS11Token(uri, readPIN: nil)
      #expect(refusal { () throws(CryptoError) in try token.keys() }?.detail.contains("pin-source") == true)
    }
  }
}
