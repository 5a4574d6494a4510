/// What an officer of the platform may be entrusted with.
package enum OfficerRole: String, Sendable, CaseIterable {
  case registrar
  case reviewer
  case legal
  case keyOfficer = "key-officer"
  case supervisor
}

/// One row of the table of methods: everything the server must know of a method before it runs.
package struct Method: Sendable, Equatable {
  package enum Caller: Sendable, Equatable {
    /// Anybody, with the key that the header carries.
    case selfDeclared
    /// A tenant, naming a business scene.
    case tenant
    /// An officer with one of these roles.
    case officer(Set<OfficerRole>)

    /// `officer: key-officer or supervisor`
    package var who: String {
      switch self {
      case .selfDeclared: "self-declared"
      case .tenant: "tenant"
      case .officer(let roles): "officer: " + roles.map(\.rawValue).sorted().joined(separator: " or ")
      }
    }
  }

  /// `passgate.v1.Service/Method`
  package let name: String
  package let caller: Caller
  package let deployments: Set<Deployment>
  /// Its body carries an operation id, and repeating it returns the recorded outcome.
  package let changesState: Bool
  /// Largest body in bytes.
  package let bodyLimit: Int
  package let defaultTimeoutMilliseconds: UInt32
  /// Whether a suspended tenant may still call it.
  package let allowedWhileSuspended: Bool

  /// Longest time a caller may ask for.
  package static let maximumTimeoutMilliseconds: UInt32 = 30_000

  /// The time the call has: the default for 0, the maximum above it.
  package func timeoutMilliseconds(requested: UInt32) -> UInt32 {
    requested == 0 ? defaultTimeoutMilliseconds : min(requested, Method.maximumTimeoutMilliseconds)
  }

  /// The table, in the order of the specification.
  package static let all: [Method] = [
    Method("Verification/VerifyIdentity", .tenant),
    Method("Verification/VerifyBatch", .tenant, bodyLimit: oneMebibyte),
    Method("Registry/ImportChunk", .officer([.registrar]), changesState: true, bodyLimit: oneMebibyte),
    Method("Registry/ImportStatus", .officer([.registrar])),
    Method("Registry/DeleteRecord", .officer([.registrar]), changesState: true),
    Method(
      "Supervision/Provision", .officer([.keyOfficer]), in: [.sandbox], changesState: true,
      bodyLimit: oneMebibyte),
    Method("Supervision/ListTenants", .officer([.keyOfficer, .supervisor])),
    Method("Supervision/ListEvidence", .officer([.supervisor])),
    Method("Health/Check", .selfDeclared),
    Method("Reflection/ListMethods", .selfDeclared),
  ]

  /// The method of this full name.
  package static func named(_ name: String) -> Method? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let oneMebibyte = 1024 * 1024

  private init(
    _ shortName: String, _ caller: Caller, in deployments: Set<Deployment> = Set(Deployment.allCases),
    changesState: Bool = false, bodyLimit: Int = 8 * 1024
  ) {
    name = "passgate.v1." + shortName
    self.caller = caller
    self.deployments = deployments
    self.changesState = changesState
    self.bodyLimit = bodyLimit
    defaultTimeoutMilliseconds = 5_000
    allowedWhileSuspended = caller == .selfDeclared
  }
}
