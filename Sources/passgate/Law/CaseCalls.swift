import PassgateClient
import PassgateDomain
import PassgateSystem
import PassgateWire

/// The platform as one side of a case sees it.
struct CaseCalls {
  /// Whose calls these are; each side has a service of its own.
  enum Side: String {
    /// The organisation, by the key that it applied with.
    case organisation = "Onboarding"
    case officer = "Supervision"
  }

  let platform: PlatformCalls
  let side: Side
  /// The case that the calls are about.
  private(set) var tenantID: String
  /// The officer's id; the organisation's own where it acts itself.
  let callerID: String

  /// The organisation that the profile names, acting with its own key.
  init(organisation invocation: CommandLine.Invocation) throws {
    let profile = try Self.profile(invocation)
    (side, tenantID, callerID) = (.organisation, profile.tenantID, profile.tenantID)
    platform = try PlatformCalls(try profile.declaringOwnKey(), invocation)
  }

  /// The officer whom the profile names, in the case of this tenant.
  init(officer invocation: CommandLine.Invocation, tenantID: String) throws {
    let profile = try Self.profile(invocation)
    (side, self.tenantID, callerID) = (.officer, tenantID, profile.tenantID)
    platform = try PlatformCalls(profile, invocation)
  }

  private static func profile(_ invocation: CommandLine.Invocation) throws -> Profile {
    let profile = try PlatformCalls.profile(invocation)
    guard profile.deployment == .production else {
      throw Failure("the profile's deployment must be production: cases are kept there, the sandbox has none")
    }
    return profile
  }

  /// The same caller, in another case.
  func inCase(of tenantID: String) -> CaseCalls {
    var calls = self
    calls.tenantID = tenantID
    return calls
  }

  /// Makes one call of this side's service.
  func call(_ method: String, _ body: ([UInt8]) -> some WireMessage) throws -> Answer {
    try platform.call("passgate.v1.\(side.rawValue)/\(method)", body)
  }
}

extension Profile {
  /// The same, as calls of onboarding are made: by whoever holds the key, which the header carries.
  func declaringOwnKey() throws -> Profile {
    guard case .key = signing else {
      throw Failure(
        "signing: give the key that the organisation applied with; a signing server is no applicant")
    }
    var profile = self
    profile.tenantID = RequestHeader.selfDeclaredTenantID
    profile.identity = nil
    profile.scene = ""
    return profile
  }
}
