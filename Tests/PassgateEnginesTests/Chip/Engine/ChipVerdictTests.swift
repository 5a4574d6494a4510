import PassgateDomain
import PassgateEngines
import Testing

/// The verdict over everything that is found (Measures art.4(3)).
struct ChipVerdictTests {
  //= Measures art.4(3)
  //= type=test
  @Test(arguments: [ChipSituation(), .permit, .changed { $0.access = .uploaded }] as [ChipSituation])
  func whatIsInOrderIsConsistent(_ situation: ChipSituation) throws {
    let judged = try situation.judged()
    #expect(judged.verdict == .consistent && judged.findings.isAuthentic)
    #expect(judged.findings.claim == .consistent && judged.findings.registry == .consistent)
    #expect(judged.fields != nil && judged.findings.isDocumentExpired == false)
  }

  /// Something speaks against the chip: whoever the record may be about, the answer is the same.
  @Test(
    arguments: [
      .changed {
        $0.signature = .invalid; $0.chain = .invalid
      }, .changed { $0.chain = .invalid },
      .changed { $0.revocation = .revoked }, .changed { $0.hashes[.dg2] = .mismatch },
      .changed { $0.hashes[.dg1] = .mismatch }, .changed { $0.hashes[.dg16] = .mismatch },
      .changed { $0.proofs = [.failed(keyIn: .dg15)] }, .changed { $0.country = "FR" },
      .changed { $0.country = nil },
      .changed {
        $0.signature = .invalid; $0.chain = .unknownCSCA
      },
    ] as [ChipSituation])
  func whatIsDisprovenIsInconsistent(_ situation: ChipSituation) throws {
    var situation = situation
    for record in [situation.record, .some(nil), nil] {
      situation.record = record
      #expect(try situation.judged().verdict == .inconsistent)
    }
  }

  /// Who has signed cannot be told, or is not trusted: nothing is said, and nothing is held against the record.
  @Test(
    arguments: [
      .changed { $0.chain = .unknownCSCA },
      .changed {
        $0.signature = .invalid; $0.chain = .dscNotFound
      },
      .changed {
        $0.signature = .missing; $0.chain = .dscNotFound; $0.hashes = [.dg1: .notInSOD]
      },
      .changed { $0.validity = .notYetValid }, .changed { $0.hashes[.dg1] = .notInSOD },
      .changed {
        $0.hashes[.dg1] = .notSupplied; $0.files[.dg1] = nil
      },
      .changed { $0.files[.dg1] = SampleFiles.dg1("TOO SHORT") },
    ] as [ChipSituation])
  func whatCannotBeTrustedIsUndetermined(_ situation: ChipSituation) throws {
    var situation = situation
    for record in [situation.record, .some(nil), nil, .some(ChipSituation.Record(latin: "LI, SI").made)] {
      situation.record = record
      let judged = try situation.judged()
      #expect(judged.verdict == .undetermined(.issuerUnknown))
      #expect(judged.findings.registry != .inconsistent && judged.fields == nil)
    }
  }

  /// What does not speak against a chip: an expired signer, old lists or none, files that were not sent or read.
  @Test(
    arguments: [
      .changed { $0.validity = .dscExpired }, .changed { $0.validity = .cscaExpired },
      .changed { $0.revocation = .stale }, .changed { $0.revocation = .noCRL },
      .changed {
        $0.hashes[.dg14] = .notSupplied; $0.files[.dg14] = nil
      },
      .changed { $0.hashes[.dg15] = .notInSOD }, .changed { $0.hashes[.dg3] = .notSupplied },
      .changed { $0.files[.com] = nil }, .changed { $0.proofs = [] },
    ] as [ChipSituation])
  func whatIsOnlyWeakerIsConsistent(_ situation: ChipSituation) throws {
    #expect(try situation.judged().verdict == .consistent)
  }

  @Test func aRegistryThatCannotBeReadIsSaidToBe() throws {
    let judged = try ChipSituation.changed { $0.record = nil }.judged()
    #expect(judged.verdict == .undetermined(.sourceUnavailable) && judged.findings.registry == .notCompared)
    #expect(judged.fields != nil)
  }

  /// No such document, and one that differs: the two read alike.
  @Test func aDocumentThatIsNotOnRecordReadsLikeOneThatDiffers() throws {
    let absent = try ChipSituation.changed { $0.record = .some(nil) }.judged()
    let other = try ChipSituation.changed {
      $0.record = .some(ChipSituation.Record(birthDate: "1979-11-03").made)
    }.judged()
    #expect(absent == other)
    #expect(absent.verdict == .inconsistent && absent.findings.registry == .inconsistent)
  }

  /// Under an earlier number, by an older reissue: all agrees, but another document is the holder's now.
  @Test func anOlderDocumentIsSuperseded() throws {
    let earlier = try ChipSituation.changed {
      $0.record = .some(ChipSituation.Record(expiry: "", isSuperseded: true).made)
    }.judged()
    #expect(earlier.verdict == .undetermined(.superseded))
    var permit = ChipSituation.permit
    permit.record = .some(
      ChipSituation.Record(
        type: .permit, number: "H1234567803", han: "陳美玲", latin: "CHAN, MEI LING", birthDate: "1985-03-14",
        sex: .female, expiry: "2036-01-01"
      ).made)
    #expect(try permit.judged().verdict == .undetermined(.superseded))
    // A claim that leaves the reissue out does not make an old card a new one.
    permit.claim.number = "H12345678"
    #expect(try permit.judged().verdict == .undetermined(.superseded))
    permit.record = .some(
      ChipSituation.Record(
        type: .permit, number: "H1234567801", han: "陳美玲", latin: "CHAN, MEI LING", birthDate: "1985-03-14",
        sex: .female, expiry: "2031-06-30"
      ).made)
    #expect(try permit.judged().verdict == .inconsistent)
  }

  /// By the date in DG1, in Beijing, whatever the certificates' validity is.
  @Test(
    arguments: [
      (1_913_299_200_000, false), (1_913_385_599_999, false), (1_913_385_600_000, true),
    ] as [(UInt64, Bool)])
  func aDocumentExpiresAfterItsLastDay(_ time: UInt64, _ isExpired: Bool) throws {
    let judged = try ChipSituation.changed { $0.time = time }.judged()
    #expect(judged.findings.isDocumentExpired == isExpired && judged.verdict == .consistent)
  }

  @Test func filesThatEFSODDoesNotCoverAreListed() throws {
    let judged = try ChipSituation.changed {
      $0.hashes[.dg15] = .notInSOD
      $0.files[.dg16] = TLV.encoded(0x70, [])
    }.judged()
    #expect(judged.findings.uncoveredFiles == [.dg15, .dg16])
    let forged = try ChipSituation.changed { $0.signature = .invalid }.judged()
    #expect(forged.findings.uncoveredFiles == [.dg1, .dg2, .dg11, .dg14, .dg15])
  }

  @Test func evidenceAndFieldsDoNotPrint() throws {
    let judged = try ChipSituation.changed { $0.elements = ClaimElements(OptionalElement.allCases) }.judged()
    #expect("\(ChipSituation().evidence)" == "ChipEvidence(withheld)")
    #expect(judged.fields.map { "\($0)" } == "ChipFields(withheld)")
  }
}
