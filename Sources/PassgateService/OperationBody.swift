import PassgateWire

/// A body with an operation id, whose repeat is the same but for its salt.
protocol OperationBody: WireMessage {
  var salt: [UInt8] { get set }
}

extension OperationBody {
  /// The encoded body without its salt: what tells a repeat from another act under the same id.
  var content: [UInt8] {
    var body = self
    body.salt = [UInt8](repeating: 0, count: 16)
    return body.encoded()
  }
}

extension ActRequest: OperationBody {}
extension ActivateTrustRequest: OperationBody {}
extension ComplainRequest: OperationBody {}
extension FinishConformanceRequest: OperationBody {}
extension ImportChunkRequest: OperationBody {}
extension ProposeTrustRequest: OperationBody {}
extension ProvisionRequest: OperationBody {}
extension RegisterKeyRequest: OperationBody {}
extension RenewKeyRequest: OperationBody {}
extension RevokeKeyRequest: OperationBody {}
extension RevokeOwnKeyRequest: OperationBody {}
extension TaintIssuerRequest: OperationBody {}
