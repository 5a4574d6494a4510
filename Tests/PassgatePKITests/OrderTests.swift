import Foundation
import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

/// A power cut at the write of that number, counted from 0.
final class PowerCut: Sendable {
  private let left: Mutex<Int>

  init(after writes: Int) { left = Mutex(writes) }

  func strike() throws(PKIError) {
    let isNow = left.withLock { left in
      left -= 1
      return left < 0
    }
    if isNow { throw .policy("power cut") }
  }
}

@Suite struct OrderTests {
  private let site: Site
  private let directory: String

  init() throws {
    site = try Site()
    directory = site.folder.path("orders")
    try Files.createDirectory(directory)
  }

  private struct Order: Encodable {
    var tenant: String
    var keyId: String
    var deployment = "production"
    var algorithm = SignatureAlgorithm.ecdsaP256SHA256.name
    var purpose = KeyPurpose.tenantMobile.rawValue
    var request: String
    var tlsRequest: String?
  }

  private func order(_ tenant: String, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256) throws -> Order {
    let request = try site.request(algorithm, file: "orders/\(tenant).csr.pem")
    var order = Order(tenant: tenant, keyId: Hex.encode(request.keyID), request: "\(tenant).csr.pem")
    order.algorithm = algorithm.name
    if algorithm == .sm2SM3 {
      _ = try site.request(.ed25519, file: "orders/\(tenant).tls.csr.pem")
      order.tlsRequest = "\(tenant).tls.csr.pem"
    }
    return order
  }

  private func write(_ orders: [Order]) throws {
    try Files.writeDurably(Array(JSONEncoder().encode(orders)), to: "\(directory)/orders.json")
  }

  private func issue(_ cut: PowerCut? = nil) throws -> OrderedIssuance.Result {
    var issuance = OrderedIssuance(folder: site.authority, path: directory)
    if let cut { issuance.beforeWrite = { _ throws(PKIError) in try cut.strike() } }
    return try issuance.run(site.clock)
  }

  private func certificate(_ order: Order, tls: Bool = false) throws -> Certificate {
    try site.certificates("\(directory)/issued/\(order.keyId)\(tls ? ".tls" : "").crt.pem")[0]
  }

  @Test func issuesForEveryOrder() throws {
    let orders = [try order("hotel-1"), try order("inn-2", .sm2SM3)]
    try write(orders)
    let result = try issue()
    #expect(result.issued == 3 && result.refused.isEmpty && result.done.count == 2)
    for order in orders {
      let path = "\(directory)/issued/\(order.keyId).crt.pem"
      try site.verify(path, .tenantMobile)
      #expect(try certificate(order).tenantIDs == [order.tenant])
      #expect(Hex.encode(try certificate(order).publicKey.keyID) == order.keyId)
    }
    try site.verify("\(directory)/issued/\(orders[1].keyId).tls.crt.pem", .tenantTLS)
    let done = try JSONDecoder().decode(
      [[String: String]].self, from: Data(Files.read("\(directory)/issued.json")))
    #expect(done.map { $0["keyId"] } == orders.map(\.keyId))
    #expect(done[1]["tlsCertificate"] == "issued/\(orders[1].keyId).tls.crt.pem")
  }

  /// Cut off before each of its writes, the same command finishes, and no key gets two certificates.
  @Test(arguments: 0..<5) func finishesWhateverInterruptsIt(_ writes: Int) throws {
    try write([try order("hotel-1"), try order("inn-2", .sm2SM3)])
    #expect(sentence { _ = try issue(PowerCut(after: writes)) } == "power cut")
    #expect(try issue().done.count == 2)
    #expect(try site.journal().count == 8)
    #expect(try Files.list("\(directory)/issued").count == 3)
  }

  /// A result that a power cut has emptied is written again as it was.
  @Test func repairsALostResult() throws {
    let order = try order("hotel-1")
    try write([order])
    _ = try issue()
    let path = "\(directory)/issued/\(order.keyId).crt.pem"
    let text = try Files.read(path)
    try Files.writeDurably([], to: path)
    site.clock.advance(milliseconds: 90 * 86_400_000)
    let result = try issue()
    #expect(result.issued == 0 && result.known == 1)
    #expect(try Files.read(path) == text)
  }

