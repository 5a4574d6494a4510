/// Names of fields: `birthDate` in claim files and in Swift is `birth_date` on the wire.
package enum FieldName {
  /// "birth_date" of "birthDate".
  package static func onWire(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
  }

  /// "birthDate" of "birth_date".
  package static func inFile(_ name: some StringProtocol) -> String {
    let words = name.split(separator: "_")
    return words.dropFirst().reduce(String(words.first ?? "")) {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }
}
