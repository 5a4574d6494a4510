import Foundation
import PassgateTestKit
import Testing

@testable import PassgateCrypto

@Suite struct RevocationListTests {
  private let authority: TestAuthority
  private let issuer: CertificateIssuer

  init() throws {
    authority = try TestAuthority()
    issuer = try CertificateIssuer(authority.issuing, signer: authority.signer)
  }

  /// The fault of a list of the authority's issuing certificate; nil when it is good.
  private func faultOf(
    _ der: [UInt8], issuer: Certificate? = nil, at time: Int64 = testTime, grace: Int64 = 0,
    after former: Revocations? = nil
  ) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in
      _ = try RevocationList(der: der).verify(
        issuer: issuer ?? authority.issuing, at: time, grace: grace, after: former)
    }
  }

  // MARK: Issue

  @Test(arguments: SignatureAlgorithm.allCases)
  func readsWhatItIssues(_ algorithm: SignatureAlgorithm) throws {
    let issuer = try selfSignedIssuer(algorithm)
    let template = sampleList(30, number: 0x80)
    let list = try RevocationList(file: issuer.issue(template).pem())
    #expect(list.number == SerialNumber(0x80))
    #expect(list.entries == template.entries.sorted { $0.serial < $1.serial })
    let found = try list.verify(issuer: issuer.certificate, at: testTime)
    #expect(found.issuerKeyID == issuer.certificate.publicKey.keyID)
    for entry in template.entries { #expect(found.entry(for: entry.serial.bytes) == entry) }
    for index in 30..<60 { #expect(found.entry(for: sampleSerial(index).bytes) == nil) }
  }

  @Test(
    .enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"),
    arguments: SignatureAlgorithm.allCases)
  func issuesWhatOpenSSLReads(_ algorithm: SignatureAlgorithm) throws {
    let issuer = try selfSignedIssuer(algorithm)
    let folder = try TemporaryDirectory()
    for (name, pem) in [
      ("crl.pem", try issuer.issue(sampleList(12, number: 7)).pem()),
      ("ca.pem", try issuer.certificate.pem()),
    ] {
      try Data(pem).write(to: URL(filePath: folder.path(name)))
    }
    let (status, text) = try OpenSSLCommand.output(
      ["crl", "-in", folder.path("crl.pem"), "-noout", "-text", "-CAfile", folder.path("ca.pem")])
    #expect(status == 0)
    // The command knows no id for lists, so that it cannot find SM2's right.
    #expect(text.contains("verify OK") == (algorithm != .sm2SM3))
    for words in ["Key Compromise", "CA Compromise", "Superseded", "Cessation Of Operation"] {
      #expect(text.contains(words))
    }
    #expect(text.split(separator: "Serial Number").count == 13)
  }

  @Test func issuesAnEmptyList() throws {
    let list = try issuer.issue(sampleList(0))
    #expect(try list.verify(issuer: authority.issuing, at: testTime).count == 0)
  }

  // MARK: Times and numbers

  @Test(arguments: [
    // Its maker's clock may be five minutes ahead.
    (Int64(-1301), Int64(0), CryptoError.Reason.outsideValidity), (-1300, 0, nil), (1000, 0, nil),
    (1001, 0, .outsideValidity), (1001, 1, nil), (1002, 1, .outsideValidity),
  ])
  func includesBothEndsOfItsTime(_ second: Int64, _ grace: Int64, _ expected: CryptoError.Reason?) throws {
    #expect(faultOf(try HandmadeList(authority).signed(), at: testTime + second, grace: grace) == expected)
  }

  @Test func staysWithTheNewestList() throws {
    let verified = { (number: UInt64, time: Int64) in
      try issuer.issue(sampleList(1, number: number, at: time)).verify(
        issuer: authority.issuing, at: testTime)
    }
    let former = try verified(5, testTime - 100)
    let der = { (number: UInt64, time: Int64) in try issuer.issue(sampleList(1, number: number, at: time)).der
    }
    #expect(faultOf(try der(4, testTime), after: former) == .superseded)
    #expect(faultOf(try der(6, testTime - 101), after: former) == .superseded)
    #expect(faultOf(try der(5, testTime - 100), after: former) == nil)
    #expect(faultOf(try der(6, testTime), after: former) == nil)
    // Another issuer counts for itself.
    let other = try selfSignedIssuer(.ed25519)
    let list = try other.issue(sampleList(1, number: 1))
    #expect(faultOf(list.der, issuer: other.certificate, after: former) == nil)
  }

  @Test func demandsANumberAndANextUpdate() throws {
    var list = try HandmadeList(authority)
    list.extensions?.removeLast()
    #expect(faultOf(try list.signed()) == .malformed)
    list = try HandmadeList(authority)
    list.validity.removeLast()
    #expect(faultOf(try list.signed()) == .malformed)
  }

  // MARK: Whose list it is

  @Test func refusesTheListOfANamesake() throws {
    let namesake = try TestAuthority()
    let list = try HandmadeList(namesake).signed()
    #expect(faultOf(list, issuer: namesake.issuing) == nil)
    #expect(faultOf(list) == .mismatch)
    var forged = try HandmadeList(namesake)
    forged.extensions?[0] = try HandmadeList.keyIdentifier(authority.issuing.publicKey.keyID)
    #expect(faultOf(try forged.signed()) == .notAuthentic)
    #expect(faultOf(list, issuer: authority.root) == .mismatch)
  }

  @Test func demandsTheKeyIdentifierOfItsIssuer() throws {
    var list = try HandmadeList(authority)
    list.extensions?.removeFirst()
    #expect(faultOf(try list.signed()) == .mismatch)
  }

  @Test(
    .enabled(if: hasSM2Files, "needs ../shared/testdata/pki/sm2"),
    arguments: [
      ("openssl_root_crl_defaultid.pem", nil),
      ("openssl_root_crl_emptyid.pem", CryptoError.Reason.notAuthentic),
    ])
  func believesSM2ListsOfTheStandardIDAlone(_ file: String, _ expected: CryptoError.Reason?) throws {
    let root = try sharedCertificates("openssl_root.crt.pem")[0]
    let list = try RevocationList(file: sharedFile(file))
    #expect(faultOf(list.der, issuer: root) == expected)
  }

  @Test(arguments: RevocationCase.all)
  func judgesTheSharedCases(_ revocationCase: RevocationCase) throws {
    #expect(try revocationCase.isGood() == (revocationCase.expected_result == "SUCCESS"))
  }

  // MARK: Hostile lists

  @Test func refusesEveryChangeOfAByte() throws {
    let good = try issuer.issue(sampleList(3)).der
    #expect(faultOf(good) == nil)
    for index in good.indices {
      var bad = good
      bad[index] ^= 0x01
      #expect(faultOf(bad) != nil, "byte \(index)")
      bad[index] = good[index] ^ 0x80
      #expect(faultOf(bad) != nil, "byte \(index)")
    }
  }

  @Test func refusesEveryTruncation() throws {
    let good = try issuer.issue(sampleList(3)).der
    for length in good.indices { #expect(faultOf(Array(good[..<length])) == .malformed) }
    #expect(faultOf(good + [0]) == .malformed)
  }

  @Test func refusesMoreThanItReads() {
    let large = [UInt8](repeating: 0x30, count: RevocationList.maximumLength + 1)
    #expect(faultOf(large) == .malformed)
    #expect(fault { () throws(CryptoError) in _ = try RevocationList(file: [0x2d] + large) } == .malformed)
  }

  @Test(arguments: [
    [], [0x30], [0x30, 0x80, 0, 0], [0x30, 0x84, 0xff, 0xff, 0xff, 0xff], [0x1f, 0x81, 0x01],
  ])
  func refusesWhatIsNoDER(_ bytes: [UInt8]) {
    #expect(faultOf(bytes) == .malformed)
  }

  /// Extensions of the list beside the two that it needs.
  @Test(arguments: [
    ("2.5.29.18", true, nil), ("2.5.29.46", false, nil), ("1.2.156.999.2", false, nil),
    ("1.2.156.999.2", true, CryptoError.Reason.unsupported), ("2.5.29.27", true, .unsupported),
    ("2.5.29.27", false, .unsupported), ("2.5.29.28", true, .unsupported), ("2.5.29.28", false, .unsupported),
    ("2.5.29.20", false, .malformed),
  ])
  func knowsWhatItMayPassOver(_ identifier: String, _ critical: Bool, _ expected: CryptoError.Reason?) throws
  {
    var list = try HandmadeList(authority)
    list.extensions?.append(
      try CertificateTemplate.extensionItem(identifier, critical: critical, DER.integer([7])))
    #expect(faultOf(try list.signed()) == expected)
  }

  @Test(arguments: [
    ("2.5.29.24", false, nil), ("2.5.29.24", true, nil), ("1.2.156.999.2", false, nil),
    ("1.2.156.999.2", true, CryptoError.Reason.unsupported), ("2.5.29.29", true, .unsupported),
    ("2.5.29.29", false, .unsupported),
  ])
  func knowsWhatAnEntryMaySay(_ identifier: String, _ critical: Bool, _ expected: CryptoError.Reason?) throws
  {
    var list = try HandmadeList(authority)
    let item = try CertificateTemplate.extensionItem(identifier, critical: critical, DER.integer([7]))
    list.entries = try HandmadeList.entry([1]) + HandmadeList.entry([2], item)
    #expect(faultOf(try list.signed()) == expected)
  }

  @Test(arguments: [
    ([0x01], nil), ([0x0a], nil), ([0x07], CryptoError.Reason.malformed), ([0x08], .malformed),
    ([0x0b], .malformed), ([0x00, 0x01], .malformed), ([], .malformed),
  ])
  func knowsTheReasons(_ code: [UInt8], _ expected: CryptoError.Reason?) throws {
    var list = try HandmadeList(authority)
    let item = try CertificateTemplate.extensionItem("2.5.29.21", DER.element(0x0a, code))
    list.entries = try HandmadeList.entry([1], item)
    #expect(faultOf(try list.signed()) == expected)
  }

  @Test(arguments: [
    ([0x01], nil), ([0x00, 0xff], nil), ([0x80], CryptoError.Reason.malformed), ([], .malformed),
    ([0x00, 0x01], .malformed), (Array(repeating: 0x7f, count: 20), nil),
    ([0x00] + Array(repeating: 0xff, count: 20), nil), (Array(repeating: 0x7f, count: 21), .malformed),
  ])
  func takesPositiveSerialNumbersOfTwentyBytes(_ serial: [UInt8], _ expected: CryptoError.Reason?) throws {
    var list = try HandmadeList(authority)
    list.entries = try HandmadeList.entry(serial)
    #expect(faultOf(try list.signed()) == expected)
  }

  @Test func refusesOtherShapes() throws {
    let good = try HandmadeList(authority)
    var list = good
    list.version = []
    #expect(faultOf(try list.signed()) == .malformed)
    list.version = DER.integer([2])
    #expect(faultOf(try list.signed()) == .malformed)
    list = good
    list.outerIdentifier = SignatureAlgorithm.ed25519.identifier
    #expect(faultOf(try list.signed()) == .malformed)
    list = good
    list.identifier = SignatureAlgorithm.ed25519.identifier
    #expect(faultOf(try list.signed()) == .mismatch)
    list.identifier = [0x30, 0x03, 0x06, 0x01, 0x2a]
    #expect(faultOf(try list.signed()) == .unsupported)
    list = good
    list.extensions = []
    #expect(faultOf(try list.signed()) == .malformed)
    list.extensions = nil
    #expect(faultOf(try list.signed()) == .mismatch)
  }

  @Test(arguments: [
    ("20261201000000Z", true), ("20260229000000Z", false), ("20280229000000Z", true),
    ("20261301000000Z", false), ("20261200000000Z", false), ("20261201240000Z", false),
    ("20261201006000Z", false), ("20261201000060Z", false), ("202612010000Z", false),
    ("2026120100000ZZ", false), ("20261201000000+", false),
  ])
  func readsTimes(_ text: String, _ isGood: Bool) throws {
    var reader = DERReader(DER.element(0x18, Array(text.utf8)))
    #expect(((try? reader.time()) != nil) == isGood)
  }

  @Test(arguments: [
    Int64(0), 951_782_399, 951_868_800, 1_796_083_200, 2_524_607_999, 2_524_608_000, 4_107_542_400,
    32_503_680_000,
  ])
  func readsTheTimesThatItWrites(_ seconds: Int64) throws {
    var reader = DERReader(try DER.time(seconds))
    #expect(try reader.time() == seconds)
  }

  @Test func takesManyEntries() throws {
    let list = try issuer.issue(sampleList(20_000))
    let found = try list.verify(issuer: authority.issuing, at: testTime)
    #expect(found.count == 20_000)
    #expect(found.entry(for: sampleSerial(19_999).bytes) != nil)
    #expect(found.entry(for: sampleSerial(20_000).bytes) == nil)
    #expect(found.entry(for: [UInt8](repeating: 1, count: 21)) == nil)
  }
}

@Suite struct SerialNumberTests {
  @Test(arguments: [
    ([], [0], "00"), ([0, 0], [0], "00"), ([0, 0x0a], [0x0a], "0a"),
    (
      [UInt8](repeating: 0xab, count: 20), [UInt8](repeating: 0xab, count: 20),
      String(repeating: "ab", count: 20)
    ),
  ])
  func keepsItsBytes(_ bytes: [UInt8], _ kept: [UInt8], _ text: String) throws {
    let number = try #require(SerialNumber(bytes))
    #expect(number.bytes == kept)
    #expect(number.description == text)
  }

  @Test func ordersByValue() {
    let samples: [[UInt8]] =
      [[0], [1], [0xff], [1, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0]] + [
        [UInt8](repeating: 1, count: 16), [UInt8](repeating: 1, count: 17), [UInt8](repeating: 1, count: 20),
      ]
    let numbers = samples.compactMap { SerialNumber($0) }
    #expect(numbers == numbers.sorted())
    #expect(Set(numbers).count == samples.count)
    #expect(SerialNumber(256) == SerialNumber([1, 0]))
    #expect(SerialNumber([UInt8](repeating: 1, count: 21)) == nil)
  }
}
