import PassgateDomain
import Testing

struct ClaimTests {
  private struct Values: Sendable {
    var number = "M1234567801"
    var name = "陳大文"
    var birthDate = "1990-02-03"
    var sex: Sex? = .male
    var expiry = "2030-01-01"

    func claim() throws(ClaimFault) -> IdentityClaim {
      try IdentityClaim(
        type: .permit, number: number, name: name, birthDate: birthDate, sex: sex, expiry: expiry)
    }
  }

  private static func changed(_ change: (inout Values) -> Void) -> Values {
    var values = Values()
    change(&values)
    return values
  }

  @Test func aSpellingIsNoOtherSetOfValues() throws {
    let spelled = Self.changed {
      $0.number = "ｍ1234567801"
      $0.name = "陳　大 文"
    }
    #expect(try spelled.claim().canonicalBytes == Values().claim().canonicalBytes)
  }

  @Test(arguments: [
    changed { $0.number = "M12345678" }, changed { $0.number = "H1234567801" }, changed { $0.name = "陳大天" },
    changed { $0.name = "CHAN TAI MAN" }, changed { $0.birthDate = "1990-02-04" }, changed { $0.sex = nil },
    changed { $0.sex = .female }, changed { $0.expiry = "" }, changed { $0.expiry = "2030-01-02" },
  ])
  private func anotherValueIsAnotherSet(_ values: Values) throws {
    #expect(try values.claim().canonicalBytes != Values().claim().canonicalBytes)
  }

  @Test(arguments: [
    (changed { $0.number = "M" }, "number"), (changed { $0.name = "" }, "name"),
    (changed { $0.birthDate = "1990-02-30" }, "birthDate"), (changed { $0.expiry = "soon" }, "expiry"),
  ])
  private func namesTheFieldAndNeverTheValue(_ values: Values, field: String) throws {
    let fault = #expect(throws: ClaimFault.self) { try values.claim() }
    #expect(fault?.field == field)
    #expect(fault?.description.contains("1990-02-30") == false)
  }

  @Test func holdersOfPersonalDataDoNotPrint() throws {
    let claim = try Values().claim()
    let record = try DocumentRecord(
      type: .permit, number: "H12345678", hanName: "陳大文", latinName: "CHAN, TAI MAN", birthDate: "1990-02-03")
    for value in [claim, record, claim.name, claim.number] as [Any] {
      var text = ""
      dump(value, to: &text)
      text += "\(value) \(String(reflecting: value))"
      for secret in ["12345678", "1990", "CHAN", "陳", "38515"] { #expect(!text.contains(secret)) }
    }
  }
}

struct DocumentRecordTests {
  @Test func anEarlierNumberIsASupersededRow() throws {
    let record = try DocumentRecord(
      type: .passport, number: "EA1234567", hanName: "李明", latinName: "LI, MING", birthDate: "1990-02-03",
      expiry: "2030-01-01", previousNumbers: ["g12345678", "E12345678"])
    let rows = record.rows()
    #expect(rows.map(\.number.key) == ["EA1234567", "G12345678", "E12345678"])
    #expect(rows.map(\.record.isSuperseded) == [false, true, true])
    #expect(rows.dropFirst().allSatisfy { $0.record.expiry == nil && $0.record.previousNumbers.isEmpty })
    #expect(rows.allSatisfy { $0.record.number == $0.number && $0.record.names == record.names })
  }

  @Test(arguments: [
    (["number": "X"], "number"), (["documentType": "visa"], "documentType"), (["birthDate": ""], "birthDate"),
    (["sex": "X"], "sex"), (["expiry": "2030"], "expiry"), (["hanName": "", "latinName": ""], "hanName"),
    (["hanName": "LI"], "hanName"), (["latinName": "李"], "latinName"),
    (["formerNames": "李;1"], "formerNames"),
    (["previousNumbers": "X"], "previousNumbers"),
    (["previousNumbers": "G11111111;G11111111"], "previousNumbers"),
    (["previousNumbers": "EA1234567"], "previousNumbers"), (["colour": "red"], "colour"),
    (["documentType": "permit", "number": "H12345678", "previousNumbers": "H87654321"], "previousNumbers"),
    (["latinName": "LI<<MING"], "latinName"),
  ])
  func refuses(_ changes: [String: String], field: String) {
    let fields = [
      "documentType": "passport", "number": "EA1234567", "hanName": "李明", "latinName": "LI, MING",
      "birthDate": "1990-02-03",
    ].merging(changes) { _, new in new }
    let fault = #expect(throws: ClaimFault.self) { try DocumentRecord(fields: fields) }
    #expect(fault?.field == field)
  }
}
