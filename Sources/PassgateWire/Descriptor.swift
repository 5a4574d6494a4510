import CPassgate

/// What protobuf-c knows of one message type, read out once: the single source of field numbers, types and names.
@safe final class MessageDescriptor: @unchecked Sendable {
  /// Constant static data of the generated code.
  let pointer: UnsafePointer<ProtobufCMessageDescriptor>
  /// Size of the C structure in bytes.
  let structureSize: Int
  /// In the order of numbers.
  private let fields: [FieldDescriptor]
  /// The types of the fields that are messages; no type contains itself.
  private let messages: [MessageDescriptor?]

  /// The descriptor that a generated `…__init` function writes into the message it initialises.
  convenience init<Message>(_ initialise: (UnsafeMutablePointer<Message>?) -> Void) {
    unsafe self.init(
      pointer: withUnsafeTemporaryAllocation(of: Message.self, capacity: 1) { memory in
        unsafe initialise(memory.baseAddress)
        return unsafe UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
          .load(as: ProtobufCMessage.self).descriptor
      })
  }

  private init(pointer: UnsafePointer<ProtobufCMessageDescriptor>) {
    unsafe self.pointer = unsafe pointer
    structureSize = unsafe pointer.pointee.sizeof_message
    let all = unsafe UnsafeBufferPointer(start: pointer.pointee.fields, count: Int(pointer.pointee.n_fields))
    precondition(all.count <= UInt64.bitWidth, "a field has one bit of `excludes`")
    fields = Self.excluding(
      (0..<all.count).map { unsafe FieldDescriptor(pointer: pointer.pointee.fields + $0) })
    messages = unsafe all.map { field in
      guard unsafe field.type == PROTOBUF_C_TYPE_MESSAGE, let type = unsafe field.descriptor else {
        return nil
      }
      return unsafe MessageDescriptor(pointer: type.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
    }
  }

  private static func excluding(_ fields: [FieldDescriptor]) -> [FieldDescriptor] {
    fields.map { field in
      var field = field
      for (index, other) in fields.enumerated() where field.excludes(other) {
        field.excludes |= 1 << UInt64(index)
      }
      return field
    }
  }

  var fieldCount: Int { fields.count }

  /// The field at `index` in the order of numbers.
  func field(at index: Int) -> FieldDescriptor { fields[index] }

  /// The field with this number: the numbers of every message are 1, 2, 3 … without gaps.
  func field(number: Int) -> FieldDescriptor { fields[number - 1] }

  /// The type of the message in the field with this number; nil where the field is no message.
  func message(number: Int) -> MessageDescriptor? { messages[number - 1] }
}

/// What protobuf-c knows of one field.
@safe struct FieldDescriptor {
  /// The types this protocol uses.
  enum Kind {
    case uint32, uint64, bool, enumeration, text, bytes, message
  }

  /// nil for a type this protocol does not use.
  let kind: Kind?
  let isRepeated: Bool
  let isPacked: Bool
  let isMemberOfOneof: Bool
  /// 0 for a varint, 2 for content behind its length.
  let wireType: UInt8
  /// The fields, a bit for each by its place, that may not have appeared before this one: itself unless it is
  /// repeated, and the other members of its oneof.
  fileprivate(set) var excludes: UInt64 = 0
  let offset: Int
  let quantifierOffset: Int
  private let pointer: UnsafePointer<ProtobufCFieldDescriptor>

  init(pointer: UnsafePointer<ProtobufCFieldDescriptor>) {
    unsafe self.pointer = unsafe pointer
    let field = unsafe pointer.pointee
    kind = unsafe Self.kind(field.type)
    isRepeated = unsafe field.label == PROTOBUF_C_LABEL_REPEATED
    isPacked = unsafe field.flags & PROTOBUF_C_FIELD_FLAG_PACKED.rawValue != 0
    isMemberOfOneof = unsafe field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0
    wireType = Self.isNumber(kind) && !isPacked ? WireType.varint : WireType.content
    offset = unsafe Int(field.offset)
    quantifierOffset = unsafe Int(field.quantifier_offset)
  }

  var number: UInt32 { unsafe pointer.pointee.id }
  var name: String { unsafe String(cString: pointer.pointee.name) }

  /// Members of one oneof have one place for the number of the member that is set.
  fileprivate func excludes(_ other: FieldDescriptor) -> Bool {
    if isRepeated { return false }
    return isMemberOfOneof
      ? other.isMemberOfOneof && other.quantifierOffset == quantifierOffset : other.offset == offset
  }

  private static func kind(_ type: ProtobufCType) -> Kind? {
    switch type {
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

  private static func isNumber(_ kind: Kind?) -> Bool {
    switch kind {
    case .uint32, .uint64, .bool, .enumeration: true
    case .text, .bytes, .message, nil: false
    }
  }

  /// Whether an enumeration names `value`.
  func names(_ value: UInt64) -> Bool {
    guard kind == .enumeration, let value = Int32(exactly: value),
      let type = unsafe pointer.pointee.descriptor
    else { return false }
    return unsafe protobuf_c_enum_descriptor_get_value(
      type.assumingMemoryBound(to: ProtobufCEnumDescriptor.self), value) != nil
  }
}
