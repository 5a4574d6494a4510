import PassgateDomain
import PassgateEngines

/// Files of chips that are in order, made here: the specimen of ICAO 9303-4 and what goes with it.
enum SampleFiles {
  static func of(_ file: ChipFile) -> [UInt8] {
    guard let tag = file.tag else { return attributes }
    switch file {
    case .com: return com(listing: [0x61, 0x75])
    case .dg1:
      return dg1("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    case .dg2: return dg2(records: [faceRecord([jpeg])])
    case .dg11: return TLV.encoded(tag, object(0x5F0E, "ERIKSSON<<ANNA<MARIA"))
    case .dg12: return TLV.encoded(tag, object(0x5F19, "UTOPIA") + object(0x5F26, "20070415"))
    case .dg14: return TLV.encoded(tag, securityInfos)
    case .dg15:
      return TLV.encoded(tag, rsaKey(modulus: [UInt8](repeating: 0xC1, count: 128), exponent: [1, 0, 1]))
    case .cardAccess: return securityInfos
    case .cardSecurity: return cardSecurity(securityInfos)
    default: return TLV.encoded(tag, [0x04, 0x00])
    }
  }

  static func object(_ tag: UInt32, _ text: String) -> [UInt8] { TLV.encoded(tag, text.utf8) }

  static func com(listing tags: [UInt8]) -> [UInt8] {
    TLV.encoded(0x60, object(0x5F01, "0107") + object(0x5F36, "040000") + TLV.encoded(0x5C, tags))
  }

  static func dg1(_ zone: String) -> [UInt8] { TLV.encoded(0x61, object(0x5F1F, zone)) }

  // MARK: DG2

  static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10] + "JFIF".utf8
  static let jpegWithEXIF: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x10] + "Exif".utf8
  static let jpeg2000: [UInt8] = [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A, 0x00]
  static let codestream: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51, 0x00, 0x29]

  /// One template for each record.
  static func dg2(count: UInt8? = nil, records: [[UInt8]]) -> [UInt8] {
    let templates = records.flatMap {
      TLV.encoded(0x7F60, [0xA1, 0x04, 0x87, 0x02, 0x01, 0x01] + TLV.encoded(0x5F2E, $0))
    }
    return dg2(count: count ?? UInt8(records.count), templates: templates)
  }

  static func dg2(count: UInt8, templates: [UInt8]) -> [UInt8] {
    TLV.encoded(0x75, TLV.encoded(0x7F61, [0x02, 0x01, count] + templates))
  }

  /// ISO/IEC 19794-5; the numbers may be told wrongly.
  static func faceRecord(
    _ images: [[UInt8]], faces: Int? = nil, points: Int = 0, lengthOff: Int = 0, blockOff: Int = 0
  ) -> [UInt8] {
    let blocks = images.flatMap { image in
      let length = 32 + 8 * points + image.count + blockOff
      return number(length, bytes: 4) + number(points, bytes: 2)
        + [UInt8](repeating: 0, count: 14 + 8 * points + 12)
        + image
    }
    return Array("FAC\0010\0".utf8) + number(14 + blocks.count + lengthOff, bytes: 4)
      + number(faces ?? images.count, bytes: 2) + blocks
  }

  static func number(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// ISO/IEC 39794-5 down to the image.
  static func extensibleTemplate(_ images: [[UInt8]]) -> [UInt8] {
    let representations = images.flatMap { image in
      TLV.encoded(
        0x30,
        TLV.encoded(0x80, [0])
          + TLV.encoded(
            0xA1, TLV.encoded(0xA0, TLV.encoded(0xA0, TLV.encoded(0x80, image) + TLV.encoded(0xA1, [])))))
    }
    let block = TLV.encoded(0x65, TLV.encoded(0xA0, [0x80, 1, 3]) + TLV.encoded(0xA1, representations))
    return TLV.encoded(0x7F60, [0xA1, 0x00] + TLV.encoded(0x7F2E, TLV.encoded(0xA1, block)))
  }

  // MARK: Keys and infos

  static func rsaKey(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
    let numbers = TLV.encoded(0x02, [0] + modulus) + TLV.encoded(0x02, exponent)
    return spki(
      [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00],
      TLV.encoded(0x30, numbers))
  }

  static func spki(_ algorithm: [UInt8], _ key: [UInt8]) -> [UInt8] {
    TLV.encoded(0x30, TLV.encoded(0x30, algorithm) + TLV.encoded(0x03, [0] + key))
  }

  static func info(_ identifier: [UInt8], _ rest: [UInt8]) -> [UInt8] {
    TLV.encoded(0x30, TLV.encoded(0x06, identifier) + rest)
  }

  /// Below the BSI's protocols for smart cards.
  static func bsi(_ arcs: UInt8...) -> [UInt8] { [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02] + arcs }

  static let ecKey = spki([0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01], [0x04, 0x01, 0x02])

  static let infos: [[UInt8]] = [
    info(bsi(4, 2, 2), [0x02, 1, 2, 0x02, 1, 13]), info(bsi(4, 6, 4), [0x02, 1, 2, 0x02, 1, 13]),
    info(bsi(3, 2, 2), [0x02, 1, 2, 0x02, 1, 7]), info(bsi(3, 2, 4), [0x02, 1, 1]),
    info(bsi(1, 2), ecKey + [0x02, 1, 7]), info(bsi(1, 2), ecKey),
    info([0x67, 0x81, 0x08, 0x01, 0x01, 0x05], [0x02, 1, 1, 0x06, 10] + [4, 0, 0x7F, 0, 7, 1, 1, 4, 1, 3]),
    info(bsi(2), [0x02, 1, 1]),
  ]

  static let securityInfos = TLV.encoded(0x31, infos.flatMap { $0 })

  static func cardSecurity(_ content: [UInt8]) -> [UInt8] {
    let encapsulated = TLV.encoded(
      0x30, [0x06, 0x08, 4, 0, 0x7F, 0, 7, 3, 2, 1] + TLV.encoded(0xA0, TLV.encoded(0x04, content)))
    let data = TLV.encoded(0x30, [0x02, 1, 3, 0x31, 0] + encapsulated + [0x31, 0])
    return TLV.encoded(
      0x30, [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02] + TLV.encoded(0xA0, data))
  }

  static let attributes: [UInt8] =
    [0x47, 0x03, 0x80, 0x01, 0x40, 0x7F, 0x66, 0x08]
    + [0x02, 0x02, 0x7F, 0xFF, 0x02, 0x02, 0x10, 0x00]
}
