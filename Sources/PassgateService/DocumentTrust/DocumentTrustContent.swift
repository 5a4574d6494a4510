import PassgateCrypto
import PassgateWire

/// What a source consists of, decoded: its files together.
struct DocumentTrustContent: Sendable {
  /// A certificate or list that was kept out.
  struct Problem: Sendable, Equatable {
    let file: Int
    let number: Int
    let reason: String
  }

  /// A master list that was taken: an older one of its signer's country is refused.
  struct SignedList: Sendable, Equatable {
    let digest: [UInt8]
    /// Seconds since 1970.
    let signedAt: Int64
  }

  /// Who may have signed master lists.
  enum Anchors {
    /// One of these, as is judged when a list is proposed and activated.
    case any([DocumentCertificate])
    /// That was judged before: it has the signature that it came with.
    case judged
  }

  /// Certificates of a source: as many as a master list may have.
  static let certificateLimit = MasterList.certificateLimit

  let use: TrustUse
  private(set) var certificates: [DocumentCertificate] = []
  private(set) var lists: [DocumentRevocationList] = []
  /// By the country of the signer.
  private(set) var signedLists: [String: SignedList] = [:]
  private(set) var problems: [Problem] = []
  private(set) var files: [TrustFile] = []
  /// Where each of the lists came from.
  private var origins: [(file: Int, number: Int)] = []
  private var seen: Set<[UInt8]> = []
  private var current = Tally()

  /// What one file adds.
  struct Tally {
    var kinds: Set<DocumentTrustFile.Kind> = []
    var signer = ""
    var issued: Int64 = 0
    var certificates = 0
    var lists = 0
    var duplicates = 0
    var keptOut = 0
  }

  init(use: TrustUse) { self.use = use }

  /// What a source consists of when it has gone.
  static func nothing(_ use: TrustUse) -> DocumentTrustContent { DocumentTrustContent(use: use) }

  // MARK: Reading

  /// Takes a file in. What cannot be used of it is kept out and told of; the rest counts.
  ///
  /// - Parameter unixSeconds: now; what is signed later is refused.
  /// - Throws: the fault of a file in which nothing can be used.
  mutating func add(_ bytes: [UInt8], anchors: Anchors, at unixSeconds: Int64) throws(DocumentTrustFault) {
    let place = "files[\(files.count)]"
    current = Tally()
    let file: DocumentTrustFile
    do throws(CryptoError) { file = try DocumentTrustFile(bytes) } catch {
      throw .refused("\(place): \(error.detail)")
    }
    for problem in file.problems { keepOut(problem.line, problem.reason) }
    for item in file.items { take(item, anchors, at: unixSeconds) }
    guard certificates.count <= Self.certificateLimit else {
      throw .refused("files: a source has at most \(Self.certificateLimit) certificates")
    }
    guard current.certificates + current.lists + current.duplicates > 0 else {
      let fault = problems.first { $0.file == files.count }?.reason ?? "it is empty"
      throw .refused("\(place): nothing in it can be used: \(fault)")
    }
    files.append(TrustFile(sha256(bytes.span), byteCount: bytes.count, current))
  }

  private mutating func take(_ item: DocumentTrustFile.Item, _ anchors: Anchors, at unixSeconds: Int64) {
    current.kinds.insert(item.kind)
    do throws(CryptoError) {
      switch item.kind {
      case .certificate: take(try DocumentCertificate(der: item.bytes), at: item.line)
      case .revocationList: take(try DocumentRevocationList(der: item.bytes), at: item.line)
      case .masterList: try takeMasterList(item, anchors, at: unixSeconds)
      }
    } catch {
      keepOut(item.line, error.detail)
    }
  }

  private mutating func take(_ certificate: DocumentCertificate, at number: Int) {
    guard seen.insert(certificate.fingerprint).inserted else {
      current.duplicates += 1
      return
    }
    if let fault = use.fault(of: certificate) { return keepOut(number, fault) }
    certificates.append(certificate)
    current.certificates += 1
  }

  private mutating func take(_ list: DocumentRevocationList, at number: Int) {
    guard use == .issuers else {
      return keepOut(number, "a revocation list is of no use here; propose it as a source of issuers")
    }
    guard seen.insert(sha256(list.der.span)).inserted else {
      current.duplicates += 1
      return
    }
    lists.append(list)
    origins.append((files.count, number))
    current.lists += 1
    current.issued = max(current.issued, list.thisUpdate)
  }

