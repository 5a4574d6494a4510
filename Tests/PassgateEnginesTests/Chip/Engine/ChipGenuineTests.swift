import PassgateDomain
import PassgateEngines
import Testing

/// Whether a chip is no copy: a second answer beside whether its data are authentic.
struct ChipGenuineTests {
  private static let proofs: [ChipProof] = [
    .chipAuthentication, .chipAuthenticationMapping, .activeAuthentication, .failed(keyIn: .dg14),
    .failed(keyIn: .dg15), .failed(keyIn: .cardSecurity),
  ]

  /// Whatever is sent, a copy is possible.
  @Test func uploadsNeverMakeAChipGenuine() throws {
    for trusted in [false, true] {
      let judged = try ChipSituation.changed {
        $0.access = .uploaded
        $0.isCardSecurityTrusted = trusted
      }.judged()
      #expect(judged.findings.chipGenuine == .notPerformed && judged.findings.secret == nil)
      #expect(judged.verdict == .consistent, "a copy of genuine files is authentic")
    }
  }

  @Test(
    arguments: [
      ([.chipAuthentication], .chipAuthentication),
      ([.chipAuthenticationMapping], .chipAuthenticationMapping),
      ([.activeAuthentication], .activeAuthentication), ([], .notPerformed),
      ([.activeAuthentication, .chipAuthentication], .chipAuthentication),
      ([.chipAuthenticationMapping, .activeAuthentication], .chipAuthenticationMapping),
      ([.chipAuthentication, .failed(keyIn: .dg15)], .failed), ([.failed(keyIn: .cardSecurity)], .failed),
    ] as [([ChipProof], ChipVerdict.ChipGenuine)])
  func coveredKeysCount(_ proofs: [ChipProof], _ genuine: ChipVerdict.ChipGenuine) throws {
    let judged = try ChipSituation.changed {
      $0.proofs = proofs
      $0.isCardSecurityTrusted = true
    }.judged()
    #expect(judged.findings.chipGenuine == genuine)
    #expect(judged.verdict == (genuine == .failed ? .inconsistent : .consistent))
    #expect((judged.fields == nil) == (genuine == .failed))
  }

  /// A key beside the issuer's files proves nothing, and nothing speaks against the chip that cannot use it.
  @Test func keysThatEFSODDoesNotCoverDoNotCount() throws {
    for proof in Self.proofs {
      let judged = try ChipSituation.changed {
        ($0.hashes[.dg14], $0.hashes[.dg15]) = (.notInSOD, .notInSOD)
        $0.proofs = [proof]
      }.judged()
      #expect(judged.findings.chipGenuine == .notSupported && judged.verdict == .consistent)
    }
  }

  /// Without a trusted signer of EF.SOD no key is the issuer's.
  @Test(
    arguments: [
      .changed { $0.chain = .unknownCSCA }, .changed { $0.revocation = .revoked },
      .changed {
        $0.signature = .invalid; $0.chain = .dscNotFound
      }, .changed { $0.validity = .notYetValid },
      .changed { $0.country = "FR" },
    ] as [ChipSituation])
  func keysOfAnUntrustedSignerDoNotCount(_ situation: ChipSituation) throws {
    for proof in Self.proofs.prefix(3) {
      var situation = situation
      situation.proofs = [proof]
      situation.isCardSecurityTrusted = true
      #expect(try situation.judged().findings.chipGenuine == .notPerformed)
    }
  }

  /// The key of the mapping counts when EF.CardSecurity is signed, or when all its keys are in DG14 too.
  @Test func theKeyOfTheMappingIsCovered() throws {
    var situation = ChipSituation.changed { $0.proofs = [.chipAuthenticationMapping] }
    #expect(try situation.judged().findings.chipGenuine == .chipAuthenticationMapping)
    let other = SampleFiles.info(
      SampleFiles.bsi(1, 2), SampleFiles.spki([0x06, 0x03, 0x2A, 0x03, 0x04], [9]))
    situation.files[.cardSecurity] = SampleFiles.cardSecurity(
      TLV.encoded(0x31, SampleFiles.infos.flatMap { $0 } + other))
    #expect(try situation.judged().findings.chipGenuine == .notPerformed)
    situation.isCardSecurityTrusted = true
    #expect(try situation.judged().findings.chipGenuine == .chipAuthenticationMapping)
    situation = .changed {
      $0.proofs = [.chipAuthenticationMapping]
      $0.files[.cardSecurity] = SampleFiles.cardSecurity([0x31, 0x00])
    }
    #expect(try situation.judged().findings.chipGenuine == .notPerformed)
  }

