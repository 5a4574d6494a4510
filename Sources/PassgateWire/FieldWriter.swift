import CPassgate

/// Fills the C structure of a message in an arena, by field numbers, and packs it.
///
/// Safe because it keeps the arena alive and asks the descriptor for every offset. What is empty or zero is
/// left out, so equal values give equal bytes.
@safe struct FieldWriter {
  private let arena: Arena
  private let message: UnsafeMutableRawPointer
  private let descriptor: MessageDescriptor

  init(arena: Arena, descriptor: MessageDescriptor) {
    self.arena = arena
    self.descriptor = descriptor
    unsafe message = unsafe arena.memory(descriptor.structureSize)
    unsafe protobuf_c_message_init(
      descriptor.pointer, message.assumingMemoryBound(to: ProtobufCMessage.self))
  }

  func set(_ number: Int, _ value: UInt32) {
    let field = descriptor.field(number: number)
    precondition(field.kind == .uint32 || field.kind == .enumeration)
    store(value, field)
  }

  func set(_ number: Int, _ value: UInt64) { store(value, number, .uint64) }

  func set(_ number: Int, _ value: Bool) { store(protobuf_c_boolean(value ? 1 : 0), number, .bool) }

  func set(_ number: Int, _ value: String) {
    guard !value.isEmpty else { return }
    unsafe store(unsafe copy(value), number, .text)
  }

  func set(_ number: Int, _ value: [UInt8]) {
    guard !value.isEmpty else { return }
    unsafe store(copy(value), number, .bytes)
  }

  func set(_ number: Int, _ values: [String]) { unsafe store(values.map { unsafe copy($0) }, number, .text) }

  func set(_ number: Int, _ values: [[UInt8]]) {
    unsafe store(values.map { unsafe copy($0) }, number, .bytes)
  }

  /// A repeated enumeration by its raw numbers.
  func set(_ number: Int, _ values: [UInt32]) { store(values, number, .enumeration) }

  func set(_ number: Int, _ values: [Bool]) {
    store(values.map { protobuf_c_boolean($0 ? 1 : 0) }, number, .bool)
  }

  /// A message, alone or as a oneof's member, filled by `write`.
  func set(_ number: Int, _ write: (FieldWriter) -> Void) {
    let field = descriptor.field(number: number)
    unsafe store(unsafe inner(number, write), field)
    if field.isMemberOfOneof {
      unsafe message.storeBytes(of: UInt32(number), toByteOffset: field.quantifierOffset, as: UInt32.self)
    }
  }

  /// A repeated message, each element filled by `write`.
  func set<Element>(_ number: Int, _ elements: [Element], _ write: (Element, FieldWriter) -> Void) {
    unsafe store(
      elements.map { element in unsafe inner(number) { write(element, $0) } }, number, .message)
  }

  func set<Message: MappedMessage>(_ number: Int, _ message: Message?) {
    guard let message else { return }
    set(number) { message.write(to: $0) }
  }

  func set<Message: MappedMessage>(_ number: Int, _ messages: [Message]) {
    set(number, messages) { $0.write(to: $1) }
  }

  /// The packed message behind `prefix` zero bytes.
  func packed(behind prefix: Int) -> [UInt8] {
    let typed = unsafe message.assumingMemoryBound(to: ProtobufCMessage.self)
    let size = unsafe prefix + protobuf_c_message_get_packed_size(typed)
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { buffer in
      unsafe buffer.prefix(prefix).initialize(repeating: 0)
      if let start = buffer.baseAddress { unsafe protobuf_c_message_pack(typed, start + prefix) }
      return unsafe Array(buffer)
    }
  }

  private func inner(_ number: Int, _ write: (FieldWriter) -> Void) -> UnsafeMutableRawPointer {
    guard let type = descriptor.message(number: number) else {
      preconditionFailure("field \(number) is no message")
    }
    let writer = FieldWriter(arena: arena, descriptor: type)
    write(writer)
    return unsafe writer.message
  }

  private func store<Value>(_ value: Value, _ number: Int, _ kind: FieldDescriptor.Kind) {
    let field = descriptor.field(number: number)
    precondition(field.kind == kind)
    store(value, field)
  }

  private func store<Value>(_ value: Value, _ field: FieldDescriptor) {
    precondition(!field.isRepeated)
    unsafe message.storeBytes(of: value, toByteOffset: field.offset, as: Value.self)
  }

  private func store<Element>(_ elements: [Element], _ number: Int, _ kind: FieldDescriptor.Kind) {
    let field = descriptor.field(number: number)
    precondition(field.kind == kind && field.isRepeated)
    guard !elements.isEmpty else { return }
    let copied = unsafe arena.memory(elements.count * MemoryLayout<Element>.stride)
    unsafe elements.withUnsafeBytes {
      unsafe copied.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count)
    }
    unsafe message.storeBytes(of: copied, toByteOffset: field.offset, as: UnsafeMutableRawPointer.self)
    unsafe message.storeBytes(of: elements.count, toByteOffset: field.quantifierOffset, as: Int.self)
  }

  private func copy(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    let copied = unsafe arena.memory(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe copied.copyMemory(from: start, byteCount: source.count) }
    }
    return unsafe ProtobufCBinaryData(len: bytes.count, data: copied.assumingMemoryBound(to: UInt8.self))
  }

  /// A C string. It would end at a NUL, so U+0001 takes its place: the receiver then refuses the field.
  private func copy(_ text: String) -> UnsafeMutableRawPointer {
    let bytes = text.utf8.span
    let copied = unsafe arena.memory(bytes.count + 1)
    for index in bytes.indices {
      let byte = bytes[index]
      unsafe copied.storeBytes(of: byte == 0 ? 1 : byte, toByteOffset: index, as: UInt8.self)
    }
    unsafe copied.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
    return unsafe copied
  }
}
