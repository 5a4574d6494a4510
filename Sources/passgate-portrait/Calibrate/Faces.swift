import PassgateDomain

/// A picture that could be embedded, and whose it is.
struct Face: Sendable, Equatable, Confidential {
  /// As the folder or the file's name says.
  let person: String
  let path: String
  let vector: [Float]
}

/// A cohort whose people are known, so that those of a pair can be left out of it: nobody who is checked is in the
/// cohort.
struct NamedCohort: Sendable {
  let faces: [Face]
  let neighbours: Int

  /// A face's nearest in the cohort, as many as are looked at and two to spare for the people of a pair.
  struct View: Sendable {
    fileprivate let nearest: [(person: String, distance: Double)]
    fileprivate let neighbours: Int
    /// Whoever is not among the nearest changes nothing.
    fileprivate let usual: Surroundings?

    /// The surroundings without a person; nil where there are none.
    func surroundings(without person: String) -> Surroundings? {
      guard nearest.contains(where: { $0.person == person }) else { return usual }
      return Self.surroundings(nearest.filter { $0.person != person }, neighbours)
    }

    fileprivate static func surroundings(
      _ nearest: [(person: String, distance: Double)], _ neighbours: Int
    ) -> Surroundings? {
      guard nearest.count >= neighbours else { return nil }
      return Surroundings(ofNearest: nearest.prefix(neighbours).map(\.distance))
    }
  }

  /// The cohort as seen from a face, without the face's own person.
  func view(from face: Face) -> View {
    let distances = faces.filter { $0.person != face.person }.compactMap { member in
      euclideanDistance(face.vector, member.vector).map { (person: member.person, distance: $0) }
    }
    let nearest = Array(distances.sorted { $0.distance < $1.distance }.prefix(neighbours + 1))
    return View(
      nearest: nearest, neighbours: neighbours, usual: View.surroundings(nearest, neighbours))
  }
}

/// Faces with their views of the cohort, to be compared with one another.
struct FaceComparison: Sendable {
  let faces: [Face]
  private let views: [NamedCohort.View]

  init(_ faces: [Face], _ cohort: NamedCohort) {
    self.faces = faces
    views = faces.map(cohort.view)
  }

  /// The normalised distance of two faces; nil where it has none.
  func z(_ first: Int, _ second: Int) -> Double? {
    let (one, other) = (faces[first], faces[second])
    guard let distance = euclideanDistance(one.vector, other.vector),
      let around = views[first].surroundings(without: other.person),
      let around2 = views[second].surroundings(without: one.person)
    else { return nil }
    return Surroundings.normalise(distance, around, around2)
  }

  /// Calls `body` with each pair of faces and its z.
  func forEachPair(_ body: (_ first: Int, _ second: Int, _ z: Double) -> Void) {
    for second in faces.indices {
      // What cannot be compared gets the lowest score.
      for first in 0..<second { body(first, second, z(first, second) ?? .infinity) }
    }
  }
}

extension [Face] {
  /// The first picture of each person.
  var onePerPerson: [Face] {
    var people: Set<String> = []
    return filter { people.insert($0.person).inserted }
  }

  /// Throws where two people have one picture: somebody has two names.
  func checkOwners() throws(CalibrationRefusal) {
    var owners: [[Float]: Face] = [:]
    for face in self {
      guard let other = owners.updateValue(face, forKey: face.vector), other.person != face.person else {
        continue
      }
      throw CalibrationRefusal(
        description:
          "\(other.path) and \(face.path) are one picture under two names; take one of them away")
    }
  }
}