  private mutating func takeMasterList(
    _ item: DocumentTrustFile.Item, _ anchors: Anchors, at unixSeconds: Int64
  ) throws(CryptoError) {
    guard use == .issuers else {
      throw CryptoError(.wrongPurpose, "a master list is of no use here; propose it as a source of issuers")
    }
    let list = try MasterList.parse(
      item.bytes, anchors: try anchors.certificates(for: item.bytes), at: unixSeconds)
    guard let signedAt = list.signedAt else {
      throw CryptoError(.malformed, "the master list does not say when it was signed")
    }
    for certificate in list.certificates { take(certificate, at: 0) }
    for problem in list.problems { keepOut(problem.index + 1, problem.reason) }
    current.duplicates += list.duplicates
    current.issued = max(current.issued, signedAt)
    current.signer = list.signer.subject
    let country = list.signer.country ?? ""
    if signedAt >= signedLists[country]?.signedAt ?? .min {
      signedLists[country] = SignedList(digest: sha256(item.bytes.span), signedAt: signedAt)
    }
  }

  private mutating func keepOut(_ number: Int, _ reason: String) {
    current.keptOut += 1
    problems.append(Problem(file: files.count, number: number, reason: reason))
  }

  // MARK: Revocation lists

  /// Keeps the lists out at these places, which no trusted CSCA has signed.
  mutating func keepOut(lists places: [Int]) {
    for place in places.sorted(by: >) where lists.indices.contains(place) {
      let (list, origin) = (lists.remove(at: place), origins.remove(at: place))
      let reason =
        "no trusted CSCA has signed the revocation list of \(list.issuer.text); import that CSCA first"
      problems.append(Problem(file: origin.file, number: origin.number, reason: reason))
      files[origin.file].lists -= 1
      files[origin.file].keptOut += 1
    }
  }

  /// The latest list of each issuer.
  var latest: [DocumentName: DocumentRevocationList] {
    Dictionary(lists.map { ($0.issuer, $0) }) { $0.isOlder(than: $1) ? $1 : $0 }
  }

  /// Throws where nothing is left that counts.
  func requireSomething() throws(DocumentTrustFault) {
    guard certificates.isEmpty, lists.isEmpty else { return }
    throw .refused("files: nothing in them can be used: \(problems.first?.reason ?? "they are empty")")
  }

  // MARK: Age

  /// What in this content is older than in that which is in force; nil when nothing is.
  func fault(after former: DocumentTrustContent) -> String? {
    for (country, list) in signedLists {
      guard let known = former.signedLists[country], known.digest != list.digest else { continue }
      guard list.signedAt > known.signedAt else {
        return "files: the master list of \(country) is not newer than the one in force"
      }
    }
    let known = former.latest
    for (issuer, list) in latest where known[issuer].map(list.isOlder) == true {
      return "files: the revocation list of \(issuer.text) is older than the one in force"
    }
    return nil
  }
}

extension DocumentRevocationList {
  /// By number where both have one, and by time.
  func isOlder(than other: DocumentRevocationList) -> Bool {
    if let number, let theirs = other.number, number != theirs { return number < theirs }
    return thisUpdate < other.thisUpdate
  }
}

extension DocumentTrustContent.Anchors {
  /// The certificates that the list's signer is looked for among.
  fileprivate func certificates(for masterList: [UInt8]) throws(CryptoError) -> [DocumentCertificate] {
    switch self {
    case .any(let certificates): return certificates
    case .judged:
      let document = try SignedDocument(masterList, contentTypes: [.masterList])
      return document.certificates.compactMap { try? DocumentCertificate(der: $0) }
    }
  }
}

extension TrustUse {
  /// Why a certificate is of no such use; nil when it is.
  fileprivate func fault(of certificate: DocumentCertificate) -> String? {
    switch self {
    case .issuers where certificate.isForMasterLists && !certificate.isCA:
      "it is for signing master lists, not documents"
    case .pinned where certificate.isCA: "it is no document signer's; propose it as a source of issuers"
    case .issuers, .anchors, .pinned: nil
    }
  }
}

extension TrustFile {
  fileprivate init(_ digest: [UInt8], byteCount: Int, _ tally: DocumentTrustContent.Tally) {
    self.init(
      digest: digest, byteCount: UInt64(byteCount), content: Content(tally.kinds),
      issuedMilliseconds: UInt64(clamping: tally.issued) * 1_000, signer: wireText(tally.signer),
      certificates: UInt32(clamping: tally.certificates), lists: UInt32(clamping: tally.lists),
      duplicates: UInt32(clamping: tally.duplicates), keptOut: UInt32(clamping: tally.keptOut))
  }
}

extension TrustFile.Content {
  fileprivate init(_ kinds: Set<DocumentTrustFile.Kind>) {
    switch kinds {
    case [.masterList]: self = .masterList
    case [.revocationList]: self = .crls
    case [.certificate], []: self = .certificates
    default: self = .mixed
    }
  }
}
