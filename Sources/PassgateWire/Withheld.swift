/// A message that holds personal data: it travels, but it neither prints nor dumps.
protocol Withheld: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Withheld {
  /// The name of the type alone.
  package var description: String { "\(Self.self)(withheld)" }
  /// The same as `description`.
  package var debugDescription: String { description }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension IdentityClaim: Withheld {}
extension RegistryRecord: Withheld {}
extension RegistryPortrait: Withheld {}
extension StoredPortrait: Withheld {}
extension DeleteRecordRequest: Withheld {}
extension Request: Withheld {}
extension Response: Withheld {}
extension LedgerEvent: Withheld {}
extension SignedEvent: Withheld {}
extension PutDocumentRequest: Withheld {}
extension GetDocumentReply: Withheld {}
extension ComplainRequest: Withheld {}
