package import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// One order of `orders.json`: a tenant's new key that an officer has found due to be certified.
package struct KeyOrder: Sendable {
  package let tenant: String
  package let keyID: [UInt8]
  /// "sandbox" or "production", passed on to the result.
  package let deployment: String
  package let algorithm: SignatureAlgorithm
  package let purpose: KeyPurpose
  /// The file of the certificate request.
  package let request: String
  /// That of the TLS key beside it, for the tenants that need one.
  package let tlsRequest: String?
}

/// The orders of a folder, and what is made of them beside it. PKI/README.md specifies the files.
package struct OrderFile: Sendable {
  /// The folder that all files of the orders are in.
  package let directory: String
  package let orders: [KeyOrder]

  /// Reads `orders.json` of a folder, or the file itself.
  ///
  /// - Throws: the first fault, with its place.
  package init(_ path: String) throws(PKIError) {
    let file = Files.isDirectory(path) ? "\(path)/orders.json" : path
    directory = Files.folder(of: file)
    let bytes = try onFiles { () throws(SystemError) in try Files.read(file) }
    let value: JSONValue
    do throws(SettingsError) { value = try parseJSON(bytes) } catch { throw .policy("\(file): \(error)") }
    guard case .array(let list) = value else { throw .policy("\(file): must be a list of orders") }
    var orders: [KeyOrder] = []
    for (index, value) in list.enumerated() {
      guard case .object(let members) = value else { throw .policy("\(file): [\(index)] must be an object") }
      orders.append(try KeyOrder(OrderFields(members: members, place: "\(file): [\(index)]"), directory))
    }
    self.orders = orders
  }

  /// Where what is issued is put.
  var results: String { "\(directory)/issued" }

  /// The name of a result, relative to the folder of the orders.
  static func result(_ order: KeyOrder, isTLS: Bool = false) -> String {
    "issued/\(Hex.encode(order.keyID))\(isTLS ? ".tls" : "").crt.pem"
  }

  /// What is written of the orders that are done, for whoever registers the certificates.
  func summary(of done: [KeyOrder]) -> [UInt8] {
    var json = JSONWriter(pretty: true)
    json.array { json in
      for order in done {
        json.object { json in
          json.string("tenant", order.tenant)
          json.string("keyId", Hex.encode(order.keyID))
          json.string("deployment", order.deployment)
          json.string("certificate", Self.result(order))
          if order.tlsRequest != nil { json.string("tlsCertificate", Self.result(order, isTLS: true)) }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension KeyOrder {
  fileprivate init(_ fields: OrderFields, _ directory: String) throws(PKIError) {
    tenant = try fields.text("tenant")
    guard let keyID = Hex.decode(try fields.text("keyId")), keyID.count == 32 else {
      throw fields.fault("keyId", "must be 64 hexadecimal digits")
    }
    self.keyID = keyID
    deployment = try fields.text("deployment")
    guard ["sandbox", "production"].contains(deployment) else {
      throw fields.fault("deployment", "must be sandbox or production")
    }
    guard let algorithm = SignatureAlgorithm(name: try fields.text("algorithm")) else {
      throw fields.fault(
        "algorithm", "must be one of \(SignatureAlgorithm.allCases.map(\.name).joined(separator: ", "))")
    }
    self.algorithm = algorithm
    let purposes: [KeyPurpose] = [.tenantMobile, .tenantSigning]
    guard let purpose = KeyPurpose(rawValue: try fields.text("purpose")), purposes.contains(purpose) else {
      throw fields.fault("purpose", "must be one of \(purposes.map(\.rawValue).joined(separator: ", "))")
    }
    self.purpose = purpose
    request = try fields.path("request", in: directory)
    tlsRequest = fields.members["tlsRequest"] == nil ? nil : try fields.path("tlsRequest", in: directory)
  }
}

/// The members of an order.
private struct OrderFields {
  let members: [String: JSONValue]
  let place: String

  func fault(_ name: String, _ sentence: String) -> PKIError { .policy("\(place).\(name): \(sentence)") }

  func text(_ name: String) throws(PKIError) -> String {
    guard case .string(let text)? = members[name], !text.isEmpty else {
      throw fault(name, "must be a string that is not empty")
    }
    return text
  }

  /// A file in the folder of the orders or below it: an order names no other.
  func path(_ name: String, in directory: String) throws(PKIError) -> String {
    let path = try text(name)
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw fault(name, "must be a file in the folder of the orders")
    }
    return "\(directory)/\(path)"
  }
}
