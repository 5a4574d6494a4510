package import PassgateSystem

/// Reads one object of a configuration and, instead of stopping at the first mistake, keeps a list of all of them.
///
///     let settings = try SettingsReader(file: path)
///     let listen = settings.endpoint("listen")
///     let tenants = settings.objects("tenants").map(Tenant.init)
///     settings.finish()
///     guard settings.problems.isEmpty else { throw SettingsError(settings.problems.joined(separator: "\n")) }
///
/// Where a value is missing or wrong, a getter notes the problem and answers a harmless stand-in: nothing read may
/// be used before `problems` was seen to be empty.
package final class SettingsReader {
  private final class Problems {
    var list: [String] = []
  }

  private let members: [String: JSONValue]
  private let file: String
  /// Where in the file this object is: "" or "tenants[2].".
  private let prefix: String
  private let shared: Problems
  private var known: Set<String> = []
  private var children: [SettingsReader] = []

  /// A reader of an object already parsed; `file` begins each problem and is what paths are relative to.
  package convenience init(_ value: JSONValue, file: String) {
    self.init(value, file, prefix: "", Problems())
  }

  /// Reads and parses a JSON5 file.
  package convenience init(file: String) throws(SettingsError) {
    do {
      let bytes = try Files.read(file, limit: 4 << 20)
      self.init(try parseJSON5(bytes), file: file)
    } catch let error as SettingsError {
      throw SettingsError("\(file): \(error.description)")
    } catch {
      throw SettingsError(String(describing: error))
    }
  }

  private init(_ value: JSONValue, _ file: String, prefix: String, _ shared: Problems) {
    self.file = file
    self.prefix = prefix
    self.shared = shared
    if case .object(let members) = value {
      self.members = members
    } else {
      members = [:]
      problem("must be an object, not \(value.kind)")
    }
  }

  /// All that is wrong in the whole file so far, in the order it was met.
  package var problems: [String] { shared.list }

  /// Where the file is: what a relative path in it is seen from.
  package var folder: String { Files.folder(of: file) }

  /// Whether the key is there, for settings that exclude each other.
  package func has(_ key: String) -> Bool {
    known.insert(key)
    return members[key] != nil
  }

  /// Notes a problem of this object that only its user can see.
  package func problem(_ sentence: String) { note(String(prefix.dropLast()), sentence) }

  /// Notes a problem of one key that only its user can see.
  package func problem(_ key: String, _ sentence: String) { note(prefix + key, sentence) }

  /// Notes every key nobody asked for, here and in all objects read from here. To be called last.
  package func finish() {
    for key in members.keys.filter({ !known.contains($0) }).sorted() {
      problem(key, "is not a setting\(Self.guess(key, among: known.sorted()))")
    }
    for child in children { child.finish() }
  }
}

// MARK: - Values

extension SettingsReader {
  /// A string that is not empty; required where there is no default.
  package func string(_ key: String, default standard: String? = nil) -> String {
    read(key, standard, standIn: "", Self.text)
  }

  /// A string that is not empty; nil where the key is absent.
  package func optionalString(_ key: String) -> String? { readOptional(key, Self.text) }

