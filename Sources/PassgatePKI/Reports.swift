import PassgateCrypto
import PassgateSystem

extension Initialization.Result {
  /// The report for people, with what to do next.
  var text: String {
    let rows = items.map { item, issued in
      """
        \(item.rawValue)
          certificate  \(folder.certificate(of: item))
          private key  \(folder.key(of: item))
          valid to     \(day(issued.certificate.notAfter))
          SHA-256      \(Hex.encode(issued.certificate.fingerprint))
      """
    }
    return "Made a certification authority in \(folder.path):\n\n" + rows.joined(separator: "\n") + "\n\n"
      + next
  }

  private var next: String {
    """
    Next:
      1. Write down the root's SHA-256 and have a second person compare it. Tenants compare it too when they
         receive \(folder.certificate(of: .root)), the only certificate they need to trust.
      2. Move \(folder.key(of: .root)) to offline media, two copies in two places, and
         remove it here. Only a new issuing authority needs it.
      3. Give passgated the certificates of root and issuing, the key sets server.keys.json and
         reply.keys.json, and beside them the certificates and keys of server, reply-p256 and reply-sm2.
      4. Issue a certificate to each officer and tenant:
         passgate-pki issue --directory \(folder.path) --purpose PURPOSE --name NAME --out PREFIX
    """
  }

  /// The report for programs.
  var json: String {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.string("directory", folder.path)
      json.string("journal", folder.journal)
      json.array("items") { json in
        for (item, issued) in items {
          json.object { json in
            json.string("item", item.rawValue)
            json.string("certificate", folder.certificate(of: item))
            json.string("key", folder.key(of: item))
            issued.writeMembers(&json)
          }
        }
      }
    }
    return json.result
  }
}

extension Issuance.Result {
  /// The report for people.
  var text: String {
    let certificate = issued.certificate
    let key = keyPath.map { "\n  private key  \($0)   hand it to its holder alone" } ?? ""
    return """
      Issued a certificate for \(issued.purpose):

        certificate  \(certificatePath)\(key)
        subject      \(terminalSafe(certificate.subject))
        serial       \(Hex.encode(certificate.serial))
        valid to     \(day(certificate.notAfter))
        key id       \(Hex.encode(certificate.publicKey.keyID))
        SHA-256      \(Hex.encode(certificate.fingerprint))
      """
  }

  /// The report for programs.
  var json: String {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.string("certificate", certificatePath)
      if let keyPath { json.string("key", keyPath) } else { json.null("key") }
      issued.writeMembers(&json)
    }
    return json.result
  }
}
