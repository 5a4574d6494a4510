import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateTestKit
import Testing

/// Files of public specimens, from passive authentication to the verdict.
struct SpecimenJudgementTests {
  private static func files(_ folder: String, _ names: [ChipFile: String]) throws -> [ChipFile: [UInt8]] {
    try names.mapValues { try Files.read(try #require(SharedData.path("emrtd/\(folder)/\($0)"))) }
  }

  private static func german() throws -> [ChipFile: [UInt8]] {
    try files(
      "chips/bsi2008",
      [
        .com: "EF_COM.bin", .sod: "EF_SOD.bin", .dg1: "Datagroup1.bin", .dg2: "Datagroup2.bin",
        .dg14: "Datagroup14.bin", .dg15: "Datagroup15.bin",
      ])
  }

  /// 2008-06-01.
  private static let time: UInt64 = 1_212_278_400_000

  private static func judge(
    _ files: [ChipFile: [UInt8]], trust: DocumentTrust, proofs: [ChipProof] = [], at time: UInt64 = time
  ) throws -> ChipEngine.Judgement {
    let password = AccessPassword.mrz(documentNumber: "C11T002JM", birthDate: "960812", expiry: "131031")
    let claim = try IdentityClaim(
      type: .passport, number: "EJ1234567", name: "MUSTERMANN ERIKA", birthDate: "1996-08-12")
    return ChipEngine().judge(
      ChipEvidence(read: files, access: .bac, password: password, proofs: proofs),
      PassiveAuthentication.judge(files, trust: trust, at: Int64(time / 1_000)), claim: claim,
      record: .some(nil), allowing: ClaimElements(OptionalElement.allCases), at: time)
  }

  /// Its DG15 is not in EF.SOD, so what is signed by that key says nothing; the key in DG14 was never tried.
  @Test(.enabled(if: SharedData.path("emrtd/chips/bsi2008") != nil, "needs ../shared/testdata/emrtd"))
  func aKeyBesideTheGermanSpecimenIsNotUsed() throws {
    let trust = DocumentTrust(authorities: [])
    for proofs in [[], [.activeAuthentication], [.failed(keyIn: .dg15)]] as [[ChipProof]] {
      let judged = try Self.judge(try Self.german(), trust: trust, proofs: proofs)
      let findings = judged.findings
      #expect(findings.sodSignature == .valid && findings.chain == .unknownCSCA)
      #expect(findings.algorithmPolicy == .weak && findings.uncoveredFiles == [.dg15])
      #expect(findings.chipGenuine == .notPerformed && findings.isDocumentExpired == false)
      #expect(findings.groups.contains(ChipVerdict.Group(.dg15, .notInSOD)))
      #expect(findings.groups.contains(ChipVerdict.Group(.dg3, .notSupplied)))
      #expect(judged.fields == nil && judged.verdict == .inconsistent, "another state's document")
    }
    let now = try Self.judge(try Self.german(), trust: trust, at: 1_795_406_400_000)
    #expect(now.findings.isDocumentExpired == true)
  }

  /// The mock authorities are French, and the zone is German: a chain that holds does not make them its issuer.
  @Test(.enabled(if: SharedData.path("emrtd/synthetic") != nil, "needs ../shared/testdata/emrtd"))
  func anAuthorityOfAnotherCountryIsNotTheIssuer() throws {
    let folder = "emrtd/synthetic/sha256_rsa_65537_4096"
    let authority = try DocumentCertificate(
      der: try Files.read(try #require(SharedData.path("\(folder)/csca.cer"))))
    var files = try Self.german()
    files[.sod] = try Files.read(try #require(SharedData.path("\(folder)/EF_SOD.bin")))
    let time: UInt64 = 1_750_000_000_000
    let trust = DocumentTrust(authorities: [authority])
    let passive = PassiveAuthentication.judge(files, trust: trust, at: Int64(time / 1_000))
    #expect(passive.chain == .trusted && passive.coveredFiles == [.dg1, .dg2, .dg14, .dg15])
    #expect(try Self.judge(files, trust: trust, at: time).findings.chain == .invalid)
  }
}
