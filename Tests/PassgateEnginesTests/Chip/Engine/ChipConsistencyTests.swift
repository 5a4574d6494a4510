import PassgateDomain
import PassgateEngines
import Testing

/// DG1 and DG11 beside the claim and beside the record, element by element.
struct ChipConsistencyTests {
  // MARK: The claim

  @Test(
    arguments: [
      { $0.number = "EJ1234568" }, { $0.name = "HUANG ZHIQIANGA" }, { $0.name = "ZHIQIANG" },
      { $0.name = "黃志弓" }, { $0.birthDate = "1979-11-03" }, { $0.birthDate = "1879-11-02" },
      { $0.sex = .female },
      { $0.expiry = "2030-08-18" },
      {
        // The code of the document alone is another.
        $0.mrz = ["P<CHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", ChipSituation.lines[1]]
      },
    ] as [@Sendable (inout ChipSituation.Claim) -> Void])
  func aDifferenceFromTheClaimIsFound(_ change: @Sendable (inout ChipSituation.Claim) -> Void) throws {
    var situation = ChipSituation()
    change(&situation.claim)
    let isOldBirth = situation.claim.birthDate.hasPrefix("18")
    let judged = try situation.judged()
    // Two digits of a year do not tell a century, so the record must.
    #expect(judged.findings.claim == (isOldBirth ? .consistent : .inconsistent))
    #expect(judged.verdict == .inconsistent)
    #expect((judged.fields == nil) == !isOldBirth)
  }

  @Test(
    arguments: [
      { $0.name = "黃志強" }, { $0.name = "黄志强" }, { $0.name = "HUANG, ZHI-QIANG" },
      { $0.name = "HUANG<<ZHIQIANG" },
      { $0.sex = .male }, { $0.expiry = "2030-08-19" }, { $0.mrz = ChipSituation.lines },
    ] as [@Sendable (inout ChipSituation.Claim) -> Void])
  func whatIsTheSameIsFoundToBe(_ change: @Sendable (inout ChipSituation.Claim) -> Void) throws {
    var situation = ChipSituation()
    change(&situation.claim)
    let judged = try situation.judged()
    #expect(judged.findings.claim == .consistent && judged.verdict == .consistent)
  }

  /// The century is known where DG11 has the full date, or a permit states it.
  @Test func aFullDateOfBirthDecidesTheCentury() throws {
    var situation = ChipSituation()
    situation.claim.birthDate = "1879-11-02"
    situation.files[.dg11] = TLV.encoded(0x6B, TLV.encoded(0x5F2B, [0x19, 0x79, 0x11, 0x02]))
    #expect(try situation.judged().findings.claim == .inconsistent)
    var permit = ChipSituation.permit
    permit.claim.birthDate = "1885-03-14"
    #expect(try permit.judged().findings.claim == .inconsistent)
  }

  @Test(
    arguments: [
      .mrz(documentNumber: "EJ1234568", birthDate: "791102", expiry: "300819"),
      .mrz(documentNumber: "EJ1234567", birthDate: "791103", expiry: "300819"),
      .mrz(documentNumber: "EJ1234567", birthDate: "791102", expiry: "300818"),
    ] as [AccessPassword])
  func aChipOpenedByAnotherZoneThanItsOwnIsSeen(_ password: AccessPassword) throws {
    let judged = try ChipSituation.changed { $0.password = password }.judged()
    #expect(judged.findings.claim == .inconsistent && judged.verdict == .inconsistent)
    let byCAN = try ChipSituation.changed { $0.password = .can("123456") }.judged()
    #expect(byCAN.verdict == .consistent && byCAN.findings.secret == .can)
  }

  /// Another state's passport may have the same number and name.
  @Test func aDocumentOfAnotherStateIsAnother() throws {
    let judged = try ChipSituation.changed {
      $0.files[.dg1] = SampleFiles.dg1(ChipSituation.zone.replacing("POCHN", with: "POD<<"))
      $0.country = "DE"
    }.judged()
    #expect(judged.findings.chain == .trusted && judged.findings.claim == .inconsistent)
    #expect(judged.verdict == .inconsistent)
  }

