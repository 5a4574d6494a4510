/// The five sets of materials of art.6(1), by their item.
package enum MaterialKind: UInt8, Sendable, Hashable, CaseIterable {
  /// 基本情況表
  case organisationForm = 1
  /// 營業執照 or the registration certificate of a legal person
  case registration = 2
  /// 合法性說明材料
  case lawfulness = 3
  /// 權屬證明
  case systemRights = 4
  /// 安全性說明材料
  case systemSecurity = 5
}

/// One document of the dossier.
package struct Material: Sendable, Hashable {
  /// What the document's bytes are.
  package enum MediaType: UInt8, Sendable, Hashable, CaseIterable {
    case pdf = 1
    case jpeg = 2
    case png = 3

    /// What a document of this type begins with (ISO 32000-1 7.5.2; ISO/IEC 10918-1 B.2.1: SOI and the next
    /// marker; PNG, ISO/IEC 15948 5.2).
    private var beginning: [UInt8] {
      switch self {
      case .pdf: [0x25, 0x50, 0x44, 0x46, 0x2D]
      case .jpeg: [0xFF, 0xD8, 0xFF]
      case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      }
    }

    /// What a document is by its first bytes, as a name can be anything; nil for none of the types.
    package init?(beginning bytes: [UInt8]) {
      guard let type = Self.allCases.first(where: { bytes.starts(with: $0.beginning) }) else { return nil }
      self = type
    }
  }

  package var kind: MaterialKind
  package var mediaType: MediaType
  /// 1 to 128 characters.
  package var title: String
  /// SHA-256 of its bytes, 32 bytes.
  package var digest: [UInt8]
  /// 1 byte to 16 MiB.
  package var byteCount: UInt64
  /// The last day on which it is valid.
  package var expiresOn: CalendarDate

  package init(
    kind: MaterialKind, mediaType: MediaType, title: String, digest: [UInt8], byteCount: UInt64,
    expiresOn: CalendarDate
  ) {
    self.kind = kind
    self.mediaType = mediaType
    self.title = title
    self.digest = digest
    self.byteCount = byteCount
    self.expiresOn = expiresOn
  }
}

/// The organisation as its form states it (art.5(1), art.6(1)).
package struct Organisation: Sendable, Hashable {
  package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
    /// 企業
    case enterprise = 1
    /// 事業單位
    case publicInstitution = 2
    /// 社會團體
    case socialOrganisation = 3
    /// 基金會
    case foundation = 4
    /// 社會服務機構
    case socialService = 5
  }

  /// 1 to 128 characters.
  package var name: String
  package var kind: Kind
  /// 統一社會信用代碼: 18 characters with a check character (GB 32100-2015).
  package var creditCode: String

  package init(name: String, kind: Kind, creditCode: String) {
    self.name = name
    self.kind = kind
    self.creditCode = creditCode
  }
}

/// What an organisation applies with (art.6): who it is, what for, how much, and the documents that show it.
package struct Dossier: Sendable, Hashable {
  package var organisation: Organisation
  /// The scenes asked for; what is agreed may be less, never more.
  package var scopes: [SceneScope]
  package var volume: Volume
  package var materials: [Material]

  package init(organisation: Organisation, scopes: [SceneScope], volume: Volume, materials: [Material]) {
    self.organisation = organisation
    self.scopes = scopes
    self.volume = volume
    self.materials = materials
  }
}
