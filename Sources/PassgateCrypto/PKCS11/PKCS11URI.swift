/// A key or a token as RFC 7512 names it: which token, which object in it, where the token's library and its PIN are.
///
///     pkcs11:token=passgate;object=reply-2?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:reply.pin
///
/// A PIN is never part of it, because settings are copied, printed and archived: `pin-value` is refused.
package struct PKCS11URI: Sendable, Equatable {
  /// What of a token must match: the text of its information, blanks at the end apart.
  package private(set) var token: String?
  package private(set) var manufacturer: String?
  package private(set) var model: String?
  package private(set) var serial: String?
  package private(set) var slotID: UInt?
  /// The object's label.
  package private(set) var object: String?
  /// The object's CKA_ID.
  package private(set) var id: [UInt8]?
  /// The absolute path of the token's library.
  package private(set) var modulePath: String
  /// The file with the PIN; nil for a token that asks on a keypad of its own.
  package private(set) var pinSource: String?

  private static let form =
    "pkcs11:token=LABEL;object=LABEL?module-path=/PATH/TO/LIBRARY.so&pin-source=file:FILE"

  /// Reads a URI.
  ///
  /// - Throws: `.malformed`, `.unsupported` for an attribute that is not taken. The sentence holds no value.
  package init(_ text: String) throws(CryptoError) {
    guard text.hasPrefix("pkcs11:") else { throw Self.fault("a token's URI begins with pkcs11:") }
    let parts = text.dropFirst("pkcs11:".count).split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    modulePath = ""
    var seen: Set<String> = []
    try read(parts[0], separator: ";", Self.pathAttributes, &seen)
    if parts.count > 1 { try read(parts[1], separator: "&", Self.queryAttributes, &seen) }
    guard !modulePath.isEmpty else {
      throw Self.fault("a token's URI names the token's library: ?module-path=/PATH/TO/LIBRARY.so")
    }
    guard token ?? serial != nil || slotID != nil else {
      throw Self.fault("a token's URI names the token: token=LABEL, serial=NUMBER or slot-id=NUMBER")
    }
  }

  /// The same with another file for the PIN.
  package func with(pinSource: String) -> PKCS11URI {
    var copy = self
    copy.pinSource = pinSource
    return copy
  }

  /// The same with the object of this label, of any id.
  package func with(object: String?, id: [UInt8]? = nil) -> PKCS11URI {
    var copy = self
    copy.object = object
    copy.id = id
    return copy
  }

  /// Whether both are of one token, whatever the object.
  func isSameToken(as other: PKCS11URI) -> Bool { with(object: nil) == other.with(object: nil) }

  /// The token, and the object where there is one, for a sentence: "the key 'reply-2' of the token 'passgate'".
  package var place: String {
    let name = token.map { "the token '\($0)'" } ?? serial.map { "the token with serial number \($0)" }
    let token = name ?? "the token in slot \(slotID ?? 0)"
    if let object { return "the key '\(object)' of \(token)" }
    return id == nil ? token : "the key with id \(Self.escaped(id ?? [])) of \(token)"
  }
}

// MARK: - Reading

extension PKCS11URI {
  private typealias Setter = @Sendable (inout PKCS11URI, [UInt8]) throws(CryptoError) -> Void

  private static let pathAttributes: [String: Setter] = [
    "token": text(\.token), "manufacturer": text(\.manufacturer), "model": text(\.model),
    "serial": text(\.serial), "object": text(\.object),
    "slot-id": { uri, value throws(CryptoError) in
      guard let number = UInt(String(decoding: value, as: UTF8.self)) else {
        throw fault("slot-id is no number")
      }
      uri.slotID = number
    },
    "id": { uri, value throws(CryptoError) in uri.id = value },
    "type": { _, value throws(CryptoError) in
      guard value == Array("private".utf8) else { throw fault("type must be private, or left out") }
    },
  ]

  private static let queryAttributes: [String: Setter] = [
    "module-path": { uri, value throws(CryptoError) in
      uri.modulePath = String(decoding: value, as: UTF8.self)
      guard uri.modulePath.hasPrefix("/") else { throw fault("module-path must be an absolute path") }
    },
    "pin-source": { uri, value throws(CryptoError) in uri.pinSource = try file(value) },
    "pin-value": { _, _ throws(CryptoError) in
      throw CryptoError(
        .unsupported,
        "a PIN must not be in a URI, where it is copied and printed; put it into a file that its owner alone can "
          + "read, and name that with pin-source=file:FILE")
    },
  ]

  private static func text(_ path: any WritableKeyPath<PKCS11URI, String?> & Sendable) -> Setter {
    { uri, value throws(CryptoError) in
      guard let text = String(validating: value, as: UTF8.self), !text.isEmpty else {
        throw fault("an attribute of a token's URI is empty or no UTF-8")
      }
      uri[keyPath: path] = text
    }
  }

  private static func file(_ value: [UInt8]) throws(CryptoError) -> String {
    let text = String(decoding: value, as: UTF8.self)
    let path =
      text.hasPrefix("file://") ? text.dropFirst(7) : text.hasPrefix("file:") ? text.dropFirst(5) : ""
    guard !path.isEmpty else { throw fault("pin-source must be file: and the path of the file with the PIN") }
    return String(path)
  }

  private mutating func read(
    _ list: Substring, separator: Character, _ known: [String: Setter], _ seen: inout Set<String>
  ) throws(CryptoError) {
    for item in list.split(separator: separator) {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard parts.count == 2, let set = known[name] else { throw Self.unknown(name, known) }
      guard seen.insert(name).inserted else { throw Self.fault("\(name) is there twice") }
      guard let value = Self.unescaped(parts[1]) else { throw Self.fault("\(name) has a broken %-escape") }
      try set(&self, value)
    }
  }

  private static func unknown(_ name: String, _ known: [String: Setter]) -> CryptoError {
    // What is no attribute may be a mistyped value, a PIN even, and is not repeated.
    CryptoError(
      .unsupported,
      "a part of a token's URI is none of \(known.keys.filter { $0 != "pin-value" }.sorted().joined(separator: ", "))"
        + "; its form is \(form)")
  }

  private static func fault(_ sentence: String) -> CryptoError {
    CryptoError(.malformed, "\(sentence); its form is \(form)")
  }
}

// MARK: - Text

extension PKCS11URI: CustomStringConvertible {
  /// The URI in its shortest form, which `init` reads back.
  package var description: String {
    let texts = [
      ("token", token), ("manufacturer", manufacturer), ("model", model), ("serial", serial),
      ("slot-id", slotID.map(String.init)), ("object", object),
    ]
    var path = texts.compactMap { name, value in
      value.map { "\(name)=\(Self.escaped($0, keeping: "")) ".dropLast() }
    }
    if let id { path.append("id=\(Self.escaped(id))"[...]) }
    let query =
      ["module-path=\(Self.escaped(modulePath, keeping: "/"))"]
      + (pinSource.map { ["pin-source=file:\(Self.escaped($0, keeping: "/"))"] } ?? [])
    return "pkcs11:\(path.joined(separator: ";"))?\(query.joined(separator: "&"))"
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// Every byte escaped, as is usual for an id.
  private static func escaped(_ bytes: [UInt8]) -> String { bytes.map(escape).joined() }

  private static func escaped(_ text: String, keeping extra: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || ("-._~" + extra).utf8.contains(byte) ? String(scalar) : escape(byte)
    }.joined()
  }

  private static func escape(_ byte: UInt8) -> String {
    String(decoding: [0x25, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]], as: UTF8.self)
  }

  /// Nil for an escape that is not two hexadecimal digits.
  private static func unescaped(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
