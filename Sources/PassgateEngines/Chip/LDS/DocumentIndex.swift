package import PassgateDomain

/// EF.COM: what is on the chip, as the chip says. It is unsigned, so what EF.SOD lists is the truth.
package struct DocumentIndex: Sendable, Hashable {
  /// Of the logical data structure: `0107`.
  package let version: String
  package let groups: Set<ChipFile>
  /// Some chips list tags that no data group has.
  package let hasUnknownTags: Bool

  package init(_ bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.com.sizeLimit else { throw .tooLarge }
    var fields = try TLV(bytes, tag: 0x60).inside()
    version = try Self.digits(of: fields.next(0x5F01), count: 4)
    _ = try Self.digits(of: fields.next(0x5F36), count: 6)
    let tags = try fields.next(0x5C).content
    try fields.requireEnd()
    let known = tags.compactMap { ChipFile(listedTag: $0) }
    groups = Set(known)
    hasUnknownTags = known.count < tags.count
  }

  private static func digits(of object: TLV, count: Int) throws(LDSFault) -> String {
    guard object.content.count == count, object.content.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      throw .malformed(tag: object.tag)
    }
    return String(decoding: object.content, as: UTF8.self)
  }
}
