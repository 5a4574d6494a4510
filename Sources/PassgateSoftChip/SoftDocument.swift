import PassgateCrypto
package import PassgateDomain
import PassgateEngines

/// A document with its chip's files and keys, all invented.
package struct SoftDocument: Sendable, Confidential {
  /// What opens a chip.
  enum Password {
    case mrz
    case can
  }

  package var files: [ChipFile: [UInt8]]
  package var keys = SoftKeys()
  /// Number, dates of birth and expiry as printed, each with its check digit.
  package var accessZone: [UInt8]
  /// The digits on the front; nil where the document has none.
  package var accessNumber: String?
  package var hasBasicAccess = true
  package var hasExtendedLength = false
  /// The most bytes that an answer to an extended command has, protection included.
  package var longestAnswer = 1_000
  /// The name of the authority that PACE tells terminals with a certificate; empty for none.
  package var terminalAuthority: [UInt8] = []

  package init(files: [ChipFile: [UInt8]], accessZone: [UInt8]) {
    self.files = files
    self.accessZone = accessZone
  }

  /// All files in a chip that has no keys.
  package var copied: SoftDocument {
    var copy = self
    copy.keys = SoftKeys()
    return copy
  }

  /// The secret K of PACE, whose first 16 bytes are the seed of BAC (ICAO 9303-11 section 9.7.3).
  func secret(of password: Password, _ effect: SoftFault.Effect?) -> [UInt8] {
    var secret =
      switch password {
      case .mrz: DocumentDigest.sha1.digest(accessZone)
      case .can: Array((accessNumber ?? "").utf8)
      }
    if case .otherPassword = effect, !secret.isEmpty { secret[0] ^= 1 }
    return secret
  }

  /// The keys that the chip uses under a fault.
  func keys(under effect: SoftFault.Effect?) -> SoftKeys {
    switch effect {
    case .authentication(.none): SoftKeys()
    case .authentication(.ownKeys): keys.replaced
    default: keys
    }
  }
}
