import CPassgate

/// Reads the fields of a message that protobuf-c has unpacked, by their numbers.
///
/// Safe because it keeps the arena alive and asks the descriptor for every offset.
@safe struct FieldReader {
  private let arena: Arena
  private let message: UnsafeRawPointer
  private let descriptor: MessageDescriptor

  init(arena: Arena, message: UnsafeRawPointer, descriptor: MessageDescriptor) {
    self.arena = arena
    unsafe self.message = unsafe message
    self.descriptor = descriptor
  }

  /// The field's name in `Protos/`.
  func name(_ number: Int) -> String { descriptor.field(number: number).name }

  func uint32(_ number: Int) -> UInt32 { load(number, .uint32, as: UInt32.self) }

  func uint64(_ number: Int) -> UInt64 { load(number, .uint64, as: UInt64.self) }

  func bool(_ number: Int) -> Bool { load(number, .bool, as: protobuf_c_boolean.self) != 0 }

  /// The raw number of an enumeration; 0 when absent.
  func enumeration(_ number: Int) -> UInt32 { load(number, .enumeration, as: UInt32.self) }

  func text(_ number: Int) -> String {
    guard let text = unsafe load(number, .text, as: UnsafePointer<CChar>?.self) else { return "" }
    return unsafe String(cString: text)
  }

  func bytes(_ number: Int) -> [UInt8] {
    unsafe load(number, .bytes, as: ProtobufCBinaryData.self).array
  }

  func texts(_ number: Int) -> [String] {
    unsafe elements(number, .text, of: UnsafePointer<CChar>.self).map { unsafe String(cString: $0) }
  }

  func byteStrings(_ number: Int) -> [[UInt8]] {
    unsafe elements(number, .bytes, of: ProtobufCBinaryData.self).map { unsafe $0.array }
  }

  /// The raw numbers of a repeated enumeration.
  func enumerations(_ number: Int) -> [UInt32] {
    unsafe Array(elements(number, .enumeration, of: UInt32.self))
  }

  func bools(_ number: Int) -> [Bool] {
    unsafe elements(number, .bool, of: protobuf_c_boolean.self).map { $0 != 0 }
  }

  /// The number of the oneof's member that `member` belongs to; 0 when none is set.
  func oneof(of member: Int) -> Int {
    let field = descriptor.field(number: member)
    precondition(field.isMemberOfOneof)
    return unsafe Int(message.load(fromByteOffset: field.quantifierOffset, as: UInt32.self))
  }

  /// The message in a field, nil when absent.
  func fields(_ number: Int) -> FieldReader? {
    guard let inner = unsafe load(number, .message, as: UnsafeRawPointer?.self) else { return nil }
    return unsafe reader(of: inner, in: number)
  }

  /// The messages in a repeated field.
  func allFields(_ number: Int) -> [FieldReader] {
    unsafe elements(number, .message, of: UnsafeRawPointer.self).map { unsafe reader(of: $0, in: number) }
  }

  private func reader(of inner: UnsafeRawPointer, in number: Int) -> FieldReader {
    return unsafe FieldReader(
      arena: arena, message: inner, descriptor: descriptor.message(number: number) ?? descriptor)
  }

  private func load<Value>(_ number: Int, _ kind: FieldDescriptor.Kind, as type: Value.Type) -> Value {
    let field = descriptor.field(number: number)
    precondition(field.kind == kind && !field.isRepeated)
    return unsafe message.load(fromByteOffset: field.offset, as: type)
  }

  private func elements<Element>(
    _ number: Int, _ kind: FieldDescriptor.Kind, of type: Element.Type
  ) -> UnsafeBufferPointer<Element> {
    let field = descriptor.field(number: number)
    precondition(field.kind == kind && field.isRepeated)
    return unsafe UnsafeBufferPointer(
      start: message.load(fromByteOffset: field.offset, as: UnsafePointer<Element>?.self),
      count: message.load(fromByteOffset: field.quantifierOffset, as: Int.self))
  }
}

extension ProtobufCBinaryData {
  fileprivate var array: [UInt8] { unsafe Array(UnsafeBufferPointer(start: data, count: len)) }
}
