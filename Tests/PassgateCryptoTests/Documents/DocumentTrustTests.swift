import PassgateCrypto
import PassgateTestKit
import Testing

/// The rules for document signers, each broken in turn (ICAO 9303-12 section 7.1).
@Suite struct DocumentTrustTests {
  private typealias Fault = DocumentSignerJudgement.Fault

  private func chain(
    of certificate: DocumentCertificate, _ authorities: DocumentCertificate...
  ) -> DocumentSignerJudgement.Chain {
    DocumentTrust(authorities: authorities).judge(certificate, at: Utopia.now).chain
  }

  @Test func goodSignerAndUnknownOnes() throws {
    let authority = try Utopia.authority()
    let signer = try Utopia.signer(of: authority).certificate
    #expect(chain(of: signer, authority.certificate) == .trusted)
    #expect(chain(of: signer) == .unknownAuthority)
    // The same name and another key.
    let namesake = try Utopia.authority(2)
    #expect(namesake.certificate.subjectName == authority.certificate.subjectName)
    #expect(chain(of: signer, namesake.certificate) == .unknownAuthority)
    #expect(chain(of: signer, namesake.certificate, authority.certificate) == .trusted)
  }

  @Test func signersThatBreakARule() throws {
    let authority = try Utopia.authority()
    let root = authority.certificate
    let certified = try authority.certify(
      Utopia.keys[1].publicKey, name: "CA", role: .authority, validity: Utopia.validity)
    #expect(chain(of: certified, root) == .invalid(Fault.isAuthority))
    let listSigner = try Utopia.signer(of: authority, role: .masterListSigner).certificate
    #expect(chain(of: listSigner, root) == .invalid(Fault.isListSigner))
    let server = try Utopia.signer(of: authority, role: .communication).certificate
    #expect(chain(of: server, root) == .invalid(Fault.isForOtherUse))
    let foreign = try authority.certify(
      Utopia.keys[1].publicKey, country: "XX", name: "DS", role: .documentSigner, validity: Utopia.validity)
    #expect(chain(of: foreign, root) == .invalid(Fault.otherCountry))
    // A signer that plays the authority, and got among the trusted ones.
    let first = try Utopia.signer(of: authority)
    let pretender = DocumentAuthority(first.certificate, key: first.key, Utopia.algorithm)
    let second = try Utopia.signer(of: pretender, 2).certificate
    #expect(chain(of: second, root) == .unknownAuthority)
    #expect(chain(of: second, root, first.certificate) == .invalid(Fault.issuerIsNoAuthority))
  }

  @Test func signerThatNamesATrustedKeyFalsely() throws {
    let authority = try Utopia.authority()
    let forger = DocumentAuthority(authority.certificate, key: Utopia.keys[3], Utopia.algorithm)
    let forged = try Utopia.signer(of: forger).certificate
    #expect(chain(of: forged, authority.certificate) == .invalid(Fault.forged))
  }

  @Test func pinnedSigner() throws {
    let authority = try Utopia.authority()
    let signer = try Utopia.signer(of: authority).certificate
    let trust = DocumentTrust(authorities: [], pinned: [signer])
    #expect(trust.judge(signer, at: Utopia.now).chain == .trusted)
    #expect(trust.judge(signer, at: Utopia.now).authority == nil)
    let other = try Utopia.signer(of: authority).certificate
    #expect(trust.judge(other, at: Utopia.now).chain == .unknownAuthority)
  }

  @Test func validityAtATime() throws {
    let authority = try Utopia.authority(validity: 1_710_000_000...1_900_000_000)
    let short = try Utopia.signer(of: authority, validity: 1_700_000_000...1_800_000_000).certificate
    let long = try Utopia.signer(of: authority).certificate
    let trust = DocumentTrust(authorities: [authority.certificate])
    func validity(_ certificate: DocumentCertificate, _ time: Int64) -> DocumentSignerJudgement.Validity {
      trust.judge(certificate, at: time).validity
    }
    #expect(validity(short, 1_699_999_999) == .notYetValid && validity(short, 1_709_999_999) == .notYetValid)
    #expect(validity(short, 1_710_000_000) == .ok && validity(short, 1_800_000_000) == .ok)
    #expect(validity(short, 1_800_000_001) == .signerExpired)
    #expect(validity(long, 1_900_000_000) == .ok && validity(long, 1_900_000_001) == .authorityExpired)
    // A second certificate of the same key that is still valid answers for the first.
    let renewed = try Utopia.authority(validity: 1_850_000_000...2_000_000_000)
    let both = DocumentTrust(authorities: [authority.certificate, renewed.certificate])
    #expect(both.judge(long, at: 1_950_000_000).validity == .ok)
  }