  /// Old documents have no such key: their copies cannot be told, and they are not at fault.
  @Test func aCloneWithoutAKeyIsNotSupportedAndNotFailed() throws {
    let judged = try ChipSituation.changed {
      for file: ChipFile in [.dg14, .dg15] { ($0.files[file], $0.hashes[file]) = (nil, nil) }
      $0.proofs = []
    }.judged()
    #expect(judged.findings.chipGenuine == .notSupported && judged.verdict == .consistent)
    // A DG14 that offers PACE or the terminal's authentication has no key of the chip.
    let keyless = try ChipSituation.changed {
      ($0.files[.dg15], $0.hashes[.dg15]) = (nil, nil)
      $0.files[.dg14] = TLV.encoded(0x6E, TLV.encoded(0x31, SampleFiles.infos[0]))
      $0.proofs = []
    }.judged()
    #expect(keyless.findings.chipGenuine == .notSupported)
  }

  /// A clone that leaves DG14 out of EF.COM, or cannot give it: EF.SOD has it, so a key was to be expected.
  @Test(arguments: [ChipFile.dg14, .dg15])
  func aKeyThatIsStrippedIsMissed(_ file: ChipFile) throws {
    let judged = try ChipSituation.changed {
      for other: ChipFile in [.dg14, .dg15] { ($0.files[other], $0.hashes[other]) = (nil, nil) }
      $0.hashes[file] = .notSupplied
      $0.files[.com] = SampleFiles.com(listing: [0x61, 0x75])
      $0.proofs = []
    }.judged()
    #expect(judged.findings.chipGenuine == .notPerformed)
    #expect(judged.findings.groups.contains(ChipVerdict.Group(file, .notSupplied)))
  }

  /// The platform asked for the file, and the chip that must have it kept it back: a copy without the private key.
  @Test(arguments: [ChipFile.dg14, .dg15])
  func aKeyThatIsKeptBackIsAFailure(_ file: ChipFile) throws {
    var situation = ChipSituation.changed {
      ($0.files[file], $0.hashes[file]) = (nil, .notSupplied)
      $0.proofs = [.failed(keyIn: file)]
    }
    #expect(try situation.judged().findings.chipGenuine == .failed)
    #expect(try situation.judged().verdict == .inconsistent)
    // Another proof does not outweigh it.
    situation.proofs.append(file == .dg14 ? .activeAuthentication : .chipAuthentication)
    #expect(try situation.judged().findings.chipGenuine == .failed)
    situation.signature = .invalid
    situation.chain = .dscNotFound
    #expect(try situation.judged().findings.chipGenuine == .notPerformed, "a list that nobody has signed")
  }

  /// DG14 says that the chip proves itself in PACE. A copy keeps EF.CardSecurity back, or makes one of its own.
  @Test func aMappingThatTheIssuerSignedIsExpected() throws {
    var situation = ChipSituation.changed {
      let mapping = SampleFiles.info(
        SampleFiles.bsi(4, 6, 2), [0x02, 1, 2, 0x02, 1, 13])
      $0.files[.dg14] = TLV.encoded(0x6E, TLV.encoded(0x31, mapping))
      ($0.files[.dg15], $0.hashes[.dg15]) = (nil, nil)
      $0.files[.cardSecurity] = nil
      $0.proofs = []
    }
    #expect(try situation.judged().findings.chipGenuine == .notPerformed)
    situation.proofs = [.failed(keyIn: .cardSecurity)]
    #expect(try situation.judged().findings.chipGenuine == .failed)
    situation.files[.cardSecurity] = SampleFiles.of(.cardSecurity)
    #expect(try situation.judged().findings.chipGenuine == .failed)
    situation.hashes[.dg14] = .notInSOD
    #expect(try situation.judged().findings.chipGenuine == .notSupported)
  }

  @Test func nobodyKnowsKeysWithoutEFSOD() throws {
    let judged = try ChipSituation.changed {
      ($0.signature, $0.chain, $0.hashes) = (.missing, .dscNotFound, [.dg1: .notInSOD])
    }.judged()
    #expect(judged.findings.chipGenuine == .notPerformed)
  }
}
