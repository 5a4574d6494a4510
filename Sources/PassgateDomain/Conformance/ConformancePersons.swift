/// One invented document of the suite, in the columns of a registry file.
package struct SuitePerson: Sendable, Hashable {
  package let type: DocumentType
  package let number: String
  package let hanName: String
  package let latinName: String
  package var formerNames = ""
  package let birthDate: String
  package let sex: Sex
  package let expiry: String
  /// Separated by semicolons.
  package var previousNumbers = ""
}

extension ConformanceSuite {
  /// The persons whom the sandbox's registry must hold. They are among the specimens, so that a sandbox with those
  /// needs no more.
  package static let persons: [SuitePerson] = [
    SuitePerson(
      type: .permit, number: "H1234567802", hanName: "陳美玲", latinName: "CHAN, MEI LING",
      birthDate: "1985-03-14", sex: .female, expiry: "2031-06-30"),
    SuitePerson(
      type: .passport, number: "EJ1234567", hanName: "黄志强", latinName: "HUANG, ZHIQIANG",
      birthDate: "1979-11-02", sex: .male, expiry: "2030-08-19"),
    SuitePerson(
      type: .passport, number: "E20000002", hanName: "阿不都热合曼·买买提", latinName: "ABDURAHMAN, MAMAT",
      birthDate: "1988-07-07", sex: .male, expiry: "2029-02-01"),
    SuitePerson(
      type: .permit, number: "M2000000300", hanName: "", latinName: "D'ÁVILA CONCEIÇÃO, JOSÉ-MARIA",
      birthDate: "1975-12-24", sex: .male, expiry: "2028-05-05"),
    SuitePerson(
      type: .passport, number: "EA2000004", hanName: "吕绿", latinName: "LYU, LYU",
      birthDate: "1992-02-29", sex: .female, expiry: "2027-09-09"),
    SuitePerson(
      type: .passport, number: "EC2000011", hanName: "𠮷䶮𡛓", latinName: "JI, YANHUI",
      birthDate: "2001-01-01", sex: .female, expiry: "2031-01-01"),
    SuitePerson(
      type: .permit, number: "H3000000900", hanName: "呂文𠮷", latinName: "LUI, MAN KAT", formerNames: "呂𠮷",
      birthDate: "1944-09-21", sex: .female, expiry: "2032-04-17"),
    SuitePerson(
      type: .passport, number: "EK2000021", hanName: "罗梅", latinName: "LUO, MEI",
      birthDate: "1973-03-30", sex: .female, expiry: "2033-03-29", previousNumbers: "G20000021;E20000021"),
  ]

  /// The persons as a registry file, CSV.
  package static var personsFile: String {
    let header =
      "documentType,number,hanName,latinName,formerNames,birthDate,sex,expiry,previousNumbers"
    let lines = persons.map { person in
      [
        person.type == .permit ? "permit" : "passport", person.number, person.hanName,
        "\"\(person.latinName)\"", person.formerNames, person.birthDate, person.sex == .female ? "F" : "M",
        person.expiry, person.previousNumbers,
      ].joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}
