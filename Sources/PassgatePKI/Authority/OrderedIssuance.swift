import PassgateCrypto
package import PassgateSystem

/// The issue of certificates for a whole folder of orders. Certificates that the journal has for a key are given out
/// again instead of being made twice, so the same command finishes what a crash has interrupted.
package struct OrderedIssuance: Sendable {
  /// What became of the orders.
  package struct Result: Sendable {
    /// The certificates that were made now.
    package internal(set) var issued = 0
    /// Those that the journal had.
    package internal(set) var known = 0
    /// The orders of which nothing more is to be done.
    package internal(set) var done: [KeyOrder] = []
    /// The orders that were refused, and why.
    package internal(set) var refused: [(order: KeyOrder, fault: PKIError)] = []
    /// The file that lists what is done.
    package let summary: String
  }

  package let folder: AuthorityFolder
  /// The folder of the orders, or the file.
  package let path: String
  /// Nil for as many as the purpose allows.
  package let days: Int?
  /// Called with the path before each write; a test throws here, as a power cut would.
  package var beforeWrite: @Sendable (_ path: String) throws(PKIError) -> Void = { _ in }

  package init(folder: AuthorityFolder, path: String, days: Int? = nil) {
    self.folder = folder
    self.path = path
    self.days = days
  }

  /// This many certificates are entered in the journal at once: one synchronisation of the disk serves them all.
  private static let batch = 256

  /// Issues for every order that can be served; one that is refused keeps no other back.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    let file = try OrderFile(path)
    let desk = try IssuingDesk(folder, clock)
    try onFiles { () throws(SystemError) in try Files.createDirectory(file.results) }
    var result = Result(summary: "\(file.directory)/issued.json")
    var progress = Progress(label: "Issuing", total: file.orders.count)
    var batch = Batch()
    for (index, order) in file.orders.enumerated() {
      // A key that two orders name must be seen in the journal by the second.
      if batch.staged.count >= Self.batch || batch.keys.contains(order.keyID) {
        try settle(&batch, desk, &result)
      }
      do {
        try batch.add(try stage(order, desk, file))
        result.done.append(order)
      } catch {
        result.refused.append((order, error))
      }
      progress.update(index)
    }
    try settle(&batch, desk, &result)
    progress.finish(file.orders.count)
    let (summary, text) = (result.summary, file.summary(of: result.done))
    try beforeWrite(summary)
    try onFiles { () throws(SystemError) in
      try Files.synchroniseFileSystem(of: file.results)
      try Files.writeDurably(text, to: summary)
    }
    return result
  }

  /// A certificate on its way to the journal and to its file.
  private struct Staged {
    let order: KeyOrder
    let prepared: PreparedCertificate
    let path: String
  }

  /// What goes to the journal together.
  private struct Batch {
    private(set) var staged: [Staged] = []
    private(set) var keys: Set<[UInt8]> = []

    mutating func add(_ more: [Staged]) throws(PKIError) {
      for item in more where keys.contains(item.prepared.record.keyID) {
        throw .policy("\(item.path): the TLS key is another order's too; a key serves one purpose")
      }
      staged += more
      keys.formUnion(more.map(\.prepared.record.keyID))
    }
  }

  private func stage(
    _ order: KeyOrder, _ desk: IssuingDesk, _ file: OrderFile
  ) throws(PKIError) -> [Staged] {
    let main = try prepare(order, order.request, order.purpose, order.algorithm, desk)
    guard main.record.keyID == order.keyID else {
      throw .policy("\(order.request): the request is for another key than the order names")
    }
    var staged = [Staged(order: order, prepared: main, path: "\(file.directory)/\(OrderFile.result(order))")]
    if let path = order.tlsRequest {
      let tls = try prepare(order, path, .tenantTLS, nil, desk)
      guard tls.record.keyID != order.keyID else {
        throw .policy("\(path): a key serves one purpose; TLS needs another one")
      }
      staged.append(
        Staged(order: order, prepared: tls, path: "\(file.directory)/\(OrderFile.result(order, isTLS: true))")
      )
    }
    return staged
  }

  private func prepare(
    _ order: KeyOrder, _ path: String, _ purpose: KeyPurpose, _ algorithm: SignatureAlgorithm?,
    _ desk: IssuingDesk
  ) throws(PKIError) -> PreparedCertificate {
    try Issuance(
      folder: folder, purpose: purpose, commonName: order.tenant, keySource: .request(path: path, algorithm),
      days: days, tenantID: order.tenant, outputPrefix: ""
    ).prepare(at: desk)
  }

  private func settle(_ batch: inout Batch, _ desk: IssuingDesk, _ result: inout Result) throws(PKIError) {
    let new = batch.staged.filter { !$0.prepared.isEntered }
    if !new.isEmpty {
      try beforeWrite(folder.journal)
      try desk.journal.append(new.map { .issued($0.prepared.record) })
    }
    for staged in batch.staged { try write(staged) }
    result.issued += new.count
    result.known += batch.staged.count - new.count
    batch = Batch()
  }

  /// Not synchronised one by one: what a power cut takes is made again from the journal.
  private func write(_ staged: Staged) throws(PKIError) {
    let text = try content(of: staged.path) { () throws(CryptoError) in try pem(of: staged.prepared.chain) }
    if staged.prepared.isEntered, let held = try? Files.read(staged.path, limit: 1 << 20), held == text {
      return
    }
    try beforeWrite(staged.path)
    try onFiles { () throws(SystemError) in try Files.replace(staged.path, with: text) }
  }
}
