import COpenSSL
import CPKCS11

/// One attribute of an object.
struct PKCS11Attribute {
  let type: CK_ATTRIBUTE_TYPE
  let value: [UInt8]

  init(_ type: CK_ATTRIBUTE_TYPE, _ value: [UInt8]) {
    self.type = type
    self.value = value
  }

  init(_ type: CK_ATTRIBUTE_TYPE, _ value: Bool) { self.init(type, [value ? 1 : 0]) }

  init(_ type: CK_ATTRIBUTE_TYPE, _ value: CK_ULONG) {
    self.init(type, unsafe withUnsafeBytes(of: value) { unsafe Array($0) })
  }
}

/// A session with a token. One thread uses it at a time.
struct PKCS11Session: Sendable {
  let run: PKCS11Run
  let handle: CK_SESSION_HANDLE
  /// Which finding of the token it belongs to; handles of objects are good within one.
  let epoch: UInt64

  /// Ends it; one that the token has lost is ended already.
  func close() {
    _ = try? run.call("C_CloseSession") { unsafe $0.list.pointee.C_CloseSession?(handle) }
  }

  /// Logs the process in; nil where the token has a keypad of its own.
  func login(pin: [UInt8]?) throws(PKCS11Fault) {
    try run.call("C_Login", accepting: [CKR_USER_ALREADY_LOGGED_IN]) { functions in
      guard let pin else { return unsafe functions.list.pointee.C_Login?(handle, CKU_USER, nil, 0) }
      return unsafe pin.withUnsafeBufferPointer { pin in
        // The library only reads it; a copy would be one more to wipe.
        let start = unsafe UnsafeMutablePointer(mutating: pin.baseAddress)
        return unsafe functions.list.pointee.C_Login?(handle, CKU_USER, start, CK_ULONG(pin.count))
      }
    }
  }

  /// The objects that have all of these attributes, at most 4,096.
  func find(_ attributes: [PKCS11Attribute]) throws(PKCS11Fault) -> [CK_OBJECT_HANDLE] {
    try run.call("C_FindObjectsInit") { functions in
      unsafe withTemplate(attributes) { unsafe functions.list.pointee.C_FindObjectsInit?(handle, $0, $1) }
    }
    defer {
      _ = try? run.call("C_FindObjectsFinal") { unsafe $0.list.pointee.C_FindObjectsFinal?(handle) }
    }
    var found = [CK_OBJECT_HANDLE](repeating: 0, count: 4096)
    var count: CK_ULONG = 0
    try run.call("C_FindObjects") {
      unsafe $0.list.pointee.C_FindObjects?(handle, &found, CK_ULONG(found.count), &count)
    }
    return Array(found.prefix(Int(count)))
  }

  /// The value of an attribute; nil where the object has none or does not tell.
  func value(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> [UInt8]? {
    var nothing: [UInt8] = []
    guard let length = try read(type, of: object, into: &nothing) else { return nil }
    var value = [UInt8](repeating: 0, count: length)
    if length > 0, try read(type, of: object, into: &value) != length { return nil }
    return value
  }

  /// Whether a flag of an object is set; nil where the object does not tell.
  func flag(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> Bool? {
    try value(type, of: object).map { $0.first == 1 }
  }

  /// The number in an attribute; nil where the object does not tell.
  func number(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) throws(PKCS11Fault) -> CK_ULONG? {
    guard let bytes = try value(type, of: object), bytes.count == MemoryLayout<CK_ULONG>.size else {
      return nil
    }
    return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: CK_ULONG.self) }
  }

  /// The token's signature of `input`, in the mechanism's own form.
  func sign(
    _ input: [UInt8], with key: CK_OBJECT_HANDLE, _ mechanism: PKCS11Mechanism
  ) throws(PKCS11Fault) -> [UInt8] {
    try run.call("C_SignInit") { functions in
      unsafe mechanism.withValue { unsafe functions.list.pointee.C_SignInit?(handle, $0, key) }
    }
    var input = input
    var signature = [UInt8](repeating: 0, count: 1024)
    var length = CK_ULONG(signature.count)
    try run.call("C_Sign") {
      unsafe $0.list.pointee.C_Sign?(handle, &input, CK_ULONG(input.count), &signature, &length)
    }
    return Array(signature.prefix(Int(length)))
  }

  /// Makes a key pair in the token.
  func generate(
    _ mechanism: PKCS11Mechanism, publicHalf: [PKCS11Attribute], privateHalf: [PKCS11Attribute]
  ) throws(PKCS11Fault) {
    var handles: (CK_OBJECT_HANDLE, CK_OBJECT_HANDLE) = (0, 0)
    try run.call("C_GenerateKeyPair") { functions in
      unsafe mechanism.withValue { mechanism in
        unsafe withTemplate(publicHalf) { publicHalf, publicCount in
          unsafe withTemplate(privateHalf) { privateHalf, privateCount in
            unsafe functions.list.pointee.C_GenerateKeyPair?(
              handle, mechanism, publicHalf, publicCount, privateHalf, privateCount, &handles.0, &handles.1)
          }
        }
      }
    }
  }

  /// Fills `value`, and answers how long the attribute is, which is all for an empty one; nil where the object has none
  /// or keeps it to itself.
  private func read(
    _ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE, into value: inout [UInt8]
  ) throws(PKCS11Fault) -> Int? {
    var length: CK_ULONG = 0
    let untold = [CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_SENSITIVE]
    let code = try run.call("C_GetAttributeValue", accepting: untold) { functions in
      unsafe value.withUnsafeMutableBytes { bytes in
        var request = unsafe CK_ATTRIBUTE(
          type: type, pValue: bytes.isEmpty ? nil : bytes.baseAddress, ulValueLen: CK_ULONG(bytes.count))
        defer { length = unsafe request.ulValueLen }
        return unsafe functions.list.pointee.C_GetAttributeValue?(handle, object, &request, 1)
      }
    }
    return code == CKR_OK && length <= 64 << 10 ? Int(length) : nil
  }
}

/// Runs `body` with the attributes as C has them.
private func withTemplate<Result>(
  _ attributes: [PKCS11Attribute], _ body: (UnsafeMutablePointer<CK_ATTRIBUTE>?, CK_ULONG) -> Result
) -> Result {
  // Each value begins on a border of eight bytes, since a library may read it as a number.
  var storage: [UInt8] = []
  var starts: [Int] = []
  for attribute in attributes {
    storage += [UInt8](repeating: 0, count: -storage.count & 7)
    starts.append(storage.count)
    storage += attribute.value
  }
  return unsafe storage.withUnsafeMutableBytes { bytes in
    var list = unsafe zip(attributes, starts).map { attribute, start in
      unsafe CK_ATTRIBUTE(
        type: attribute.type, pValue: bytes.baseAddress.map { unsafe $0 + start },
        ulValueLen: CK_ULONG(attribute.value.count))
    }
    return unsafe list.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, CK_ULONG($0.count)) }
  }
}
