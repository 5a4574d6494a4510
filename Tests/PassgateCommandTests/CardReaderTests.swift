import PassgateCardReader
import Testing

/// What card readers say when they do not work.
@Suite struct CardReaderTests {
  @Test func everyFaultSaysWhatToDo() {
    let faults: [CardReaderFault] = [
      .noLibrary, .noService, .noReaders, .unknownReader("X"), .noCard, .busy, .cardRemoved,
      .communication(code: 0x8010_0013),
    ]
    #expect(Set(faults.map(\.description)).count == faults.count)
    #expect("\(CardReaderFault.communication(code: 0x8010_0013))".contains("0x80100013"))
  }
}
