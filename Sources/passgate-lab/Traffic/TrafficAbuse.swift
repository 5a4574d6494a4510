import PassgateDomain

/// A way to abuse the platform, at three intensities, and the detector that is meant to see it.
struct TrafficAbuse: Sendable {
  enum Intensity: Int, Sendable, CaseIterable {
    case weak, medium, strong
  }

  /// What one day of it needs to know.
  struct Plan {
    var stream: TrafficStream
    let day: Int
    let intensity: Intensity
    /// The honest checks of the day.
    var checks: [TrafficObservation]

    var kind: TrafficKind { stream.kind }

    /// One of three by intensity, and not less than a share of the organisation's day.
    func amount(_ least: (Int, Int, Int), perThousand: (Int, Int, Int) = (0, 0, 0)) -> Int {
      max(pick(least), Int(kind.perDay * Double(pick(perThousand)) / 1_000))
    }

    func pick<Value>(_ values: (Value, Value, Value)) -> Value {
      switch intensity {
      case .weak: values.0
      case .medium: values.1
      case .strong: values.2
      }
    }

    /// A moment of the day at which this organisation works.
    mutating func busyMoment() -> UInt64 {
      var point = stream.dice.share()
      var hour = 0
      for share in kind.shares where point > share && hour < 23 {
        point -= share
        hour += 1
      }
      return stream.time(day, hour)
    }

    mutating func add(
      _ person: TrafficStream.Person, at: UInt64, isInconsistent: Bool, scene: UInt64 = 0
    ) {
      checks.append(stream.observation(person, at: at, isInconsistent: isInconsistent, 0, scene))
    }

    mutating func addStrangers(_ count: Int, at moment: (inout Plan) -> UInt64) {
      for _ in 0..<count {
        let isInconsistent = stream.dice.chance(perThousand: kind.mistakes)
        let at = moment(&self)
        let person = stream.stranger()
        add(person, at: at, isInconsistent: isInconsistent)
      }
    }
  }

  let name: String
  let detector: TrafficDetector
  let isPossible: @Sendable (TrafficKind) -> Bool
  let plant: @Sendable (inout Plan) -> Void

  init(
    _ name: String, _ detector: TrafficDetector,
    isPossible: @escaping @Sendable (TrafficKind) -> Bool = { _ in true },
    plant: @escaping @Sendable (inout Plan) -> Void
  ) {
    self.name = name
    self.detector = detector
    self.isPossible = isPossible
    self.plant = plant
  }

  static let all: [TrafficAbuse] = [
    TrafficAbuse("more than agreed", .quotaDay) { plan in
      let agreed = Double(plan.kind.checksPerDay)
      plan.addStrangers(Int(agreed * plan.pick((0.5, 1.0, 2.0)))) { $0.busyMoment() }
    },
    TrafficAbuse("busier days", .volumeDay) { plan in
      plan.addStrangers(plan.amount((30, 100, 300), perThousand: (1_000, 3_500, 8_000))) { $0.busyMoment() }
    },
    TrafficAbuse("one busy hour", .volumeHour) { plan in
      let hour = [9, 13, 17][plan.stream.dice.roll(3)]
      plan.addStrangers(plan.amount((20, 70, 200), perThousand: (200, 700, 2_000))) {
        $0.stream.time($0.day, hour)
      }
    },
    TrafficAbuse("numbers in sequence", .sequentialNumbers) { plan in
      let step = [1, -1, 7, -100, 1_000][plan.stream.dice.roll(5)]
      let first = 30_000_000 + plan.stream.dice.roll(40_000_000)
      let count = plan.amount((15, 60, 200), perThousand: (80, 250, 1_000))
      let times = (0..<count).map { _ in plan.busyMoment() }.sorted()
      for (place, at) in times.enumerated() {
        var person = plan.stream.stranger()
        person.serial = SerialNumber(series: 1, number: UInt32(first + place * step))
        plan.add(person, at: at, isInconsistent: true)
      }
    },
    TrafficAbuse("one name, many numbers", .oneNameManyNumbers) { plan in
      let name = plan.stream.name()
      for _ in 0..<plan.amount((10, 50, 150), perThousand: (3, 15, 50)) {
        var person = plan.stream.stranger()
        person.name = name
        let at = plan.busyMoment()
        plan.add(person, at: at, isInconsistent: true)
      }
    },
    TrafficAbuse("one number, many births", .oneNumberManyBirths) { plan in
      var person = plan.stream.stranger()
      let first = plan.busyMoment()
      for turn in 0..<plan.pick((4, 10, 40)) {
        person.birth += 1
        plan.add(person, at: first + UInt64(turn) * 40_000, isInconsistent: true)
      }
    },
    TrafficAbuse("many numbers, a few births each", .manyNumbersManyBirths) { plan in
      for _ in 0..<plan.amount((4, 25, 60), perThousand: (2, 12, 50)) {
        var person = plan.stream.stranger()
        let first = plan.busyMoment()
        for turn in 0..<4 {
          person.birth += 1
          plan.add(person, at: first + UInt64(turn) * 30_000, isInconsistent: true)
        }
      }
    },
    TrafficAbuse("fewer hits", .fallingHitRate) { plan in
      let wrong = plan.pick((60, 250, 500))
      for place in plan.checks.indices where plan.stream.dice.chance(perThousand: wrong) {
        plan.checks[place].isInconsistent = true
        plan.checks[place].name = plan.stream.dice.next()
      }
    },
    TrafficAbuse("at night", .offHours, isPossible: { $0.closedHours.count > 3 }) { plan in
      let hours = plan.kind.closedHours
      plan.addStrangers(plan.amount((10, 40, 150), perThousand: (20, 100, 300))) {
        $0.stream.time($0.day, hours[$0.stream.dice.roll(hours.count)])
      }
    },
    TrafficAbuse("one key, many scenes", .signerManyScenes) { plan in
      let scenes = plan.pick((3, 7, 12))
      for turn in 0..<(scenes * 4) {
        let at = plan.busyMoment()
        let person = plan.stream.stranger()
        plan.add(person, at: at, isInconsistent: false, scene: UInt64(100 + turn % scenes))
      }
    },
  ]
}