  @Test func anotherReissueThanTheClaimedIsAnotherDocument() throws {
    var permit = ChipSituation.permit
    permit.claim.number = "H1234567801"
    #expect(try permit.judged().findings.claim == .inconsistent)
    permit.claim.number = "H12345678"
    #expect(try permit.judged().findings.claim == .consistent)
  }

  // MARK: Names

  /// A name that fills the field of DG1 may go on; one that does not fill it may not.
  @Test func aCutNameAgreesWithTheNameThatItBegins() throws {
    let whole = "WOLFESCHLEGELSTEINHAUSEN, MAXIMILIANA ANNA"
    let cut = "WOLFESCHLEGELSTEINHAUSEN<<MAXIMILIANA<A"
    var situation = ChipSituation()
    situation.files[.dg1] = SampleFiles.dg1("POCHN" + cut + ChipSituation.lines[1])
    situation.claim.name = whole
    situation.record = .some(ChipSituation.Record(latin: whole).made)
    #expect(try situation.judged().verdict == .consistent)
    situation.claim.name = "WOLFESCHLEGELSTEINHAUSEN, MAXIMILIANA BERTA"
    #expect(try situation.judged().findings.claim == .inconsistent)
    // The whole name is in DG11, but what the zone says is said too.
    situation.files[.dg1] = SampleFiles.dg1("POCHN" + cut.dropLast() + "<" + ChipSituation.lines[1])
    situation.claim.name = whole
    #expect(try situation.judged().findings.claim == .inconsistent)
  }

  /// Han with Han: a chip without a Chinese name has none to differ in, and the record decides.
  @Test func aScriptThatTheChipDoesNotHaveIsNotCompared() throws {
    var situation = ChipSituation()
    (situation.files[.dg11], situation.hashes[.dg11]) = (nil, nil)
    situation.claim.name = "李四"
    let judged = try situation.judged()
    #expect(judged.findings.claim == .consistent && judged.findings.registry == .consistent)
    #expect(judged.verdict == .inconsistent, "the record has another Chinese name")
  }

  /// What the chip does not say is guessed at the record, and whoever has one sound document must not guess for ever.
  @Test(
    arguments: [
      .changed { ($0.files[.dg11], $0.hashes[.dg11], $0.claim.name) = (nil, nil, "李四") },
      .changed { ($0.files[.dg11], $0.hashes[.dg11], $0.claim.name) = (nil, nil, "黃志強") },
      .changed {
        $0.files[.dg1] = SampleFiles.dg1(ChipSituation.zone.replacing("6M3", with: "6<3"))
        $0.claim.sex = .female
      },
      .changed { $0.claim.birthDate = "1979-11-03" }, .changed { $0.chain = .unknownCSCA },
      .changed { $0.hashes[.dg1] = .mismatch }, .changed { $0.signature = .missing },
    ] as [ChipSituation])
  func aClaimThatStatesMoreThanTheChipIsNotBorneOut(_ situation: ChipSituation) throws {
    #expect(try !situation.judged().isBorneOut)
  }

  @Test(
    arguments: [
      ChipSituation(), .permit, .changed { $0.claim.name = "黃志強" }, .changed { $0.record = .some(nil) },
      .changed { ($0.claim.sex, $0.claim.expiry) = (.male, "2030-08-19") },
    ] as [ChipSituation])
  func aClaimThatTheIssuerSignedIsBorneOut(_ situation: ChipSituation) throws {
    #expect(try situation.judged().isBorneOut)
  }

  @Test(arguments: ["黃<<志強", "黃志強", "黃 志強"])
  func chineseNamesAreReadFromDG11(_ text: String) throws {
    var situation = ChipSituation()
    situation.files[.dg11] = TLV.encoded(0x6B, SampleFiles.object(0x5F0E, text))
    situation.claim.name = "黄志强"
    let judged = try situation.judged()
    #expect(judged.verdict == .consistent && judged.fields?.hanName == "黃志強")
  }

