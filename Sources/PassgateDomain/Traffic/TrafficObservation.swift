/// What is seen of one check: keyed hashes and a place in the line of numbers, nothing that names a holder.
package struct TrafficObservation: Sendable, Hashable, Confidential {
  /// Milliseconds since 1970.
  package var at: UInt64
  /// The first bytes of the keyed hash of the number.
  package var document: UInt64
  /// Where the number stands in its series.
  package var serial: SerialNumber
  /// A keyed hash of the name.
  package var name: UInt64
  /// One number for each day.
  package var birth: UInt32
  package var isInconsistent: Bool
  /// A hash of the scene, or of its field: scenes of one field belong together.
  package var scene: UInt64
  /// The first bytes of the key's id.
  package var signer: UInt64

  package init(
    at: UInt64, document: UInt64, serial: SerialNumber, name: UInt64, birth: UInt32, isInconsistent: Bool,
    scene: UInt64, signer: UInt64
  ) {
    self.at = at
    self.document = document
    self.serial = serial
    self.name = name
    self.birth = birth
    self.isInconsistent = isInconsistent
    self.scene = scene
    self.signer = signer
  }
}

extension PersonName {
  /// A hash of the normalised spelling under a key that is to be random: for tables in memory, not to be stored.
  package func trafficHash(key: UInt64) -> UInt64 {
    var hash = key &+ UInt64(script.rawValue)
    for letter in letters {
      hash = (hash ^ UInt64(letter.glyph)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash &* 0xD1B5_4A32_D192_ED03
  }
}

/// All numbers on one line: neighbours in a series are neighbours on it, and series are far apart.
package struct SerialNumber: Sendable, Hashable, Confidential {
  /// Room for a series: more than its hundred million numbers, so that no two series touch.
  package static let seriesWidth: UInt32 = 1 << 27
  /// Series that the line holds; 0 is for "no number".
  package static let series: ClosedRange<UInt32> = 1...31

  package let place: UInt32

  /// - Parameters:
  ///   - series: one of `series`.
  ///   - number: below a hundred million.
  package init(series: UInt32, number: UInt32) {
    place = min(series, Self.series.upperBound) * Self.seriesWidth + min(number, Self.seriesWidth - 1)
  }
}

extension DocumentNumber {
  /// The number's place in its series: the letters make the series, the digits the place.
  package var serial: SerialNumber {
    var letters: UInt32 = 0
    var digits: UInt32 = 0
    for byte in key.utf8 {
      let digit = byte &- UInt8(ascii: "0")
      if digit < 10 {
        digits = digits * 10 + UInt32(digit)
      } else {
        letters = letters &* 32 &+ UInt32(byte & 31)
      }
    }
    return SerialNumber(series: Self.series(ofLetters: letters), number: digits)
  }

  /// H, M, HA, MA, G and E are 1 to 6; E and a letter, of which there are 24, come behind.
  private static func series(ofLetters letters: UInt32) -> UInt32 {
    switch letters {
    case 8: 1
    case 13: 2
    case 8 * 32 + 1: 3
    case 13 * 32 + 1: 4
    case 7: 5
    case 5: 6
    default: 6 + seriesLetter(letters & 31)
    }
  }

  /// 1 to 24: A to Z without I and O.
  private static func seriesLetter(_ letter: UInt32) -> UInt32 {
    letter - (letter > 15 ? 2 : letter > 9 ? 1 : 0)
  }
}