  @Test func keepsNoOrderBackForAnother() throws {
    let good = try order("hotel-1")
    var (other, stolen, misnamed, outside) = (good, good, try order("inn-3"), try order("inn-4"))
    other.tenant = "inn-2"
    stolen.purpose = KeyPurpose.tenantSigning.rawValue
    misnamed.keyId = String(repeating: "ab", count: 32)
    outside.algorithm = SignatureAlgorithm.ed25519.name
    try write([good, other, stolen, misnamed, outside])
    let result = try issue()
    #expect(result.issued == 1)
    #expect(result.done.map(\.tenant) == ["hotel-1"])
    let faults = result.refused.map(\.fault.description)
    for (fault, expected) in zip(
      faults,
      [
        "this key is another's", "this key is another's", "for another key than the order names",
        "needs a key of kind",
      ])
    {
      #expect(fault.contains(expected), "\(fault)")
    }
    #expect(faults.count == 4)
  }

  /// What a hostile folder could ask for.
  @Test(arguments: [
    ("request", "../pki/root.crt.pem", "in the folder of the orders"),
    ("request", "/etc/passwd", "in the folder of the orders"), ("keyId", "../../x", "64 hexadecimal"),
    ("purpose", "server-tls", "must be one of"), ("algorithm", "md5", "must be one of"),
    ("tenant", "", "not empty"),
    ("deployment", "elsewhere", "must be sandbox or production"),
  ])
  func refusesManifestsThatReachOut(_ name: String, _ value: String, _ expected: String) throws {
    let good = try order("hotel-1")
    var members = [
      "tenant": good.tenant, "keyId": good.keyId, "deployment": "production", "algorithm": good.algorithm,
      "purpose": good.purpose, "request": good.request,
    ]
    members[name] = value
    try Files.writeDurably(Array(JSONEncoder().encode([members])), to: "\(directory)/orders.json")
    #expect(sentence { _ = try issue() }?.contains(expected) == true)
  }

  /// Neither a pipe that nobody writes to nor a hole of many terabytes holds the others up.
  @Test func passesOverRequestsThatAreNone() throws {
    let (good, pipe, hole) = (try order("hotel-1"), try order("inn-2"), try order("inn-3"))
    for order in [pipe, hole] { try Files.remove("\(directory)/\(order.request)") }
    #expect(unsafe mkfifo("\(directory)/\(pipe.request)", 0o600) == 0)
    try Files.writeDurably([0], to: "\(directory)/\(hole.request)")
    #expect(unsafe truncate("\(directory)/\(hole.request)", 1 << 43) == 0)
    try write([pipe, hole, good])
    let result = try issue()
    #expect(result.issued == 1 && result.refused.map(\.order.tenant) == ["inn-2", "inn-3"])
  }

  @Test func refusesATenantThatIsNone() throws {
    var order = try order("hotel-1")
    order.tenant = "Hotel\n17"
    try write([order])
    #expect(try issue().refused.count == 1)
  }
}

/// `issue` alone, cut off before each of its writes.
@Suite struct InterruptedIssueTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func issue(_ source: Issuance.KeySource, _ cut: PowerCut) throws {
    var issuance = Issuance(
      folder: site.authority, purpose: .operatorSigning, commonName: "officer", keySource: source,
      outputPrefix: site.folder.path("out"))
    issuance.beforeWrite = { _ throws(PKIError) in try cut.strike() }
    _ = try issuance.run(site.clock)
  }

  @Test(arguments: 0..<5) func finishesWithTheSameKey(_ writes: Int) throws {
    #expect(sentence { try issue(.new(nil), PowerCut(after: writes)) } == "power cut")
    let unfinished = site.folder.path("out.key.pem.unfinished")
    let begun = Files.exists(unfinished) ? try Files.read(unfinished) : nil
    try issue(.new(nil), PowerCut(after: 9))
    #expect(try site.journal().count == 6)
    let certificate = try site.certificates(site.folder.path("out.crt.pem"))[0]
    let text = try Files.readSecret(site.folder.path("out.key.pem"))
    #expect(try PrivateKey(pem: text).publicKey.keyID == certificate.publicKey.keyID)
    #expect(begun == nil || begun == text)
    #expect(
      try Files.list(site.folder.path).filter { $0.hasPrefix("out") } == ["out.crt.pem", "out.key.pem"])
  }

  @Test func givesOutWhatTheJournalHas() throws {
    let request = try site.request(.ed25519)
    let source = Issuance.KeySource.request(path: request.path, nil)
    #expect(sentence { try issue(source, PowerCut(after: 1)) } == "power cut")
    try issue(source, PowerCut(after: 9))
    #expect(try site.journal().count == 6)
    try site.verify(site.folder.path("out.crt.pem"), .operatorSigning)
  }
}