  // MARK: The record

  @Test(
    arguments: [
      { $0.number = "EJ1234568" }, { $0.han = "李四" }, { $0.latin = "LI, SI" },
      { $0.birthDate = "1979-11-03" },
      { $0.sex = .female }, { $0.expiry = "2030-08-20" },
    ] as [@Sendable (inout ChipSituation.Record) -> Void])
  func aDifferenceFromTheRecordIsFound(_ change: @Sendable (inout ChipSituation.Record) -> Void) throws {
    var record = ChipSituation.Record()
    change(&record)
    let judged = try ChipSituation.changed { $0.record = .some(record.made) }.judged()
    #expect(judged.findings.claim == .consistent && judged.findings.registry == .inconsistent)
    #expect(judged.verdict == .inconsistent)
  }

  @Test(
    arguments: [
      { $0.han = "" }, { $0.latin = "" }, { $0.expiry = "" },
      { ($0.latin, $0.former) = ("LI, SI", ["HUANG ZHIQIANG"]) },
    ] as [@Sendable (inout ChipSituation.Record) -> Void])
  func whatTheRecordLeavesOpenIsNotCompared(_ change: @Sendable (inout ChipSituation.Record) -> Void) throws {
    var record = ChipSituation.Record()
    change(&record)
    let judged = try ChipSituation.changed {
      $0.record = .some(record.made)
      if record.latin.isEmpty { $0.claim.name = "黃志強" }
    }.judged()
    #expect(judged.findings.registry == .consistent && judged.verdict == .consistent)
  }

  // MARK: What may be told

  /// Every set of elements that an agreement may name.
  @Test(arguments: 0..<16) func onlyWhatIsAgreedIsTold(_ set: Int) throws {
    let named = OptionalElement.allCases.enumerated().filter { set >> $0.offset & 1 == 1 }.map(\.element)
    let judged = try ChipSituation.changed { $0.elements = ClaimElements(named) }.judged()
    let fields = try #require(judged.fields)
    #expect(fields.number == "EJ1234567" && fields.latinName == "HUANG, ZHIQIANG" && fields.hanName == "黃志強")
    #expect(fields.birthDate?.iso == "1979-11-02")
    #expect(fields.sex == (named.contains(.sex) ? .male : nil))
    #expect(fields.expiry?.iso == (named.contains(.expiry) ? "2030-08-19" : nil))
    #expect(fields.mrz == (named.contains(.mrz) ? ChipSituation.lines : []))
    #expect(fields.portrait == (named.contains(.portrait) ? SampleFiles.jpeg : []))
  }

  @Test func uncoveredFilesFeedNothing() throws {
    for hash in [ChipVerdict.GroupHash.notInSOD, .notSupplied] {
      let judged = try ChipSituation.changed {
        ($0.hashes[.dg2], $0.hashes[.dg11]) = (hash, hash)
        $0.elements = ClaimElements(OptionalElement.allCases)
      }.judged()
      let fields = try #require(judged.fields)
      #expect(fields.portrait.isEmpty && fields.hanName.isEmpty && fields.latinName == "HUANG, ZHIQIANG")
    }
  }

  @Test func aPermitIsToldWithItsReissueCount() throws {
    #expect(try ChipSituation.permit.judged().fields?.number == "H1234567802")
  }

  @Test func whatIsNoImageOrNoLetterIsNotTold() throws {
    let judged = try ChipSituation.changed {
      $0.files[.dg2] = SampleFiles.dg2(records: [SampleFiles.faceRecord([[0x7F, 0x45, 0x4C, 0x46]])])
      $0.files[.dg1] = SampleFiles.dg1(ChipSituation.zone.replacing("ZHIQIANG<<<", with: "ZHIQIANG<\n\u{1}"))
      $0.elements = ClaimElements(OptionalElement.allCases)
    }.judged()
    #expect(judged.fields == nil || judged.fields?.portrait.isEmpty == true)
    #expect(judged.fields?.mrz.isEmpty != false && judged.fields?.latinName.isEmpty != false)
  }
}
