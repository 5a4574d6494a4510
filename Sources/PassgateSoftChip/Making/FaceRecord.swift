/// DG2 with one face: the Biometric Information Template of ICAO 9303-10 around a face record of ISO/IEC 19794-5:2005.
enum FaceRecord {
  static func group(image: [UInt8], width: Int, height: Int) -> [UInt8] {
    let template = BER.element(0x7f60, [header, BER.element(0x5f2e, record(image, width, height))])
    return BER.element(0x75, BER.element(0x7f61, [BER.integer(1), template]))
  }

  /// Header version 01.01, facial features, no subtype, record format 0101 0008 (ISO/IEC 19785-3).
  private static let header = BER.element(
    0xa1,
    [
      BER.element(0x80, [1, 1]), BER.element(0x81, [2]), BER.element(0x82, [0]),
      BER.element(0x87, [1, 1]), BER.element(0x88, [0, 8]),
    ])

  private static func record(_ image: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
    // 14 bytes of header, 20 of facial information, 12 of image information.
    let block = fourBytes(20 + 12 + image.count) + [UInt8](repeating: 0, count: 16)
    let information: [UInt8] =
      [1, 0] + DrawnFace.twoBytes(width) + DrawnFace.twoBytes(height) + [1, 2, 0, 0, 0, 0]
    return Array("FAC\u{0}010\u{0}".utf8) + fourBytes(14 + 20 + 12 + image.count) + [0, 1] + block
      + information + image
  }

  private static func fourBytes(_ value: Int) -> [UInt8] {
    DrawnFace.twoBytes(value >> 16) + DrawnFace.twoBytes(value)
  }
}
