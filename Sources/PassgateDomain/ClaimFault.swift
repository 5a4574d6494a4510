/// Why a claim or a record cannot be used: the sender's fault, named by field and never by value.
package struct ClaimFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field as claim files and registry columns call it: "number", "birthDate", "mrz".
  package let field: String
  /// What is wrong and what is expected, without the value.
  package let problem: String

  package init(field: String, problem: String) {
    self.field = field
    self.problem = problem
  }

  package var description: String { "\(field): \(problem)" }
}

/// A value of personal data: it compares and travels, but it neither prints nor dumps.
package protocol Confidential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Confidential {
  /// The name of the type alone.
  package var description: String { "\(Self.self)(withheld)" }
  /// The same as `description`.
  package var debugDescription: String { description }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
