/// Where the fields and check digits of a machine-readable zone stand; lines and positions count from 0.
package struct MRZLayout: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    /// ICAO 9303-5: cards.
    case td1
    /// ICAO 9303-6.
    case td2
    /// ICAO 9303-4: passports.
    case td3
    /// Permits of Hong Kong and Macao residents since 2012.
    case permit
    /// Permits of mainland residents, by the way that public readers decode them.
    case twoWayPermit
  }

  struct Field: Sendable, Hashable {
    let line: Int
    let range: Range<Int>

    init(_ line: Int, _ range: Range<Int>) {
      self.line = line
      self.range = range
    }

    init(_ line: Int, _ position: Int) {
      self.init(line, position..<position + 1)
    }
  }

  struct CheckDigit: Sendable, Hashable {
    let covered: [Field]
    let line: Int
    let position: Int
    /// What a wrong one is called.
    let warning: MRZ.Warning

    init(_ covered: Field..., at line: Int, _ position: Int, _ warning: MRZ.Warning) {
      self.covered = covered
      self.line = line
      self.position = position
      self.warning = warning
    }
  }

  package let name: Name
  let lines: Int
  let width: Int
  let code = Field(0, 0..<2)
  /// Nil where China is the only issuer.
  let issuer: Field?
  let number: Field
  /// Where a number of more than nine characters goes on, its check digit behind it (ICAO 9303-5 section 4.2.2).
  let numberRest: Field?
  /// A permit's reissue count.
  let reissue: Field?
  let birthDate: Field
  /// A (18), B (19) or anything else (20).
  let birthCentury: Field?
  let expiry: Field
  let sex: Field
  let latinName: Field
  /// Four letters for each character: the half-bytes of its GBK code as A to P.
  let hanName: Field?
  /// In the order in which faults are told.
  let digits: [CheckDigit]

  private init(
    _ name: Name, lines: Int, width: Int, issuer: Field?, number: Field, numberRest: Field? = nil,
    reissue: Field? = nil, birthDate: Field, birthCentury: Field? = nil, expiry: Field, sex: Field,
    latinName: Field, hanName: Field? = nil, digits: [CheckDigit]
  ) {
    self.name = name
    self.lines = lines
    self.width = width
    self.issuer = issuer
    self.number = number
    self.numberRest = numberRest
    self.reissue = reissue
    self.birthDate = birthDate
    self.birthCentury = birthCentury
    self.expiry = expiry
    self.sex = sex
    self.latinName = latinName
    self.hanName = hanName
    self.digits = digits
  }

  /// The layouts that a chip's DG1 may have, ICAO's before others of the same size.
  package static let known = [td1, td2, td3, permit, twoWayPermit]

  static let td1 = MRZLayout(
    .td1, lines: 3, width: 30, issuer: Field(0, 2..<5), number: Field(0, 5..<14),
    numberRest: Field(0, 15..<30), birthDate: Field(1, 0..<6), expiry: Field(1, 8..<14), sex: Field(1, 7),
    latinName: Field(2, 0..<30),
    digits: [
      CheckDigit(Field(0, 5..<14), at: 0, 14, .number),
      CheckDigit(Field(1, 0..<6), at: 1, 6, .birthDate),
      CheckDigit(Field(1, 8..<14), at: 1, 14, .expiry),
      CheckDigit(
        Field(0, 5..<30), Field(1, 0..<7), Field(1, 8..<15), Field(1, 18..<29), at: 1, 29, .composite),
    ])

  static let td2 = MRZLayout(
    .td2, lines: 2, width: 36, issuer: Field(0, 2..<5), number: Field(1, 0..<9),
    numberRest: Field(1, 28..<35), birthDate: Field(1, 13..<19), expiry: Field(1, 21..<27),
    sex: Field(1, 20), latinName: Field(0, 5..<36),
    digits: [
      CheckDigit(Field(1, 0..<9), at: 1, 9, .number),
      CheckDigit(Field(1, 13..<19), at: 1, 19, .birthDate),
      CheckDigit(Field(1, 21..<27), at: 1, 27, .expiry),
      CheckDigit(Field(1, 0..<10), Field(1, 13..<20), Field(1, 21..<35), at: 1, 35, .composite),
    ])

  static let td3 = MRZLayout(
    .td3, lines: 2, width: 44, issuer: Field(0, 2..<5), number: Field(1, 0..<9),
    birthDate: Field(1, 13..<19), expiry: Field(1, 21..<27), sex: Field(1, 20), latinName: Field(0, 5..<44),
    digits: [
      CheckDigit(Field(1, 0..<9), at: 1, 9, .number),
      CheckDigit(Field(1, 13..<19), at: 1, 19, .birthDate),
      CheckDigit(Field(1, 21..<27), at: 1, 27, .expiry),
      CheckDigit(Field(1, 28..<42), at: 1, 42, .optionalDataDigit),
      CheckDigit(Field(1, 0..<10), Field(1, 13..<20), Field(1, 21..<43), at: 1, 43, .composite),
    ])

  /// Not ICAO's TD1 (decoded by public readers).
  static let permit = MRZLayout(
    .permit, lines: 3, width: 30, issuer: nil, number: Field(0, 2..<11), reissue: Field(0, 12..<14),
    birthDate: Field(0, 23..<29), birthCentury: Field(1, 18), expiry: Field(0, 15..<21), sex: Field(0, 22),
    latinName: Field(2, 0..<30),
    digits: [
      CheckDigit(Field(0, 2..<11), at: 0, 11, .number),
      CheckDigit(Field(0, 12..<14), at: 0, 14, .reissue),
      CheckDigit(Field(0, 15..<21), at: 0, 21, .expiry),
      CheckDigit(Field(0, 23..<29), at: 0, 29, .birthDate),
      CheckDigit(Field(1, 19..<28), at: 1, 28, .identityNumber),
      CheckDigit(Field(0, 2..<22), Field(0, 23..<30), Field(1, 19..<29), at: 1, 29, .composite),
    ])

  /// What its composite digit covers is not published, so it is not checked.
  static let twoWayPermit = MRZLayout(
    .twoWayPermit, lines: 3, width: 30, issuer: nil, number: Field(0, 2..<11), birthDate: Field(0, 21..<27),
    expiry: Field(0, 13..<19), sex: Field(2, 0), latinName: Field(1, 12..<30), hanName: Field(1, 0..<12),
    digits: [
      CheckDigit(Field(0, 2..<11), at: 0, 11, .number),
      CheckDigit(Field(0, 13..<19), at: 0, 19, .expiry),
      CheckDigit(Field(0, 21..<27), at: 0, 27, .birthDate),
    ])
}
