// EF.SOD beside a DG1, and EF.CardSecurity, with nobody trusted.
import PassgateCrypto
import PassgateDomain
import PassgateEngines

private let trust = DocumentTrust(authorities: [])

func examine(_ bytes: [UInt8]) {
  let finding = PassiveAuthentication.judge(
    [.sod: bytes, .dg1: [0x61, 0x00]], trust: trust, at: 1_795_406_400)
  // Nobody is trusted, so nobody's chain may be.
  precondition(finding.chain != .trusted)
  _ = PassiveAuthentication.judge(cardSecurity: bytes, trust: trust, at: 1_795_406_400)
}
