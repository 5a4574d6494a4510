package import PassgateDomain

extension ChipZone {
  /// DG1: the machine-readable zone of the document.
  package init(dg1 bytes: [UInt8], layouts: [MRZLayout] = MRZLayout.known) throws(LDSFault) {
    guard bytes.count <= ChipFile.dg1.sizeLimit else { throw .tooLarge }
    var fields = try TLV(bytes, tag: 0x61).inside()
    let zone = try fields.next(0x5F1F)
    try fields.requireEnd()
    do {
      try self.init(Array(zone.content), layouts: layouts)
    } catch {
      throw .malformed(tag: zone.tag)
    }
  }
}