  @Test func revocationLists() throws {
    let authority = try Utopia.authority()
    let signer = try Utopia.signer(of: authority).certificate
    let other = try Utopia.signer(of: authority, 2).certificate
    func list(
      _ issuer: DocumentAuthority, _ serials: [[UInt8]], from: Int64, to: Int64
    ) throws -> DocumentRevocationList {
      try DocumentRevocationList(
        der: issuer.revocationList(of: serials, number: 1, thisUpdate: from, nextUpdate: to))
    }
    func state(
      _ lists: [DocumentRevocationList], _ extra: [DocumentCertificate] = []
    ) -> DocumentSignerJudgement.Revocation {
      DocumentTrust(authorities: [authority.certificate] + extra, lists: lists).judge(signer, at: Utopia.now)
        .revocation
    }
    let (past, future) = (Utopia.now - 1000, Utopia.now + 1000)
    let good = try list(authority, [other.serial], from: past, to: future)
    let revoking = try list(authority, [signer.serial], from: past - 1000, to: past)
    let late = try list(authority, [signer.serial], from: future, to: future + 1000)
    #expect(state([]) == .noList && state([good]) == .good && state([late]) == .noList)
    #expect(state([revoking]) == .revoked && state([good, revoking]) == .revoked)
    #expect(state([try list(authority, [], from: past - 1000, to: past)]) == .stale)
    #expect(state([try list(authority, [], from: past - 1000, to: past), good]) == .good)
    // Signed by a key that is not trusted, by a signer, or under another name.
    let forger = DocumentAuthority(authority.certificate, key: Utopia.keys[3], Utopia.algorithm)
    let forged = try list(forger, [signer.serial], from: past, to: future)
    #expect(DocumentTrust(authorities: [authority.certificate], lists: [forged, good]).refusedLists == [0])
    #expect(state([forged]) == .noList)
    let neighbour = try Utopia.authority(3, country: "XX")
    let foreign = try list(neighbour, [signer.serial], from: past, to: future)
    #expect(state([foreign], [neighbour.certificate]) == .noList)
    // A signer that is called like its authority, and got among the trusted ones.
    let namesake = try authority.signer(
      Utopia.keys[1], Utopia.algorithm, name: "CSCA", validity: Utopia.validity)
    let pretender = DocumentAuthority(namesake.certificate, key: namesake.key, Utopia.algorithm)
    let pretended = try list(pretender, [signer.serial], from: past, to: future)
    #expect(state([pretended], [namesake.certificate]) == .noList)
    // A new key of the same name speaks for what the old one has signed.
    let successor = try Utopia.authority(2)
    let succeeding = try list(successor, [signer.serial], from: past, to: future)
    #expect(state([succeeding], [successor.certificate]) == .revoked)
  }

  /// Threads share one trust, and no two of them spoil each other's answers.
  @Test func manyThreads() async throws {
    let authorities = try (0..<3).map { try Utopia.authority($0) }
    let trust = DocumentTrust(authorities: authorities.map(\.certificate))
    let files = try authorities.map { try Utopia.securityObject(by: Utopia.signer(of: $0, 3)) }
    let forger = DocumentAuthority(authorities[0].certificate, key: Utopia.keys[3], Utopia.algorithm)
    let forged = try Utopia.securityObject(by: Utopia.signer(of: forger, 3))
    let answers = await withTaskGroup(of: Bool.self) { group in
      for turn in 0..<64 {
        group.addTask {
          let isGood = turn % 4 < 3
          guard let signers = try? SignedDocument.signers(of: isGood ? files[turn % 4] : forged, trust)
          else { return false }
          let chains = signers.map { trust.judge($0, at: Utopia.now).chain }
          return chains == [isGood ? .trusted : .invalid(.forged)]
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 64 && answers.allSatisfy { $0 })
  }

  @Test func aSignerIsDecodedOnce() throws {
    let authority = try Utopia.authority()
    let signer = try Utopia.signer(of: authority).certificate
    let trust = DocumentTrust(authorities: [authority.certificate])
    let first = try trust.certificate(der: signer.der)
    #expect(try trust.certificate(der: signer.der) !== first)
    #expect(trust.judge(first, at: Utopia.now).chain == .trusted)
    #expect(try trust.certificate(der: signer.der) === first)
    // One that is not trusted is not kept.
    let stranger = try Utopia.signer(of: Utopia.authority(2)).certificate
    #expect(trust.judge(stranger, at: Utopia.now).chain == .unknownAuthority)
    #expect(try trust.certificate(der: stranger.der) !== stranger)
  }
}
