import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSystem

/// A dossier as an organisation writes it: `dossier.json5` in a folder, beside the documents that it names.
struct DossierFile {
  /// A document's file, as it was when the dossier was read.
  struct Document {
    let path: String
    let title: String
    let bytes: [UInt8]
    /// SHA-256 of the bytes.
    let digest: [UInt8]
  }

  static let name = "dossier.json5"
  /// Bytes of the largest document.
  static let documentLimit = Int(DossierRules.documentBytes.upperBound)

  let dossier: Dossier
  /// Each document once, in the order of the materials.
  let documents: [Document]

  /// Reads the folder's dossier and all its documents. Throws everything that is missing or wrong at once.
  ///
  /// - Parameter today: in Beijing; documents that expired before it are refused.
  static func read(_ folder: String, today: CalendarDate = BeijingTime.today()) throws -> DossierFile {
    let path = Files.isDirectory(folder) ? Files.resolve(name, relativeTo: folder) : folder
    guard Files.exists(path) else {
      throw Failure("\(path): no such file; 'passgate apply --template \(folder)' writes one to fill in")
    }
    let reader = try SettingsReader(file: path)
    var parser = DossierParser(reader: reader)
    let dossier = parser.dossier()
    reader.finish()
    let problems = DossierProblems(file: path, read: reader.problems)
      .adding(DossierRules.problems(dossier, on: today))
    guard problems.isEmpty else { throw Failure(problems.joined(separator: "\n")) }
    return DossierFile(dossier: dossier, documents: parser.documents)
  }
}

/// Turns the file's keys into values, noting problems as it goes on. Where a value is wrong a harmless one stands
/// in, so that the rules find no second fault in it.
private struct DossierParser {
  let reader: SettingsReader
  var documents: [DossierFile.Document] = []

  mutating func dossier() -> Dossier {
    let organisation = organisation()
    let volume = reader.volume("volume")
    let scopes = reader.objects("scopes", required: true).map { $0.scope() }
    var materials: [Material] = []
    for material in reader.objects("materials", required: true) { materials.append(self.material(material)) }
    return Dossier(organisation: organisation, scopes: scopes, volume: volume, materials: materials)
  }

  private func organisation() -> Organisation {
    guard let reader = reader.object("organisation", required: true) else {
      return Organisation(name: "", kind: .enterprise, creditCode: "")
    }
    return Organisation(
      name: reader.string("name"), kind: reader.word("kind", Words.organisations) ?? .enterprise,
      creditCode: reader.string("creditCode"))
  }

  private mutating func material(_ reader: SettingsReader) -> Material {
    let kind = reader.word("kind", Words.materials) ?? .organisationForm
    let title = reader.string("title")
    let expiresOn = reader.date("expiresOn") ?? CalendarDate.latest
    let path = reader.path("file")
    var material = Material(
      kind: kind, mediaType: .pdf, title: title, digest: [UInt8](repeating: 0, count: 32), byteCount: 1,
      expiresOn: expiresOn)
    guard !path.isEmpty, let (bytes, type) = document(reader, path) else { return material }
    material.mediaType = type
    material.digest = sha256(bytes.span)
    material.byteCount = UInt64(bytes.count)
    if !documents.contains(where: { $0.digest == material.digest }) {
      documents.append(DossierFile.Document(path: path, title: title, bytes: bytes, digest: material.digest))
    }
    return material
  }

  private func document(_ reader: SettingsReader, _ path: String) -> ([UInt8], Material.MediaType)? {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read(path, limit: DossierFile.documentLimit)
    } catch {
      reader.problem("file", error.description)
      return nil
    }
    guard let type = Material.MediaType(beginning: bytes) else {
      reader.problem("file", bytes.isEmpty ? "\(path) is empty" : "\(path) is no PDF, JPEG or PNG")
      return nil
    }
    return (bytes, type)
  }
}

extension CalendarDate {
  /// The last day that a document can state.
  static let latest = LegalCalendar.day(of: .max)
}

/// The problems of a file and those that the rules find in what it says, each once.
private struct DossierProblems {
  let file: String
  /// As the reader notes them: "file: place: sentence".
  let read: [String]

  /// The keys of the file whose names differ from the wire's.
  private static let keys = ["digest": "file", "byteCount": "file", "fromMinute": "hours"]

  /// A fault at a place that could not be read already adds nothing.
  func adding(_ faults: [CaseFault]) -> [String] {
    let places = read.compactMap { $0.dropFirst(file.count + 2).split(separator: ":").first.map(String.init) }
    let further = faults.map { (place: Self.place($0.field), text: $0.text) }.filter { fault in
      !places.contains { $0.hasPrefix(fault.place) && !fault.place.isEmpty }
    }
    return read
      + further.map { fault in [file, fault.place, fault.text].filter { !$0.isEmpty }.joined(separator: ": ")
      }
  }

  /// "materials[2].expires_on" as the file has it: "materials[2].expiresOn".
  private static func place(_ field: String) -> String {
    field.split(separator: ".").map { part in
      let name = FieldName.inFile(part)
      return keys[name] ?? name
    }.joined(separator: ".")
  }
}
