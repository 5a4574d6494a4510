/// The GeneralNames of RFC 5280 section 4.2.1.6, and what constrains them (section 4.2.1.10).
enum NameSyntax {
  /// The context tags of the kinds of names.
  enum Tag {
    static let mailbox: UInt8 = 0x81
    static let dns: UInt8 = 0x82
    static let directory: UInt8 = 0xa4
    static let uri: UInt8 = 0x86
    static let address: UInt8 = 0x87
  }

  /// Whether the content is one of the kind that the tag says; kinds that nothing here reads are taken as they are.
  static func isName(_ tag: UInt8, _ content: [UInt8]) -> Bool {
    switch tag {
    case Tag.mailbox: isMailbox(content)
    case Tag.dns: isHost(content.starts(with: Array("*.".utf8)) ? content.dropFirst(2) : content[...])
    case Tag.uri: content.allSatisfy(isVisible) && (content.firstIndex(of: UInt8(ascii: ":")) ?? 0) > 0
    case Tag.address: content.count == 4 || content.count == 16
    case Tag.directory: CertificateFacts.members(of: content) != nil
    case 0xa0, 0xa3, 0xa5, 0x88: true
    default: false
    }
  }

  /// Whether the content constrains names of the kind that the tag says.
  static func isConstraint(_ tag: UInt8, _ content: [UInt8]) -> Bool {
    switch tag {
    case Tag.mailbox: content.contains(UInt8(ascii: "@")) ? isMailbox(content) : isHostOrDomain(content)
    case Tag.dns: content.isEmpty || isHost(content[...])
    case Tag.uri: isHostOrDomain(content)
    case Tag.address: isRange(content)
    case Tag.directory: CertificateFacts.members(of: content) != nil
    case 0xa0, 0xa3, 0xa5, 0x88: true
    default: false
    }
  }

  /// Labels of letters, digits and hyphens (RFC 1034 section 3.5, RFC 1123 section 2.1).
  static func isHost(_ name: ArraySlice<UInt8>) -> Bool {
    let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return name.count <= 253
      && labels.allSatisfy { label in
        1...63 ~= label.count && label.first != hyphen && label.last != hyphen
          && label.allSatisfy(isLetterDigitHyphen)
      }
  }

  private static let hyphen = UInt8(ascii: "-")

  private static func isHostOrDomain(_ content: [UInt8]) -> Bool {
    isHost(content.first == UInt8(ascii: ".") ? content.dropFirst() : content[...])
  }

  /// One mailbox of RFC 2821, without quoting.
  private static func isMailbox(_ content: [UInt8]) -> Bool {
    let parts = content.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[0].allSatisfy(isVisible) && isHost(parts[1])
  }

  /// An address and a mask whose ones stand before its zeros.
  private static func isRange(_ content: [UInt8]) -> Bool {
    guard content.count == 8 || content.count == 32 else { return false }
    let mask = content.suffix(content.count / 2).drop { $0 == 0xff }
    return mask.dropFirst().allSatisfy { $0 == 0 } && mask.first.map { (~$0 &+ 1) & ~$0 == 0 } ?? true
  }

  private static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7e ~= byte }

  private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen:
      true
    default: false
    }
  }
}

/// The NameConstraints of an authority; OpenSSL holds names against them, but for wildcards.
struct NameConstraints {
  /// The DNS names under which nothing may be.
  private(set) var excludedHosts: [[UInt8]] = []

  /// Nil for anything but one or more well-formed subtrees.
  init?(_ value: [UInt8]) {
    guard let lists = CertificateFacts.members(of: value), !lists.isEmpty else { return nil }
    for (tag, content) in lists {
      guard tag == 0xa0 || tag == 0xa1, let subtrees = CertificateFacts.elements(of: content),
        !subtrees.isEmpty
      else { return nil }
      for subtree in subtrees {
        // Minimum and maximum are never written (section 4.2.1.10).
        guard subtree.tag == 0x30, let fields = CertificateFacts.elements(of: subtree.content),
          fields.count == 1,
          NameSyntax.isConstraint(fields[0].tag, fields[0].content)
        else { return nil }
        if tag == 0xa1, fields[0].tag == NameSyntax.Tag.dns { excludedHosts.append(fields[0].content) }
      }
    }
  }

  /// Whether a wildcard in `facts` stands for a name that is excluded: RFC 5280 compares the letters alone.
  func excludesByWildcard(_ facts: CertificateFacts) -> Bool {
    let names = facts.members(CertificateFacts.Identifier.subjectAlternativeName) ?? []
    return names.contains { tag, content in
      guard tag == NameSyntax.Tag.dns, content.starts(with: Array("*.".utf8)) else { return false }
      let parent = Self.lowercased(content.dropFirst(2))
      return excludedHosts.contains { host in
        let host = Self.lowercased(host[...])
        return host == parent || host.hasSuffix("." + parent)
      }
    }
  }

  private static func lowercased(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: name, as: UTF8.self).lowercased()
  }
}
