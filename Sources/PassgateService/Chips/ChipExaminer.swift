import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Judges files of chips: what the issuer signed, beside the claim and the issuer's record.
final class ChipExaminer: Sendable {
  /// What a check came to, and the wrong claim where it counts as one.
  struct Examination {
    let result: ChipResult
    let attempt: AttemptRow?
    /// The chip's, where everything is as it is claimed and it has one.
    let portrait: ChipPortrait?

    /// The outcome with the reply that is made of the result.
    func outcome(_ reply: (ChipResult) -> some WireMessage) -> Outcome {
      .success(
        reply(result).encoded(), verdicts: [result.verdict.verdict], attempts: attempt.map { [$0] } ?? [])
    }
  }

  /// A claim's document as the registry has it.
  private struct Found {
    let key: [UInt8]
    let claimSet: [UInt8]
    /// Nil when the registry cannot be read, a nil within when there is no such document.
    let record: DocumentRecord??
  }

  private let lookUp: Mutex<RegistryLookUp>
  private let trust: Published<DocumentTrust>

  /// - Parameter trust: whose documents are believed.
  init(_ lookUp: sending RegistryLookUp, trust: Published<DocumentTrust>) {
    self.lookUp = Mutex(lookUp)
    self.trust = trust
  }

  /// Judges. A claim that authentic data bear out counts against no budget: nobody can lock its holder out.
  func examine(
    _ evidence: ChipEvidence, _ claim: PassgateDomain.IdentityClaim, of asker: Asker,
    _ shared: DeploymentService
  ) -> Examination {
    let now = shared.clock.wallMilliseconds()
    let trust = trust.read()
    let seconds = Int64(clamping: now / 1_000)
    let passive = PassiveAuthentication.judge(evidence.files, trust: trust, at: seconds)
    let isCardSecurityTrusted = evidence.files[.cardSecurity].map {
      passive.isBeside(PassiveAuthentication.judge(cardSecurity: $0, trust: trust, at: seconds))
    }
    let found = lookUp.withLock { Self.look(claim, in: $0) }
    let judgement = ChipEngine().judge(
      evidence, passive, isCardSecurityTrusted: isCardSecurityTrusted ?? false, claim: claim,
      record: found.record, allowing: asker.elements(of: claim.number.type), at: now)
    let counted =
      judgement.isBorneOut
      ? (judgement.verdict, nil)
      : shared.count(
        judgement.verdict, document: found.key, claimSet: found.claimSet, tenant: asker.tenantID, at: now)
    note(claim, found.key, judgement.verdict, asker, shared, at: now)
    let result = ChipResult(
      verdict: IdentityVerdict(counted.0), findings: ChipFindings(judgement.findings),
      fields: judgement.fields.map { PassgateWire.ChipFields($0) },
      missingAuthority: MissingAuthority(passive), ruleSet: NameRules.version)
    let isShown = counted.0 == .consistent && !judgement.portrait.isEmpty
    let portrait = ChipPortrait(
      image: judgement.portrait, claimSet: found.claimSet, isBorneOut: judgement.isBorneOut)
    return Examination(result: result, attempt: counted.1, portrait: isShown ? portrait : nil)
  }

  private static func look(_ claim: PassgateDomain.IdentityClaim, in registry: RegistryLookUp) -> Found {
    registry.begin()
    defer { registry.end() }
    let key = registry.documentKey(claim.number)
    let claimSet = registry.claimSet(claim)
    do throws(RegistryFault) {
      return Found(key: key, claimSet: claimSet, record: .some(try registry.record(under: key)))
    } catch {
      return Found(key: key, claimSet: claimSet, record: nil)
    }
  }

  /// Lets the watch over traffic see the check.
  private func note(
    _ claim: PassgateDomain.IdentityClaim, _ key: [UInt8], _ verdict: PassgateDomain.Verdict, _ asker: Asker,
    _ shared: DeploymentService, at now: UInt64
  ) {
    guard let traffic = shared.traffic else { return }
    var notes = TrafficNotes()
    notes.add(claim, document: key, isInconsistent: verdict == .inconsistent, at: now, of: asker)
    notes.hand(to: traffic)
  }
}
