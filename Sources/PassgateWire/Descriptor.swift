import CPassgate

/// What protobuf-c knows of one message type; the single source of field numbers, types and names.
@safe struct MessageDescriptor: @unchecked Sendable {
  /// Constant static data of the generated code.
  let pointer: UnsafePointer<ProtobufCMessageDescriptor>

  /// The descriptor that a generated `…__init` function writes into the message it initialises.
  init<Message>(_ initialise: (UnsafeMutablePointer<Message>?) -> Void) {
    unsafe pointer = unsafe withUnsafeTemporaryAllocation(of: Message.self, capacity: 1) { memory in
      unsafe initialise(memory.baseAddress)
      return unsafe UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
        .load(as: ProtobufCMessage.self).descriptor
    }
  }

  init(pointer: UnsafePointer<ProtobufCMessageDescriptor>) {
    unsafe self.pointer = unsafe pointer
  }

  var fieldCount: Int { unsafe Int(pointer.pointee.n_fields) }

  /// Size of the C structure in bytes.
  var structureSize: Int { unsafe pointer.pointee.sizeof_message }

  /// The field at `index` in the order of numbers.
  func field(at index: Int) -> FieldDescriptor {
    precondition(index >= 0 && index < fieldCount)
    return unsafe FieldDescriptor(pointer: pointer.pointee.fields + index)
  }

  /// The field with this number: the numbers of every message are 1, 2, 3 … without gaps.
  func field(number: Int) -> FieldDescriptor {
    field(at: number - 1)
  }
}

/// What protobuf-c knows of one field.
@safe struct FieldDescriptor {
  /// The types this protocol uses.
  enum Kind {
    case uint32, uint64, bool, enumeration, text, bytes, message
  }

  let pointer: UnsafePointer<ProtobufCFieldDescriptor>

  init(pointer: UnsafePointer<ProtobufCFieldDescriptor>) {
    unsafe self.pointer = unsafe pointer
  }

  var number: UInt32 { unsafe pointer.pointee.id }
  var name: String { unsafe String(cString: pointer.pointee.name) }
  var offset: Int { unsafe Int(pointer.pointee.offset) }
  var quantifierOffset: Int { unsafe Int(pointer.pointee.quantifier_offset) }
  var isRepeated: Bool { unsafe pointer.pointee.label == PROTOBUF_C_LABEL_REPEATED }
  var isPacked: Bool { has(PROTOBUF_C_FIELD_FLAG_PACKED) }
  var isMemberOfOneof: Bool { has(PROTOBUF_C_FIELD_FLAG_ONEOF) }

  /// nil for a type this protocol does not use.
  var kind: Kind? {
    switch unsafe pointer.pointee.type {
    case PROTOBUF_C_TYPE_UINT32: .uint32
    case PROTOBUF_C_TYPE_UINT64: .uint64
    case PROTOBUF_C_TYPE_BOOL: .bool
    case PROTOBUF_C_TYPE_ENUM: .enumeration
    case PROTOBUF_C_TYPE_STRING: .text
    case PROTOBUF_C_TYPE_BYTES: .bytes
    case PROTOBUF_C_TYPE_MESSAGE: .message
    default: nil
    }
  }

  /// The type of a field of kind `message`.
  var message: MessageDescriptor? {
    guard kind == .message, let type = unsafe pointer.pointee.descriptor else { return nil }
    return unsafe MessageDescriptor(pointer: type.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
  }

  /// Whether an enumeration names `value`.
  func names(_ value: UInt64) -> Bool {
    guard kind == .enumeration, let value = Int32(exactly: value),
      let type = unsafe pointer.pointee.descriptor
    else { return false }
    return unsafe protobuf_c_enum_descriptor_get_value(
      type.assumingMemoryBound(to: ProtobufCEnumDescriptor.self), value) != nil
  }

  private func has(_ flag: ProtobufCFieldFlag) -> Bool {
    unsafe pointer.pointee.flags & flag.rawValue != 0
  }
}
