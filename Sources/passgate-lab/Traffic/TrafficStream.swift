import PassgateDomain

/// The checks of one invented organisation, day by day, the same for the same seed.
///
/// There are persons with common names, families with neighbouring numbers, regular customers, replaced passports,
/// mistakes that are tried again, weekends, a campaign, a week of holidays and a Sunday on which people work.
struct TrafficStream: Sendable {
  /// 2026-08-10, a Monday, 00:00 in Beijing; the holidays begin 52 days later.
  static let start: UInt64 = 1_786_291_200_000
  static let dayMilliseconds: UInt64 = 86_400_000
  private static let holidays = 52..<59
  private static let workingSunday = 48
  /// A campaign lasts three days.
  private static let campaign = 1.6

  struct Person: Sendable {
    var name: UInt64
    var serial: SerialNumber
    var birth: UInt32
  }

  let kind: TrafficKind
  var dice: TrafficDice
  private var regulars: [Person] = []
  private let shares: [Double]
  private let campaignBegins: Int

  init(_ kind: TrafficKind, seed: UInt64) {
    self.kind = kind
    dice = TrafficDice(seed: seed)
    shares = kind.shares
    campaignBegins = 16 + dice.roll(40)
  }

  /// The checks of a day from the start, in the order of their times.
  mutating func day(_ day: Int) -> [TrafficObservation] {
    var checks: [TrafficObservation] = []
    let mean = kind.perDay * weight(ofDay: day) * (0.8 + 0.4 * dice.share())
    let mistakes = Int(Double(kind.mistakes) * (0.7 + 0.7 * dice.share()))
    // Now and then a reader or a clerk has a bad hour.
    let badHour = dice.chance(perThousand: 30) ? dice.roll(24) : -1
    for hour in 0..<24 {
      let customers = dice.count(expecting: mean * shares[hour] / 1.25)
      for _ in 0..<customers {
        serve(at: time(day, hour), mistakes: mistakes + (hour == badHour ? 150 : 0), &checks)
      }
    }
    return checks.sorted { $0.at < $1.at }
  }

  private func weight(ofDay day: Int) -> Double {
    if Self.holidays.contains(day) { return kind.holiday }
    if day == Self.workingSunday { return 1 }
    let campaign = (campaignBegins..<(campaignBegins + 3)).contains(day) ? Self.campaign : 1
    return campaign * (day % 7 == 5 ? kind.saturday : day % 7 == 6 ? kind.sunday : 1)
  }

  /// A moment of the hour.
  mutating func time(_ day: Int, _ hour: Int) -> UInt64 {
    Self.start + UInt64(day) * Self.dayMilliseconds + UInt64(hour) * 3_600_000 + UInt64(dice.roll(3_600_000))
  }

  // MARK: Customers

  private mutating func serve(at: UInt64, mistakes: Int, _ checks: inout [TrafficObservation]) {
    let group = dice.chance(perThousand: kind.groups) ? 2 + dice.roll(dice.roll(20) == 0 ? 20 : 3) : 1
    let signer = UInt64(dice.roll(kind.signers))
    let scene = UInt64(dice.roll(kind.scenes))
    var person = customer()
    for member in 0..<group {
      if member > 0 { person = relative(of: person) }
      check(person, at: at + UInt64(member) * 20_000, mistakes: mistakes, signer, scene, &checks)
    }
  }

  /// The check, and another one where a mistake was made and noticed.
  private mutating func check(
    _ person: Person, at: UInt64, mistakes: Int, _ signer: UInt64, _ scene: UInt64,
    _ checks: inout [TrafficObservation]
  ) {
    guard dice.chance(perThousand: mistakes) else {
      return checks.append(observation(person, at: at, isInconsistent: false, signer, scene))
    }
    var wrong = person
    switch dice.roll(3) {
    case 0: wrong.birth = wrong.birth + 1 + UInt32(dice.roll(30))
    case 1: wrong.name = dice.next()
    default: wrong.serial = number()
    }
    checks.append(observation(wrong, at: at, isInconsistent: true, signer, scene))
    if dice.roll(3) > 0 {
      check(person, at: at + 15_000 + UInt64(dice.roll(60_000)), mistakes: 300, signer, scene, &checks)
    }
  }

  func observation(
    _ person: Person, at: UInt64, isInconsistent: Bool, _ signer: UInt64, _ scene: UInt64
  ) -> TrafficObservation {
    TrafficObservation(
      at: at, document: scattered(UInt64(person.serial.place)), serial: person.serial, name: person.name,
      birth: person.birth, isInconsistent: isInconsistent, scene: scattered(scene), signer: scattered(signer))
  }

  /// A stranger, or somebody who was here before, perhaps with a new passport.
  private mutating func customer() -> Person {
    if !regulars.isEmpty, dice.chance(perThousand: kind.regulars) {
      let place = dice.roll(regulars.count)
      if dice.roll(100) == 0 { regulars[place].serial = number() }
      return regulars[place]
    }
    let person = stranger()
    if regulars.count < 400 { regulars.append(person) } else { regulars[dice.roll(400)] = person }
    return person
  }

  mutating func stranger() -> Person {
    Person(name: name(), serial: number(), birth: UInt32(700_000 + dice.roll(25_000)))
  }

  /// A third have numbers that were issued together with those of their family.
  private mutating func relative(of person: Person) -> Person {
    var relative = stranger()
    if dice.roll(3) == 0, person.serial.place % SerialNumber.seriesWidth < 99_999_990 {
      relative.serial = SerialNumber(
        series: person.serial.place / SerialNumber.seriesWidth,
        number: person.serial.place % SerialNumber.seriesWidth + 1 + UInt32(dice.roll(2)))
    }
    return relative
  }

  /// Five of eight are permits of Hong Kong, the others of Macao or passports of two series.
  mutating func number() -> SerialNumber {
    let series = dice.roll(8)
    let number = UInt32(dice.roll(series == 7 ? 10_000_000 : 100_000_000))
    return SerialNumber(series: [1, 1, 1, 1, 1, 2, 6, 12][series], number: number)
  }

  /// A surname among a hundred and one or two given characters, the common ones many times more often.
  mutating func name() -> UInt64 {
    let surname = Int(dice.share() * dice.share() * 100)
    let given = (0..<(dice.roll(5) == 0 ? 1 : 2)).reduce(0) { name, _ in
      name * 200 + 1 + Int(dice.share() * dice.share() * 180)
    }
    return scattered(UInt64(surname * 100_000 + given))
  }
}
