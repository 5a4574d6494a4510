import PassgateCrypto
import PassgateDomain

/// How a chip shows within a reading that it is no copy, and that nobody changed how it was opened.
extension ReadingCourse {
  private func dg14() throws(ChipFault) -> SecurityInfos? {
    guard let bytes = contents.files[.dg14] else { return nil }
    do throws(LDSFault) { return try SecurityInfos(dg14: bytes) } catch { throw .malformed(.dg14) }
  }

  /// All is read that may be read before chip authentication, or all there is.
  mutating func authenticate(_ reading: FileReading) throws(ChipFault) -> Move {
    guard isChipAuthenticationDue else { return try askForSignature() }
    isChipAuthenticationDue = false
    let infos = try dg14()
    try compareOffers(infos)
    guard let infos, !isWithoutChipAuthentication, let proof = begun(infos) else {
      return try readOn(reading.released(after: []), [])
    }
    return try prove(proof, reading, [])
  }

  /// What the chip offered before it was opened must stand in DG14, which its issuer signed (ICAO 9303-11 section
  /// 4.2): PACE that is not there was put in, and PACE that is there alone was taken out. A copy would leave out the
  /// variant in which the chip has to prove itself.
  private func compareOffers(_ signed: SecurityInfos?) throws(ChipFault) {
    guard let signed else { return }
    let offered = Set(try cardAccess()?.pace ?? [])
    let proving = signed.pace.filter { $0.mapping == .chipAuthentication }
    guard offered.isSubset(of: signed.pace), offered.isSuperset(of: proving),
      contents.access != .bac || !signed.namesPACE
    else { throw .downgraded }
  }

  /// Nil where DG14 has no key for it, or none that the platform can use: the chip has not shown anything then, and
  /// is not at fault, since it is the issuer who chose the key.
  private func begun(_ infos: SecurityInfos) -> ChipAuthentication? {
    (try? ChipAuthentication(infos, random: random)) ?? nil
  }

  /// Chip authentication; the chip shows that it has the new keys by answering whatever comes next.
  mutating func prove(
    _ proof: ChipAuthentication, _ reading: FileReading, _ answers: [ResponseAPDU]
  ) throws(ChipFault) -> Move {
    var proof = proof
    do throws(ChipFault) {
      switch try proof.next(answers) {
      case .send(let commands):
        stage = .chipAuthentication(proof, reading)
        return .send(commands)
      case .done(let outcome):
        isConfirming = true
        let lead = FileReading.Lead(command: ReadCommands.select(.dg14), stage: nil)
        return .open(outcome.keys, begin(reading.released(after: [lead]), Stage.groups))
      }
    } catch {
      guard case .refused = error else { throw error }
      contents.proofs.append(.failed(keyIn: .dg14))
      return try readOn(reading.released(after: []), [])
    }
  }

  /// Reads data groups, and comes to the chip's proofs when there is nothing to read.
  mutating func readOn(_ reading: FileReading, _ answers: [ResponseAPDU]) throws(ChipFault) -> Move {
    var reading = reading
    if let move = try read(&reading, answers, Stage.groups) { return move }
    return try authenticate(reading)
  }

  // MARK: - Active authentication

  /// With DG15, unless the chip has shown by its other key that it is no copy.
  private mutating func askForSignature() throws(ChipFault) -> Move {
    // A chip that keeps back a key which its issuer signed is a copy without it.
    for file in [ChipFile.dg14, .dg15] where keepsBack(file) { contents.proofs.append(.failed(keyIn: file)) }
    guard !contents.proofs.contains(.chipAuthentication), let bytes = contents.files[.dg15] else {
      return .finish(contents)
    }
    guard let key = activeAuthenticationKey(bytes) else { return .finish(contents) }
    let proof = ActiveAuthentication(
      key: key, info: try dg14()?.activeAuthentication.first,
      allowsExtendedLength: terms.allowsExtendedLength, random: random)
    return try prove(proof, [])
  }

  private func keepsBack(_ file: ChipFile) -> Bool {
    contents.files[file] == nil && coveredGroups.contains(file) && terms.groups.contains(file)
  }

  /// Nil for a key of a kind that the platform cannot check, which says nothing about the chip, and for one that is
  /// none, which does.
  private mutating func activeAuthenticationKey(_ file: [UInt8]) -> DocumentKey? {
    guard let key = try? ActiveAuthenticationKey(file) else {
      contents.proofs.append(.failed(keyIn: .dg15))
      return nil
    }
    do throws(CryptoError) {
      return try DocumentKey(spki: key.spki)
    } catch {
      if error.reason == .malformed { contents.proofs.append(.failed(keyIn: .dg15)) }
      return nil
    }
  }

  mutating func prove(
    _ proof: ActiveAuthentication, _ answers: [ResponseAPDU]
  ) throws(ChipFault) -> Move {
    var proof = proof
    switch try proof.next(answers) {
    case .send(let commands):
      stage = .activeAuthentication(proof)
      return .send(commands)
    case .done(let isGenuine):
      contents.proofs.append(isGenuine ? .activeAuthentication : .failed(keyIn: .dg15))
      return .finish(contents)
    }
  }
}
