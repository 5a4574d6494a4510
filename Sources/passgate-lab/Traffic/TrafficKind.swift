/// A kind of organisation, by how its checks come in.
struct TrafficKind: Sendable {
  let name: String
  /// Checks of an average day.
  let perDay: Double
  /// A digit for each hour of the day in Beijing: how busy it is.
  let rhythm: String
  /// Times a workday.
  let saturday, sunday, holiday: Double
  /// Of a thousand checks, how many are honest mistakes.
  let mistakes: Int
  /// Of a thousand customers, how many come as a family or a group.
  let groups: Int
  /// Of a thousand customers, how many were here before.
  let regulars: Int
  let scenes: Int
  let signers: Int

  static let all: [TrafficKind] = [
    TrafficKind(
      name: "hotel-chain", perDay: 300, rhythm: "321111122345676667899875", saturday: 1.6, sunday: 1.1,
      holiday: 2.2,
      mistakes: 40, groups: 220, regulars: 150, scenes: 2, signers: 4),
    TrafficKind(
      name: "guesthouse", perDay: 8, rhythm: "000000000011455556776410", saturday: 1.8, sunday: 1.1,
      holiday: 2.4,
      mistakes: 70, groups: 250, regulars: 100, scenes: 1, signers: 1),
    TrafficKind(
      name: "airline", perDay: 2_500, rhythm: "211124688877777788887653", saturday: 1.1, sunday: 1.2,
      holiday: 1.9,
      mistakes: 20, groups: 200, regulars: 250, scenes: 3, signers: 6),
    TrafficKind(
      name: "bank", perDay: 400, rhythm: "000000001797645777310000", saturday: 0.3, sunday: 0.1, holiday: 0.1,
      mistakes: 30, groups: 20, regulars: 400, scenes: 3, signers: 3),
    TrafficKind(
      name: "broker", perDay: 150, rhythm: "111111124999658885444432", saturday: 0.5, sunday: 0.5,
      holiday: 0.5,
      mistakes: 50, groups: 5, regulars: 500, scenes: 2, signers: 1),
    TrafficKind(
      name: "telecoms", perDay: 250, rhythm: "000000000268776788863100", saturday: 1.4, sunday: 1.3,
      holiday: 1.2,
      mistakes: 60, groups: 80, regulars: 100, scenes: 2, signers: 5),
    TrafficKind(
      name: "hospital", perDay: 120, rhythm: "000000279986468863100000", saturday: 0.6, sunday: 0.4,
      holiday: 0.3,
      mistakes: 50, groups: 60, regulars: 450, scenes: 1, signers: 2),
    TrafficKind(
      name: "internet", perDay: 4_000, rhythm: "432111112345678777789876", saturday: 1.2, sunday: 1.2,
      holiday: 1.1,
      mistakes: 90, groups: 5, regulars: 200, scenes: 2, signers: 2),
  ]

  /// How busy each hour is, of a thousand.
  var shares: [Double] {
    let weights = rhythm.utf8.map { Double($0 - UInt8(ascii: "0")) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// Hours in which nobody is expected.
  var closedHours: [Int] {
    rhythm.utf8.enumerated().filter { $0.element == UInt8(ascii: "0") }.map(\.offset)
      .filter { hour in [hour + 1, hour + 23].allSatisfy { weight(ofHour: $0) == UInt8(ascii: "0") } }
  }

  private func weight(ofHour hour: Int) -> UInt8 { Array(rhythm.utf8)[hour % 24] }

  /// What an agreement with such an organisation would have.
  var checksPerDay: Int { max(150, Int(perDay * 4)) }
}
