/// What a tenant may ask: an agreement made ready to be held against every request (art.9(1)).
///
/// Scene by scene it knows the ways of checking, the elements, the document types and the hours; what it does not
/// name is not allowed.
package struct Policy: Sendable, Hashable {
  /// Why a request is outside of the agreement.
  package enum Fault: Sendable, Hashable {
    case sceneNotAgreed
    case checkNotAgreed
    case elementNotAgreed(OptionalElement)
    case documentTypeNotAgreed
    case outsideHours
  }

  /// The terms of one scene, small enough to be compared without a memory access.
  private struct Terms: Sendable, Hashable {
    static let all = Terms()

    private(set) var checks = CaseBits<CheckKind>.all
    private(set) var elements = ClaimElements.all
    private(set) var documentTypes = CaseBits<DocumentType>.all
    private(set) var hours = DailyHours.allDay
    private(set) var field: PublicField?

    private init() {}

    init(_ scope: SceneScope) {
      checks = CaseBits(scope.checks)
      elements = CaseBits(scope.elements)
      documentTypes = CaseBits(scope.documentTypes)
      hours = scope.hours
      field = scope.field
    }
  }

  private let terms: [String: Terms]
  /// The agreed checks of a minute; nil means the platform's default.
  package let checksPerMinute: Int?
  /// The agreed checks of a day in Beijing; nil means no limit of its own.
  package let checksPerDay: Int?

  /// The policy that an agreement comes to.
  package init(_ agreement: Agreement) { self.init(scopes: agreement.scopes, quota: agreement.quota) }

  /// What these scenes name and nothing else.
  //= Measures art.9(1)
  package init(scopes: [SceneScope], quota: Volume) {
    terms = Dictionary(scopes.map { ($0.scene, Terms($0)) }, uniquingKeysWith: { first, _ in first })
    checksPerMinute = Int(quota.peakPerMinute)
    checksPerDay = Int(quota.checksPerDay)
  }

  /// Everything in these scenes, at every hour: a sandbox's tenant is provisioned without an agreement.
  package init(allowingAllIn scenes: some Sequence<String>, checksPerMinute: Int? = nil) {
    terms = Dictionary(scenes.map { ($0, Terms.all) }, uniquingKeysWith: { first, _ in first })
    self.checksPerMinute = checksPerMinute
    checksPerDay = nil
  }

  /// The scenes named, in order.
  package var scenes: [String] { terms.keys.sorted() }

  /// The field of public service that the agreement has the scene in; nil for one without an agreement.
  package func field(ofScene scene: String) -> PublicField? { terms[scene]?.field }

  /// What a check in the scene may deal with beyond name, number and birth date; nothing in a scene not agreed.
  package func elements(ofScene scene: String) -> ClaimElements {
    terms[scene]?.elements ?? ClaimElements([])
  }

  /// Why this scene, way of checking and time are outside of the agreement; nil when they are in it.
  /// - Parameters:
  ///   - check: nil for a call that checks nobody: it needs a scene of the agreement and nothing else.
  ///   - wallMilliseconds: since 1970.
  package func fault(scene: String, check: CheckKind?, at wallMilliseconds: UInt64) -> Fault? {
    guard let terms = terms[scene] else { return .sceneNotAgreed }
    guard let check else { return nil }
    //= Measures art.4
    guard terms.checks.contains(check) else { return .checkNotAgreed }
    return terms.hours.contains(wallMilliseconds) ? nil : .outsideHours
  }

  /// Why a claim with these elements of a document of this type is outside of the agreement; nil when it is in it.
  package func fault(scene: String, elements: ClaimElements, documentType: DocumentType) -> Fault? {
    guard let terms = terms[scene] else { return .sceneNotAgreed }
    guard terms.documentTypes.contains(documentType) else { return .documentTypeNotAgreed }
    return elements.firstOutside(terms.elements).map { .elementNotAgreed($0) }
  }
}

/// Cases of an enumeration as bits, so that a request is held against them without a memory access.
package struct CaseBits<Member: CaseIterable & RawRepresentable<UInt8>>: Sendable, Hashable {
  static var all: Self { Self(Member.allCases) }

  private var bits: UInt8 = 0

  package init(_ members: some Sequence<Member>) {
    for member in members { insert(member) }
  }

  package mutating func insert(_ member: Member) { bits |= 1 << member.rawValue }

  package func contains(_ member: Member) -> Bool { bits & 1 << member.rawValue != 0 }

  /// The case of the lowest number that the other has not; nil when it has all.
  package func firstOutside(_ other: Self) -> Member? {
    let outside = bits & ~other.bits
    return outside == 0 ? nil : Member(rawValue: UInt8(outside.trailingZeroBitCount))
  }
}

/// What a claim states, or a chip may tell, beyond name, number and birth date.
package typealias ClaimElements = CaseBits<OptionalElement>

extension IdentityClaim {
  /// What the claim states beyond name, number and birth date.
  package var elements: ClaimElements {
    var elements = ClaimElements([])
    if sex != nil { elements.insert(.sex) }
    if expiry != nil { elements.insert(.expiry) }
    if mrz != nil { elements.insert(.mrz) }
    return elements
  }
}

/// Fewer checks a minute until a time: a technical act, never a state of the tenant.
package struct Throttle: Sendable, Hashable {
  /// At least 1: none at all would be a suspension (art.13).
  package var checksPerMinute: Int
  /// Milliseconds since 1970, from which on it no longer holds.
  package var until: UInt64

  package init(checksPerMinute: Int, until: UInt64) {
    self.checksPerMinute = checksPerMinute
    self.until = until
  }
}
