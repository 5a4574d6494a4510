import PassgateDomain
import PassgateEngines
import Testing

struct RecordGeneratorTests {
  private let generator = RecordGenerator(seed: 2019)

  @Test func givesTheSameRecordForAnIndexInAnyOrder() throws {
    let forwards = try (0..<50).map { try generator.record(at: $0) }
    let backwards = try (0..<50).reversed().map { try RecordGenerator(seed: 2019).record(at: $0) }
    #expect(forwards == backwards.reversed())
    #expect(try generator.record(at: 7) != RecordGenerator(seed: 2020).record(at: 7))
  }

  @Test func givesDistinctNumbersEarlierOnesIncluded() throws {
    var keys: Set<[UInt8]> = []
    var rows = 0
    for index in Array(0..<5000) + Array(99_995_000..<RecordGenerator.limit) {
      for row in try generator.record(at: index).rows() {
        keys.insert(row.number.keyBytes)
        rows += 1
      }
    }
    #expect(keys.count == rows)
  }

  @Test func isLifelike() throws {
    let records = try (0..<6000).map { try generator.record(at: $0) }
    let permits = records.count { $0.number.type == .permit }
    let histories = records.count { !$0.formerNames.isEmpty || !$0.previousNumbers.isEmpty }
    let rare = records.count { $0.hanName.unicodeScalars.contains { $0.value > 0xFFFF } }
    #expect((3800...4200).contains(permits))
    #expect((120...240).contains(histories))
    #expect((20...120).contains(rare))
    #expect(Set(records.map(\.birthDate)).count > 4000)
  }

  @Test func writesLinesThatAReaderTakes() throws {
    let header = Array(DocumentRecord.columns.joined(separator: ",").utf8)
    let parser = try CSVParser(
      header: header, known: DocumentRecord.columns, required: DocumentRecord.requiredColumns)
    for index in 0..<500 {
      let record = try generator.record(at: index)
      #expect(try DocumentRecord(fields: parser.record(Array(record.csvLine.utf8))) == record)
    }
  }
}
