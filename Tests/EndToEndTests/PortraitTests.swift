import Glibc
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

extension Site {
  /// One that compares portraits, by a calibration of nobody, with a document whose portrait is on record and one without.
  static func comparingPortraits() throws -> Site {
    guard let models = PortraitModels.path else { throw SystemError(message: PortraitModels.needed) }
    let site = try Site()
    let program = "\(Programs.folder)/passgate-portrait"
    try site.require(
      Program.run(
        "passgate-portrait",
        ["calibrate", "invented", "--models", models, "--out", site.path("portrait.calibration")]))
    try site.write(
      platformConfiguration.replacing(
        "replyKeys: \"reply.keys.json\",",
        with: """
          replyKeys: "reply.keys.json",
          portrait: { program: "\(program)", models: "\(models)", calibration: "portrait.calibration" },
          """), to: "passgated.json5")
    try site.startPlatform()
    _ = try site.platform?.event("portraits_ready")
    try site.require(site.passgate(["operator", "provision", site.path("tenants.json5")]))
    try site.write(text: PortraitPhotograph.obamaAgain.bytes, to: "record.jpg")
    try site.write(PortraitClaims.registry, to: "records.csv")
    try site.require(site.passgate(["registry", "import", site.path("records.csv")]))
    try site.write(PortraitClaims.holder, to: "holder.json")
    try site.write(PortraitClaims.otherName, to: "other-name.json")
    try site.write(PortraitClaims.unknown, to: "unknown.json")
    try site.write(PortraitClaims.stranger, to: "stranger.json")
    try site.write(PortraitClaims.noPortrait, to: "no-portrait.json")
    return site
  }
}

/// Invented holders of the faces on the photographs.
private enum PortraitClaims {
  static let registry = """
    documentType,number,hanName,latinName,formerNames,birthDate,sex,expiry,previousNumbers,portrait
    permit,H5550000101,陳志遠,"CHAN, CHI YUEN",,1985-03-14,M,2031-06-30,,record.jpg
    permit,H5550000202,李國強,"LI, KWOK KEUNG",,1985-03-14,M,2031-06-30,,

    """
  static let holder =
    #"{"documentType":"permit","number":"H5550000101","name":"陳志遠","birthDate":"1985-03-14"}"#
  static let otherName = holder.replacing("陳志遠", with: "陳志達")
  static let unknown = holder.replacing("H5550000101", with: "H5550009901")
  static let stranger = holder.replacing("H5550000101", with: "H5550008801")
  static let noPortrait =
    holder.replacing("H5550000101", with: "H5550000202").replacing("陳志遠", with: "李國強")

  /// What no log and no store may show.
  static let personalData = ["H5550000101", "陳志遠", "陳志達", "CHAN, CHI YUEN", "H5550009901", "H5550008801"]
}

extension PortraitPhotograph {
  fileprivate var bytes: [UInt8] {
    get throws { try Files.read(#require(path)) }
  }
}

extension EndToEnd {
  /// Portraits from the tenant's command line to the locked worker and back: every program of the way.
  @Suite(
    .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)),
    .enabled(
      if: PortraitPhotograph.allCases.allSatisfy { $0.path != nil }, Comment(rawValue: PortraitModels.needed)),
    SharedSite { try .comparingPortraits() })
  struct PortraitTests {
    private let site: Site

    init() throws { site = try SharedSite.site }

    /// A photograph as a file that was never sent: bytes behind a JPEG's end change nothing that it shows.
    private func photograph(_ photograph: PortraitPhotograph, _ name: String) throws -> String {
      try site.write(text: photograph.bytes + Array(name.utf8), to: name)
      return site.path(name)
    }

    private func verify(_ image: String, _ claim: String, _ options: [String] = [], input: String = "") throws
      -> Outcome
    {
      try site.passgate(
        ["verify", "portrait", "--image", image, "--claim", site.path("\(claim).json")] + options,
        profile: "hotel.json5", input: input)
    }

    // One test, because the order counts: what was sent is remembered, and wrong pictures are counted.
    @Test func aPersonIsToldFromAnother() throws {
      let holder = try photograph(.obama, "holder.jpg")
      let match = try verify(holder, "holder")
      #expect(match.status == 0, "\(match)")
      #expect(match.output.hasPrefix("CONSISTENT  the face agrees with the portrait on record"))
      #expect(match.output.contains("a match alone does not show that a person stood there"))
      #expect(match.output.contains("signed by the platform's reply key"))

      let again = try verify(holder, "holder", ["--json"])
      #expect(again.status == 3)
      #expect(try again.json["undeterminedReason"]?.text == "REPLAYED")
      #expect(try again.json["presentationAttackCheck"]?.text == "NO_CHECK")

      let other = try photograph(.biden, "other.jpg")
      let answers = try [
        verify(other, "holder", ["--json"]),
        verify(try photograph(.obamaPart, "part.jpg"), "other-name", ["--json"]),
        verify(try photograph(.biden, "unknown.jpg"), "unknown", ["--json"]),
      ]
      #expect(answers.map(\.status) == [1, 1, 1], "\(answers)")
      for answer in answers {
        #expect(try answer.json["verdict"]?.text == "INCONSISTENT")
        #expect(try answer.json["undeterminedReason"]?.text == "")
      }
    }

    @Test func whatCannotBeJudgedSaysWhatToDo() throws {
      let none = try verify(try photograph(.biden, "none.jpg"), "no-portrait")
      #expect(none.status == 3 && none.output.contains("there is no portrait that can be compared with"))
      try site.write(text: Array(PortraitPhotograph.biden.bytes.prefix(20_000)), to: "cut.jpg")
      let cut = try verify(site.path("cut.jpg"), "holder")
      #expect(cut.status == 3 && cut.output.contains("图片损坏"), "\(cut)")
    }

    /// One picture for all frames is no turn of the head.
    @Test func aPictureThatIsHeldStillFailsTheChallenge() throws {
      try Files.createDirectory(site.path("turn"))
      for number in 1...3 { _ = try photograph(.obamaAgain, "turn/\(number).jpg") }
      let shown = try verify(
        try photograph(.obama, "still.jpg"), "stranger", ["--challenge", "--frames", site.path("turn")],
        input: "\n")
      #expect(shown.status == 3, "\(shown)")
      #expect(shown.errors.contains("THEIR OWN ") && shown.output.contains("the frames do not show"))
    }

    @Test func aPictureThatIsTooLargeIsNotSent() throws {
      let shown = try verify(try photograph(.obamaLarge, "large.jpg"), "holder")
      #expect(shown.status == 2 && shown.errors.contains("and a check takes 512"))
    }

    /// No name, number or picture in a log or a store.
    @Test func nothingOfItIsLeft() throws {
      let image = try photograph(.biden, "private.jpg")
      _ = try verify(image, "stranger")
      let picture = try Files.read(image)
      let piece = picture[10_000..<10_032]
      var searched = 0
      for path in try files(in: site.path("data")) {
        let bytes = try Files.read(path)
        searched += bytes.count
        #expect(!bytes.contains(piece), "\(path)")
        for text in PortraitClaims.personalData { #expect(!bytes.contains(Array(text.utf8)), "\(path)") }
      }
      #expect(searched > 100_000)
      let logged = site.platform?.logged ?? ""
      for text in PortraitClaims.personalData { #expect(!logged.contains(text)) }
    }

    private func files(in folder: String) throws -> [String] {
      try Files.list(folder).flatMap { name in
        let path = "\(folder)/\(name)"
        return Files.isDirectory(path) ? try files(in: path) : [path]
      }
    }
  }
}
