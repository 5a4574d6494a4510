/// A message of `Protos/` as a Swift value.
///
/// Decoding is a pure function of the bytes and refuses everything that the wire specification does;
/// encoding gives equal bytes for equal values.
package protocol WireMessage: Sendable, Equatable {
  /// Throws `WireError` that names the field at fault.
  init(decoding bytes: Span<UInt8>) throws(WireError)
  func encoded() -> [UInt8]
}

/// A message whose fields are mapped by their numbers.
protocol MappedMessage: WireMessage {
  static var descriptor: MessageDescriptor { get }
  init(from fields: FieldReader) throws(WireError)
  func write(to fields: FieldWriter)
}

extension MappedMessage {
  package init(decoding bytes: Span<UInt8>) throws(WireError) {
    try preScan(bytes, as: Self.descriptor)
    let arena = Arena(budget: DecodingLimits.budget(forBytes: bytes.count))
    guard let fields = arena.unpack(bytes, as: Self.descriptor) else { throw WireError(.overBudget) }
    try self.init(from: fields)
  }

  package func encoded() -> [UInt8] { encoded(behind: 0) }

  /// The encoded message behind `prefix` zero bytes.
  func encoded(behind prefix: Int) -> [UInt8] {
    let writer = FieldWriter(arena: Arena(budget: .max), descriptor: Self.descriptor)
    write(to: writer)
    return writer.packed(behind: prefix)
  }
}

extension FieldReader {
  /// Bytes of exactly this length.
  func bytes(_ number: Int, exactly length: Int) throws(WireError) -> [UInt8] {
    try bytes(number, length...length)
  }

  /// Bytes whose count is within `lengths`.
  func bytes(_ number: Int, _ lengths: ClosedRange<Int>) throws(WireError) -> [UInt8] {
    let value = bytes(number)
    guard lengths.contains(value.count) else {
      throw WireError(value.isEmpty ? .missing : .badLength, field: name(number))
    }
    return value
  }

  /// An enumeration that must be named.
  func choice<Choice: RawRepresentable<UInt32>>(_ number: Int) throws(WireError) -> Choice {
    try choice(of: enumeration(number), number)
  }

  /// A number of a table that is not an enumeration of `Protos/`.
  func choice<Choice: RawRepresentable<UInt32>>(
    of raw: UInt32, _ number: Int
  ) throws(WireError) -> Choice {
    guard let choice = Choice(rawValue: raw) else {
      throw WireError(raw == 0 ? .missing : .outOfRange, field: name(number))
    }
    return choice
  }

  /// A repeated enumeration, each element named.
  func choices<Choice: RawRepresentable<UInt32>>(_ number: Int) throws(WireError) -> [Choice] {
    var choices: [Choice] = []
    for raw in enumerations(number) { choices.append(try choice(of: raw, number)) }
    return choices
  }

  /// What `read` makes of the message in a field, which must be there.
  func inside<Value>(
    _ number: Int, _ read: (FieldReader) throws(WireError) -> Value
  ) throws(WireError) -> Value {
    guard let inner = fields(number) else { throw WireError(.missing, field: name(number)) }
    do throws(WireError) {
      return try read(inner)
    } catch {
      throw error.inside(name(number))
    }
  }

  /// A message that must be there.
  func message<Message: MappedMessage>(
    _ number: Int, as type: Message.Type = Message.self
  ) throws(WireError) -> Message {
    try inside(number) { inner throws(WireError) in try Message(from: inner) }
  }

  func optionalMessage<Message: MappedMessage>(_ number: Int) throws(WireError) -> Message? {
    guard let inner = fields(number) else { return nil }
    do throws(WireError) {
      return try Message(from: inner)
    } catch {
      throw error.inside(name(number))
    }
  }

  func messages<Message: MappedMessage>(_ number: Int) throws(WireError) -> [Message] {
    var messages: [Message] = []
    for (index, inner) in allFields(number).enumerated() {
      do throws(WireError) {
        messages.append(try Message(from: inner))
      } catch {
        throw error.inside("\(name(number))[\(index)]")
      }
    }
    return messages
  }
}
