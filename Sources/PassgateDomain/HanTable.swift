enum HanTable {
  static func contains(_ scalar: UInt32) -> Bool {
    scalar >= 0x3400 && scalar <= 0x9FFF || scalar >= 0x20000 && scalar <= 0x3FFFD
  }
  static func letter(of scalar: UInt32) -> PersonName.Letter {
    .init(glyph: scalar, simplified: scalar, otherSimplified: scalar)
  }
}
