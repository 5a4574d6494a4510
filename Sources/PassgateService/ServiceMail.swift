import PassgateCrypto
import PassgateRPC

/// What the service's other threads report to a loop.
enum ServiceMail: Mail {
  /// A tick's evidence is durable, or could not be written.
  case recorded(ticket: UInt64, isDurable: Bool)
  /// A device has signed the leaves of a tree; nil when it is gone.
  case signed(ticket: UInt64, signatures: [MerkleSignature]?)
  /// A worker has finished a call.
  case finished(job: UInt64, Outcome)
}
