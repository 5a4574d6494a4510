package import PassgateDomain

/// DG2: the holder's faces (ICAO 9303-10 section 4.7.2). The images are found and never decoded.
package struct Portraits: Sendable, Hashable, Confidential {
  package struct Image: Sendable, Hashable, Confidential {
    /// Nil for what is no image that is known: it is not handed on.
    package let format: PortraitFormat?
    package let bytes: ArraySlice<UInt8>

    fileprivate init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      format = PortraitFormat(bytes)
    }
  }

  /// At least one, in the order of the file.
  package let images: [Image]

  /// The image to be handed on: the first whose format is known.
  package var portrait: Image? { images.first { $0.format != nil } }

  /// The most biometric templates, and the most faces in one.
  fileprivate static let limit = 16

  package init(_ bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.dg2.sizeLimit else { throw .tooLarge }
    var file = try TLV(bytes, tag: 0x75).inside()
    let group = try file.next(0x7F61)
    try file.requireEnd()
    var found: [Image] = []
    for template in try Self.templates(of: group) { found += try Self.images(of: template) }
    images = found
  }

  /// The biometric information templates, which must be as many as the group says.
  private static func templates(of group: TLV) throws(LDSFault) -> ArraySlice<TLV> {
    let children = try group.children(limit: limit + 1)
    guard let count = children.first, count.tag == 0x02 else { throw .missing(tag: 0x02) }
    let templates = children.dropFirst()
    guard count.content.elementsEqual([UInt8(templates.count)]), !templates.isEmpty else {
      throw .malformed(tag: 0x02)
    }
    if let other = templates.first(where: { $0.tag != 0x7F60 }) { throw .unexpected(tag: other.tag) }
    return templates
  }

  private static func images(of template: TLV) throws(LDSFault) -> [Image] {
    var fields = try template.inside()
    _ = try fields.nextIf(0xA1)
    guard let block = try fields.next() else { throw .missing(tag: 0x5F2E) }
    try fields.requireEnd()
    switch block.tag {
    case 0x5F2E: return try FaceRecord.images(block.content).map(Image.init)
    case 0x7F2E: return try images(ofConstructed: block)
    default: throw .unexpected(tag: block.tag)
    }
  }

  /// ISO/IEC 39794-5 in A1, or the older record in 5F2E.
  private static func images(ofConstructed block: TLV) throws(LDSFault) -> [Image] {
    let parts = try block.children(limit: limit)
    if let record = parts.first(where: { $0.tag == 0x5F2E }) {
      return try FaceRecord.images(record.content).map(Image.init)
    }
    guard let data = parts.first(where: { $0.tag == 0xA1 }) else { throw .missing(tag: 0xA1) }
    return try ExtensibleFaceBlock.images(data).map(Image.init)
  }
}

/// The facial record of ISO/IEC 19794-5:2005 section 5: lengths are of whole blocks, big-endian.
private enum FaceRecord {
  private static let tag: UInt32 = 0x5F2E
  /// Format identifier `FAC`, version `010`, length of the record, number of faces.
  private static let headerCount = 14
  /// Facial information of 20 bytes and image information of 12.
  private static let leastBlock = 32
  private static let featurePointCount = 8

  static func images(_ record: ArraySlice<UInt8>) throws(LDSFault) -> [ArraySlice<UInt8>] {
    guard record.count >= headerCount, record.starts(with: [0x46, 0x41, 0x43, 0x00]),
      let length = number(record, at: 8, bytes: 4), headerCount...record.count ~= length,
      let faces = number(record, at: 12, bytes: 2), faces > 0
    else { throw .malformed(tag: tag) }
    guard faces <= Portraits.limit else { throw .tooMany(tag: tag) }
    var rest = record.prefix(length).dropFirst(headerCount)
    var found: [ArraySlice<UInt8>] = []
    for _ in 0..<faces {
      let (image, count) = try image(of: rest)
      found.append(image)
      rest = rest.dropFirst(count)
    }
    return found
  }

  /// The image of the block at the start of `bytes`, and how long that block is.
  private static func image(of bytes: ArraySlice<UInt8>) throws(LDSFault) -> (ArraySlice<UInt8>, Int) {
    guard let length = number(bytes, at: 0, bytes: 4), let points = number(bytes, at: 4, bytes: 2),
      leastBlock + points * featurePointCount...max(leastBlock + points * featurePointCount, bytes.count)
        ~= length,
      length <= bytes.count
    else { throw .malformed(tag: tag) }
    return (bytes.prefix(length).dropFirst(leastBlock + points * featurePointCount), length)
  }

  private static func number(_ bytes: ArraySlice<UInt8>, at offset: Int, bytes count: Int) -> Int? {
    let digits = bytes.dropFirst(offset).prefix(count)
    guard digits.count == count else { return nil }
    return digits.reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The face image data block of ISO/IEC 39794-5:2019, BER with automatic tags.
private enum ExtensibleFaceBlock {
  /// From a representation block down to its image: imageRepresentation, base, the two-dimensional block, its data.
  private static let wayToImage: [UInt32] = [0xA1, 0xA0, 0xA0, 0x80]

  static func images(_ data: TLV) throws(LDSFault) -> [ArraySlice<UInt8>] {
    var content = try data.inside()
    let block = try content.next(0x65)
    let representations = try child(of: block, 0xA1).children(limit: Portraits.limit)
    guard !representations.isEmpty else { throw .missing(tag: 0x30) }
    var found: [ArraySlice<UInt8>] = []
    for representation in representations {
      guard representation.tag == 0x30 else { throw .unexpected(tag: representation.tag) }
      var object = representation
      for tag in wayToImage { object = try child(of: object, tag) }
      found.append(object.content)
    }
    return found
  }

  private static func child(of object: TLV, _ tag: UInt32) throws(LDSFault) -> TLV {
    guard let child = try object.children().first(where: { $0.tag == tag }) else { throw .missing(tag: tag) }
    return child
  }
}
