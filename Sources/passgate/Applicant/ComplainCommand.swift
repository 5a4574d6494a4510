import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate complain`: anybody's complaint about an organisation, signed with a key made for it.
enum ComplainCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let (tenantID, organisation) = try about(invocation)
    let text = try invocation.text()
    // A repeat would be signed with another key, and so it is another complaint: the id needs no repeating.
    let operationID = try randomBytes(16)
    let platform = try PlatformCalls(invocation, selfDeclared: true)
    let answer = try platform.call("passgate.v1.Onboarding/Complain") { salt in
      ComplainRequest(
        salt: salt, operationID: operationID, tenantID: tenantID, organisation: organisation, text: text)
    }
    guard let reply = try platform.success(answer, as: ComplainReply.self) else { return .refused }
    let caseID = Hex.encode(reply.caseID)
    if platform.asJSON {
      print(envelopeJSON(answer) { $0.string("caseId", caseID) })
    } else {
      print("received under the case id \(caseID); keep it to refer to the complaint")
      platform.printSignatureLine(answer)
    }
    return .done
  }

  private static func about(_ invocation: CommandLine.Invocation) throws -> (String, String) {
    let (tenantID, organisation) = (invocation.value("--tenant"), invocation.value("--organisation"))
    guard tenantID != nil || organisation != nil else {
      throw Failure("whom is it about? Give --organisation NAME or --tenant ID")
    }
    if let tenantID, !CaseText.isIdentifier(tenantID) {
      throw Failure("--tenant: an id is 1 to 32 of a-z, 0-9 and -")
    }
    return (tenantID ?? "", organisation ?? "")
  }
}
