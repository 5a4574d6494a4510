/// One object of secure messaging: a tag of one byte, a length of one to three, a value.
struct MessagingObject {
  let tag: UInt8
  /// Tag, length and value.
  let whole: [UInt8]
  let value: [UInt8]

  /// All objects of an answer; nil when one is cut short, or has a length of another form.
  static func decode(_ bytes: [UInt8]) -> [MessagingObject]? {
    var objects: [MessagingObject] = []
    var rest = bytes[...]
    while let tag = rest.first {
      guard objects.count < 4, let length = length(in: rest.dropFirst()) else { return nil }
      let header = 1 + length.width
      guard rest.count - header >= length.count else { return nil }
      let whole = rest.prefix(header + length.count)
      objects.append(MessagingObject(tag: tag, whole: Array(whole), value: Array(whole.dropFirst(header))))
      rest = rest.dropFirst(whole.count)
    }
    return objects
  }

  private static func length(in bytes: ArraySlice<UInt8>) -> (count: Int, width: Int)? {
    guard let first = bytes.first else { return nil }
    if first < 0x80 { return (Int(first), 1) }
    let width = Int(first & 0x7f)
    guard 1...2 ~= width, bytes.count > width else { return nil }
    return (bytes.dropFirst().prefix(width).reduce(0) { $0 << 8 | Int($1) }, 1 + width)
  }
}

/// What a protected answer consists of: DO'87' or DO'85' where there is data, DO'99', DO'8E', in this order.
struct AnswerObjects {
  private let body: MessagingObject?
  let status: UInt16
  let code: [UInt8]
  /// What the code is over.
  let covered: [UInt8]

  init(_ answer: ResponseAPDU) throws(MessagingFault) {
    guard let tag = answer.data.first, Self.tags.contains(tag) else {
      throw .unprotected(status: answer.status)
    }
    guard var rest = MessagingObject.decode(answer.data).map({ $0[...] }) else { throw .malformed }
    body = Self.take(&rest, [0x85, 0x87])
    guard let status = Self.take(&rest, [0x99]) else { throw .statusMissing }
    guard status.value.count == 2 else { throw .malformed }
    guard let code = Self.take(&rest, [0x8e]) else { throw .codeMissing }
    guard code.value.count == 8, rest.isEmpty else { throw .malformed }
    self.status = UInt16(status.value[0]) << 8 | UInt16(status.value[1])
    self.code = code.value
    covered = (body?.whole ?? []) + status.whole
  }

  /// The encrypted data without its padding indicator; nil where there is none.
  func cryptogram(ofOddInstruction isOdd: Bool) throws(MessagingFault) -> [UInt8]? {
    guard let body else { return nil }
    if body.tag == 0x85 {
      guard isOdd else { throw .malformed }
      return body.value
    }
    guard body.value.first == 0x01 else { throw .malformed }
    return Array(body.value.dropFirst())
  }

  private static let tags: Set<UInt8> = [0x85, 0x87, 0x99, 0x8e]

  private static func take(
    _ rest: inout ArraySlice<MessagingObject>, _ tags: Set<UInt8>
  ) -> MessagingObject? {
    guard let first = rest.first, tags.contains(first.tag) else { return nil }
    return rest.removeFirst()
  }
}
