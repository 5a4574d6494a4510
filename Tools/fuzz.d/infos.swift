// EF.CardAccess, the content of EF.CardSecurity, and the variants of PACE that they offer.
import PassgateEngines

func examine(_ bytes: [UInt8]) {
  for infos in [tried { try SecurityInfos(bytes) }, tried { try SecurityInfos(cardSecurity: bytes) }] {
    guard let infos else { continue }
    for variant in infos.chipAuthentication { _ = infos.key(for: variant) }
    _ = tried { try PACEVariant.strongest(of: infos) }
  }
}