  /// A whole number in the range; required where there is no default.
  package func integer(_ key: String, in range: ClosedRange<Int>, default standard: Int? = nil) -> Int {
    read(key, standard, standIn: range.lowerBound) { value throws(SettingsError) in
      if case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) {
        return number
      }
      throw SettingsError("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// True or false; required where there is no default.
  package func bool(_ key: String, default standard: Bool? = nil) -> Bool {
    read(key, standard, standIn: false) { value throws(SettingsError) in
      guard case .bool(let value) = value else { throw SettingsError("must be true or false") }
      return value
    }
  }

  /// One of some words; required where there is no default.
  package func choice(_ key: String, of words: [String], default standard: String? = nil) -> String {
    // No word stands in: what depends on the choice would be judged by one that nobody made.
    read(key, standard, standIn: "") { value throws(SettingsError) in
      let word = try Self.text(value)
      if words.contains(word) { return word }
      let guess = Self.guess(word, among: words)
      throw SettingsError("must be one of \(words.joined(separator: ", "))\(guess)")
    }
  }

  /// "host:port"; required where there is no default.
  package func endpoint(_ key: String, default standard: Endpoint? = nil) -> Endpoint {
    read(key, standard, standIn: Endpoint(host: "localhost", port: 0), Self.endpoint)
  }

  /// "host:port"; nil where the key is absent.
  package func optionalEndpoint(_ key: String) -> Endpoint? { readOptional(key, Self.endpoint) }

  /// A path, relative ones seen from the folder of the configuration; required where there is no default, which is
  /// relative in the same way. `mustExist` asks for something to be there.
  package func path(_ key: String, mustExist: Bool = true, default standard: String? = nil) -> String {
    read(key, standard.map(resolved), standIn: "") { value throws(SettingsError) in
      try self.path(value, mustExist)
    }
  }

  /// As `path`; nil where the key is absent.
  package func optionalPath(_ key: String, mustExist: Bool = true) -> String? {
    readOptional(key) { value throws(SettingsError) in try self.path(value, mustExist) }
  }

  /// Paths of files that are there, as `path` sees them; none where the key is absent.
  package func paths(_ key: String) -> [String] {
    elements(key, []).compactMap { name, value in
      attempt(name) { () throws(SettingsError) in try path(value, true) }
    }
  }

  /// A list of strings that are not empty; required where there is no default.
  package func list(_ key: String, default standard: [String]? = nil) -> [String] {
    elements(key, standard?.map(JSONValue.string)).compactMap { name, value in
      attempt(name) { () throws(SettingsError) in try Self.text(value) }
    }
  }

  /// The object under a key; nil where the key is absent, which is a problem where it is `required`.
  package func object(_ key: String, required: Bool = false) -> SettingsReader? {
    guard let value = member(key) else {
      if required { problem(key, Self.missing) }
      return nil
    }
    return child(value, key)
  }

  /// A list of objects; an absent one is empty, unless it is `required`.
  package func objects(_ key: String, required: Bool = false) -> [SettingsReader] {
    elements(key, required ? nil : []).map { name, value in child(value, name) }
  }
}

// MARK: - How a value is read

extension SettingsReader {
  private static let missing = "is missing"

  private func member(_ key: String) -> JSONValue? {
    known.insert(key)
    return members[key]
  }

  private func read<Value>(
    _ key: String, _ standard: Value?, standIn: Value,
    _ convert: (JSONValue) throws(SettingsError) -> Value
  ) -> Value {
    guard has(key) else {
      if standard == nil { problem(key, Self.missing) }
      return standard ?? standIn
    }
    return readOptional(key, convert) ?? standIn
  }

  private func readOptional<Value>(
    _ key: String, _ convert: (JSONValue) throws(SettingsError) -> Value
  ) -> Value? {
    guard let value = member(key) else { return nil }
    return attempt(key) { () throws(SettingsError) in try convert(value) }
  }

  private func attempt<Value>(_ key: String, _ convert: () throws(SettingsError) -> Value) -> Value? {
    do {
      return try convert()
    } catch {
      problem(key, error.description)
      return nil
    }
  }

  /// The elements of a list, each under its name: "keys[0]".
  private func elements(_ key: String, _ standard: [JSONValue]?) -> [(String, JSONValue)] {
    let list = read(key, standard, standIn: []) { value throws(SettingsError) in
      guard case .array(let list) = value else { throw SettingsError("must be a list, not \(value.kind)") }
      return list
    }
    return list.enumerated().map { ("\(key)[\($0.offset)]", $0.element) }
  }

  private func child(_ value: JSONValue, _ name: String) -> SettingsReader {
    let child = SettingsReader(value, file, prefix: "\(prefix)\(name).", shared)
    children.append(child)
    return child
  }

  private func resolved(_ path: String) -> String { Files.resolve(path, relativeTo: folder) }

  private func path(_ value: JSONValue, _ mustExist: Bool) throws(SettingsError) -> String {
    let path = resolved(try Self.text(value))
    guard !mustExist || Files.exists(path) else { throw SettingsError("no such file \(path)") }
    return path
  }

  private func note(_ place: String, _ sentence: String) {
    let parts = [file, place, sentence].filter { !$0.isEmpty }
    shared.list.append(terminalSafe(parts.joined(separator: ": ")))
  }

  private static func guess(_ name: String, among names: [String]) -> String {
    nearestName(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
  }

  private static func text(_ value: JSONValue) throws(SettingsError) -> String {
    guard case .string(let text) = value else { throw SettingsError("must be a string, not \(value.kind)") }
    guard !text.isEmpty else { throw SettingsError("must not be empty") }
    return text
  }

  private static func endpoint(_ value: JSONValue) throws(SettingsError) -> Endpoint {
    guard let endpoint = Endpoint(try text(value)) else {
      throw SettingsError("must be \"host:port\", such as \"127.0.0.1:4433\" or \"[::1]:4433\"")
    }
    return endpoint
  }
}
