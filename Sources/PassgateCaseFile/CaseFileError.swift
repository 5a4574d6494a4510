import PassgateWire

/// What is wrong with a case file, and where: never a value of it.
package struct CaseFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the fault is about.
  package enum Place: Sendable, Equatable {
    case event(UInt64)
    case statement
    /// An entry of a record of evidence, counted from 0.
    case evidence(record: UInt64, entry: Int)
    case record(UInt64)
    case file
  }

  /// The rule that is broken.
  package enum Fault: String, Sendable, CaseIterable {
    case undecodable = "it does not decode"
    case otherDigest = "its digest is not that of its bytes"
    case otherNumber = "its number does not follow"
    case otherTenant = "it belongs to another tenant"
    case otherPrevious = "it does not name the event before it by its digest"
    case unknownKey = "the key that signed it is not among the given ones, or has another algorithm"
    case untrustedKey = "at its time the key that signed it had no certificate of the platform for replies"
    case badSignature = "its signature does not verify"
    case requestMissing = "the request that ordered it is missing"
    case requestUnexpected = "it has a request although the clock or the platform acted"
    case requestUndecodable = "the request that ordered it does not decode"
    case otherRequest = "it was ordered by another request than the one that is given"
    case repeatedRequest = "the request that ordered it has ordered another event before"
    case repeatedCall = "the same call stands in the file before"
    case otherBody = "the body of its request is not the one that was signed"
    case otherAct = "it is not what its request ordered"
    case otherSigner = "its request was signed by somebody else than who acted"
    case badRequestSignature = "the signature of its request does not verify"
    case unlawful = "the law does not allow it here"
    case withheld = "it is withheld"
    case otherHead = "it is about another last event"
    case otherCount = "it is about another number of events"
    case tooEarly = "it is older than the last event"
    case notRising = "its number is not above the one before"
    case empty = "there is no event"
  }

  package let place: Place
  package let fault: Fault
  /// More about it, empty where there is none.
  package let detail: String

  init(_ place: Place, _ fault: Fault, _ detail: String = "") {
    (self.place, self.fault, self.detail) = (place, fault, detail)
  }

  package var description: String {
    "\(place): \(fault.rawValue)" + (detail.isEmpty ? "" : " (\(detail))")
  }
}

extension CaseFileError.Place: CustomStringConvertible {
  package var description: String {
    switch self {
    case .event(let number): "event \(number)"
    case .statement: "statement"
    case .evidence(let record, let entry): "evidence record \(record), entry \(entry)"
    case .record(let number): "evidence record \(number)"
    case .file: "file"
    }
  }
}

/// Decodes a part of a case file, with its place where it does not.
func decode<Message: WireMessage>(
  _ bytes: [UInt8], at place: CaseFileError.Place, _ fault: CaseFileError.Fault = .undecodable
) throws(CaseFileError) -> Message {
  do throws(WireError) {
    return try Message(decoding: bytes.span)
  } catch {
    throw CaseFileError(place, fault, error.description)
  }
}
