import PassgateDomain
import PassgateEngines

/// A chip that is in order in every way, to be changed in one.
struct ChipSituation {
  static let zone = "POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<<0"
  static let lines = [String(zone.prefix(44)), String(zone.suffix(44))]
  static let password = AccessPassword.mrz(documentNumber: "EJ1234567", birthDate: "791102", expiry: "300819")

  var files: [ChipFile: [UInt8]] = [
    .com: SampleFiles.com(listing: [0x61, 0x75, 0x6B, 0x6E, 0x6F]), .sod: [0x77, 0x00],
    .dg1: SampleFiles.dg1(zone), .dg2: SampleFiles.of(.dg2),
    .dg11: TLV.encoded(0x6B, SampleFiles.object(0x5F0E, "黃<<志強")), .dg14: SampleFiles.of(.dg14),
    .dg15: SampleFiles.of(.dg15), .cardSecurity: SampleFiles.of(.cardSecurity),
  ]
  var hashes: [ChipFile: ChipVerdict.GroupHash] = [
    .dg1: .match, .dg2: .match, .dg11: .match, .dg14: .match, .dg15: .match,
  ]
  var signature = ChipVerdict.SODSignature.valid
  var chain = ChipVerdict.Chain.trusted
  var validity = ChipVerdict.Validity.ok
  var revocation = ChipVerdict.Revocation.good
  var country: String? = "CN"
  var access = ChipVerdict.Access.bac
  var password = Self.password
  var proofs = [ChipProof.activeAuthentication]
  var isCardSecurityTrusted = false
  var claim = Claim()
  var record: DocumentRecord?? = .some(Record().made)
  var elements = ClaimElements([])
  /// 2026-11-23 12:00 in Beijing.
  var time: UInt64 = 1_795_406_400_000

  struct Claim {
    var type = DocumentType.passport
    var number = "EJ1234567"
    var name = "HUANG ZHIQIANG"
    var birthDate = "1979-11-02"
    var sex: Sex?
    var expiry = ""
    var mrz: [String] = []
  }

  struct Record {
    var type = DocumentType.passport
    var number = "EJ1234567"
    var han = "黄志强"
    var latin = "HUANG, ZHIQIANG"
    var former: [String] = []
    var birthDate = "1979-11-02"
    var sex = Sex.male
    var expiry = "2030-08-19"
    var isSuperseded = false

    var made: DocumentRecord? {
      try? DocumentRecord(
        type: type, number: number, hanName: han, latinName: latin, formerNames: former, birthDate: birthDate,
        sex: sex, expiry: expiry, isSuperseded: isSuperseded)
    }
  }

  var passive: PassiveFinding {
    PassiveFinding(
      signature: signature, groups: hashes.map { ChipVerdict.Group($0, $1) }.sorted { $0.file < $1.file },
      chain: chain, validity: validity, revocation: revocation, algorithmPolicy: .ok,
      signer: PassiveFinding.Signer(
        country: country, issuer: "C=CN", authorityKeyIdentifier: nil, fingerprint: []), problems: [])
  }

  var evidence: ChipEvidence {
    access == .uploaded
      ? ChipEvidence(uploaded: files)
      : ChipEvidence(read: files, access: access, password: password, proofs: proofs)
  }

  func judged() throws(ClaimFault) -> ChipEngine.Judgement {
    let claim = try IdentityClaim(
      type: claim.type, number: claim.number, name: claim.name, birthDate: claim.birthDate, sex: claim.sex,
      expiry: claim.expiry, mrz: claim.mrz)
    return ChipEngine().judge(
      evidence, passive, isCardSecurityTrusted: isCardSecurityTrusted, claim: claim, record: record,
      allowing: elements, at: time)
  }

  static func changed(_ change: (inout ChipSituation) -> Void) -> ChipSituation {
    var situation = ChipSituation()
    change(&situation)
    return situation
  }

  /// A permit with a reissue count of 2.
  static let permit = changed { situation in
    let left = "H123456786" + "022" + "3106307"
    let (birth, local) = ("8503142", "A123456<<")
    let localDigit = digit(local)
    let composite = digit(left + birth + local + localDigit)
    let zone =
      "CR" + left + "F" + birth + String(repeating: "<", count: 18) + "B" + local + localDigit + composite
      + "CHAN<<MEI<LING<<<<<<<<<<<<<<<<"
    situation.files[.dg1] = SampleFiles.dg1(zone)
    situation.files[.dg11] = nil
    situation.hashes[.dg11] = nil
    situation.password = .mrz(documentNumber: "H12345678", birthDate: "850314", expiry: "310630")
    situation.claim = Claim(
      type: .permit, number: "H1234567802", name: "CHAN MEI LING", birthDate: "1985-03-14")
    situation.record = .some(
      Record(
        type: .permit, number: "H1234567802", han: "陳美玲", latin: "CHAN, MEI LING", birthDate: "1985-03-14",
        sex: .female, expiry: "2031-06-30"
      ).made)
  }

  private static func digit(_ text: String) -> String {
    String(decoding: [MRZ.checkDigit(of: Array(text.utf8))], as: UTF8.self)
  }
}
