/// Bytes that are not a message of `passgate/1`: which rule they break, and in which field.
///
/// Never holds a value of the message, only names from `Protos/`.
package struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The rule that is broken.
  package enum Fault: String, Sendable, CaseIterable {
    /// The bytes end inside a field.
    case truncated = "the bytes end inside it"
    /// A varint has more bytes than its value needs, or more than ten.
    case notShortest = "its varint is not the shortest"
    /// A number is larger than the field's type, or is not one of the enumeration's.
    case outOfRange = "its number is outside the field's range"
    /// A field number the message does not have.
    case unknownField = "this version has no such field"
    /// A singular field, or a second member of a oneof, appears again.
    case repeatedField = "it appears more than once"
    /// More elements than one message may have.
    case tooMany = "it has too many elements"
    /// Messages are nested too deep.
    case tooDeep = "it is nested too deep"
    /// Text is not UTF-8, or has control or bidirectional formatting characters.
    case badText = "its text is not UTF-8 or has control characters"
    /// The wire type is not the field's.
    case wrongType = "its wire type is not the field's"
    /// Decoding would take more memory than such bytes may.
    case overBudget = "it takes too much memory"
    /// A field that must be there is absent, empty or zero.
    case missing = "it is missing"
    /// A length is not the one the field must have, or is above its limit.
    case badLength = "its length is not allowed"
    /// Characters or a number which the field must not have.
    case notAllowed = "its value is not allowed here"
  }

  package let fault: Fault
  /// Path of the field by its names in `Protos/`: `claims[3].birth_date`; empty for the message itself.
  package let field: String

  package init(_ fault: Fault, field: String = "") {
    self.fault = fault
    self.field = field
  }

  package var description: String {
    "\(field.isEmpty ? "message" : field): \(fault.rawValue)"
  }

  /// The same error seen from the message that holds this one in `outer`.
  package func inside(_ outer: String) -> WireError {
    WireError(fault, field: field.isEmpty ? outer : "\(outer).\(field)")
  }
}
