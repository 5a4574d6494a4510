import PassgateCrypto
import PassgateWire

/// Why a header is not signed: the field at fault and the rule it breaks, never a value.
struct HeaderFault: Error, Equatable, CustomStringConvertible {
  /// As `Protos/` names it; empty for the header as a whole.
  let field: String
  let problem: String

  var description: String { field.isEmpty ? problem : "\(field): \(problem)" }
}

/// What a header must say so that a key of this server signs it for one application, now.
struct HeaderRules {
  /// As far from this server's clock as the platform lets `created_ms` be from its own.
  private static let clockSkew = UInt64(Limits().clockSkewMilliseconds)

  let application: Application
  let policy: SigningPolicy
  /// Unix time in milliseconds.
  let now: UInt64

  /// The key that the header names, once all that it says is in order.
  func key(for bytes: [UInt8]) throws(HeaderFault) -> HeldKey {
    let header = try Self.decode(bytes)
    guard let key = policy.key(header.keyID, for: application) else {
      throw HeaderFault(field: "key_id", problem: Self.unknownKey)
    }
    let broken = Self.rules.first { !$0.isKept(header, key, self) }
    if let broken { throw HeaderFault(field: broken.field, problem: broken.problem) }
    return key
  }

  static let unknownKey = "no key of this id is held here for a tenant of this application"

  private static func decode(_ bytes: [UInt8]) throws(HeaderFault) -> RequestHeader {
    do throws(WireError) {
      return try RequestHeader(decoding: bytes.span)
    } catch {
      throw HeaderFault(field: error.field, problem: error.fault.rawValue)
    }
  }

  private struct Rule: Sendable {
    let field: String
    let problem: String
    let isKept: @Sendable (RequestHeader, HeldKey, HeaderRules) -> Bool
  }

  private static let rules = [
    Rule(field: "tenant_id", problem: "the key is not this tenant's") { header, key, _ in
      header.tenantID == key.tenantID
    },
    Rule(field: "deployment", problem: "the key is registered for another deployment") { header, key, _ in
      header.deployment == key.deployment
    },
    Rule(field: "algorithm", problem: "the key is registered for another algorithm") { header, key, _ in
      header.algorithm == key.algorithm.rawValue
    },
    Rule(field: "key_id", problem: "the certificate of this key is not valid now") { _, key, rules in
      key.certificate.isValid(atMilliseconds: rules.now)
    },
    Rule(field: "public_key", problem: "a registered key signs no self-declared request") { header, _, _ in
      header.publicKey.isEmpty
    },
    Rule(field: "method", problem: "this application may not call it") { header, _, rules in
      rules.application.methods.contains(header.method)
    },
    Rule(field: "scene_id", problem: "this application has no business in this scene") { header, _, rules in
      rules.application.scenes.contains(header.sceneID) || header.isWithoutScene
    },
    Rule(field: "created_ms", problem: "more than five minutes from the clock here") { header, _, rules in
      let created = header.createdMilliseconds
      return (created > rules.now ? created - rules.now : rules.now - created) <= clockSkew
    },
  ]
}

extension RequestHeader {
  /// Whether it names no scene because its method is about none.
  fileprivate var isWithoutScene: Bool { sceneID.isEmpty && Method.named(method)?.namesScene == false }
}
