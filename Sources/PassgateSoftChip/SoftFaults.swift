import PassgateEngines

extension SoftFault {
  /// Every fault, in the order of a reading.
  package static let all: [SoftFault] = quirks + messaging + access + authentication + files + connection

  // MARK: - What genuine chips do

  private static let quirks: [SoftFault] = [
    SoftFault(
      "select-mf-6a86", .quirk, refusal(of: \.isMasterFile, 0x6a86),
      "The selection of the master file is answered with 6A86."),
    SoftFault(
      "select-mf-6a87", .quirk, refusal(of: \.isMasterFile, 0x6a87),
      "The selection of the master file is answered with 6A87."),
    SoftFault(
      "select-mf-6985", .quirk, refusal(of: \.isMasterFile, 0x6985),
      "The selection of the master file is answered with 6985."),
    SoftFault(
      "select-aid-without-le", .quirk,
      .refuses { $0.ins == 0xa4 && $0.p1 == 4 && $0.le != nil ? StatusWord.wrongLength : nil },
      "The application is selected only by a command that expects no bytes."),
    SoftFault(
      "read-160", .quirk, .refuses { $0.reads(more: 160) ? StatusWord.wrongLength : nil },
      "Reading more than 160 bytes at once is refused with 6700."),
    SoftFault(
      "read-223", .quirk, .refuses { $0.reads(more: 223) ? 0x6cdf : nil },
      "Reading more than 223 bytes at once is refused with 6CDF, the right length."),
    SoftFault(
      "read-223-6b00", .quirk, .refuses { $0.reads(more: 223) ? StatusWord.wrongOffset : nil },
      "Reading more than 223 bytes at once is refused with 6B00."),
    SoftFault(
      "read-short", .quirk,
      .alters { $0.isRead ? ResponseAPDU(Array($1.data.prefix(128)), status: $1.status) : $1 },
      "A reading gives 128 bytes at most, whatever was asked for, and 9000."),
    SoftFault(
      "read-within-file", .quirk, .alters { $1.status == StatusWord.endOfFile ? .init(status: 0x6b00) : $1 },
      "Reading beyond the end of a file is refused with 6B00 instead of giving what there is."),
    SoftFault(
      "mse-needs-84", .quirk,
      .refuses { $0.isPACESetting && BER.elements($0.data)?.first(0x84) == nil ? StatusWord.wrongData : nil },
      "PACE begins only when data object 84 names the domain parameters; else 6A80."),
    SoftFault(
      "mse-63c1", .quirk, .alters { $0.isPACESetting && $1.isSuccess ? .init(status: 0x63c1) : $1 },
      "The beginning of PACE is answered with 63C1: one try of the password is left."),
    SoftFault(
      "aa-cut", .quirk,
      .alters { command, answer in
        guard command.ins == 0x88, command.le ?? 0 <= 256 else { return answer }
        return ResponseAPDU(Array(answer.data.prefix(96)), status: answer.status)
      },
      "The signature of active authentication is cut to 96 bytes when 256 or fewer are asked for, with 9000."),
    SoftFault(
      "aa-empty-extended", .quirk,
      .alters { $0.ins == 0x88 && $0.le ?? 0 > 256 ? ResponseAPDU(status: $1.status) : $1 },
      "Active authentication gives no bytes, and 9000, when more than 256 are asked for."),
    SoftFault(
      "aa-sequence", .quirk, .authentication(.sequence),
      "Active authentication on a curve gives a sequence of two integers instead of two numbers side by side."
    ),
    SoftFault(
      "com-unknown-tags", .document, .document(.unknownTags),
      "EF.COM lists tags that no data group has, as Chinese passports do."),
  ]

  private static func refusal(
    of matches: @escaping @Sendable (CommandAPDU) -> Bool, _ status: UInt16
  ) -> Effect {
    .refuses { matches($0) ? status : nil }
  }

  // MARK: - Access

  private static let access: [SoftFault] = [
    SoftFault(
      "other-password", .attack, .otherPassword,
      "The chip has another password than the document shows, and answers 63CF or fails PACE with 6300."),
    SoftFault(
      "pace-not-done", .attack,
      .refuses { $0.isPACESetting ? StatusWord.instructionNotSupported : nil },
      "EF.CardAccess offers PACE and the chip refuses it, so that a reader falls back to BAC."),
    SoftFault(
      "pace-echoed-mapping", .attack, .pace(.echoedMapping),
      "PACE: the chip echoes the terminal's mapping key."),
    SoftFault("pace-echoed-key", .attack, .pace(.echoedKey), "PACE: the chip echoes the terminal's key."),
    SoftFault(
      "pace-off-curve", .attack, .pace(.offGroup), "PACE: the chip's mapping key is outside the group."),
    SoftFault(
      "pace-infinity", .attack, .pace(.infinity), "PACE: the chip's mapping key is the neutral element."),
    SoftFault("pace-wrong-token", .attack, .pace(.wrongToken), "PACE: the chip's token is wrong by one bit."),
    SoftFault(
      "pace-reflected-token", .attack, .pace(.reflectedToken),
      "PACE: the chip sends the terminal's token back."),
    SoftFault("pace-short-nonce", .attack, .pace(.shortNonce), "PACE: the nonce is half a block."),
    SoftFault("pace-wrong-tag", .attack, .pace(.wrongTag), "PACE: the mapping key has tag 83 instead of 82."),
  ]

  // MARK: - Secure messaging

  private static let messaging: [SoftFault] = [
    SoftFault("sm-plain-status", .attack, .messaging(.plainStatus), "Secure messaging: a bare 9000."),
    SoftFault(
      "sm-plain-data", .attack, .messaging(.plainData), "Secure messaging: the data without protection."),
    SoftFault("sm-no-do99", .attack, .messaging(.noStatus), "Secure messaging: no protected status."),
    SoftFault("sm-no-do8e", .attack, .messaging(.noCode), "Secure messaging: no authentication code."),
    SoftFault(
      "sm-wrong-code", .attack, .messaging(.wrongCode), "Secure messaging: the code is wrong by a bit."),
    SoftFault("sm-replay", .attack, .messaging(.repeated), "Secure messaging: the answer before, once more."),
    SoftFault(
      "sm-other-status", .attack, .messaging(.otherStatus), "Secure messaging: 6A82 behind a protected 9000."),
    SoftFault("sm-dropped", .attack, .messaging(.dropped), "Secure messaging: the chip ends it with 6982."),
    SoftFault(
      "sm-padding-indicator", .attack, .messaging(.wrongIndicator),
      "Secure messaging: padding indicator 02, under a right code."),
    SoftFault(
      "sm-no-padding", .attack, .messaging(.noPadding),
      "Secure messaging: the hidden data have no padding, under a right code."),
    SoftFault(
      "sm-part-block", .attack, .messaging(.partBlock),
      "Secure messaging: the hidden data are no whole blocks, under a right code."),
    SoftFault(
      "sm-long-status", .attack, .messaging(.longStatus),
      "Secure messaging: a protected status of three bytes, under a right code."),
    SoftFault("sm-cut", .attack, .messaging(.cut), "Secure messaging: the answer ends within a data object."),
  ]

  // MARK: - Whether the chip is genuine

  private static let authentication: [SoftFault] = [
    SoftFault(
      "ca-same-keys", .attack, .authentication(.sameKeys),
      "Chip authentication is answered with 9000 and secure messaging keeps its keys."),
    SoftFault(
      "aa-other-challenge", .attack, .authentication(.otherChallenge),
      "Active authentication signs another challenge than the one sent."),
    SoftFault(
      "clone-own-keys", .attack, .authentication(.ownKeys),
      "A copy of all files in a chip whose keys nobody has signed."),
    SoftFault(
      "clone-no-keys", .attack, .authentication(.none),
      "A copy of all files in a chip that does neither active nor chip authentication."),
    SoftFault(
      "second-chip", .attack, .secondChip,
      "In the middle of the reading the commands go to another chip with the same password."),
  ]

  // MARK: - Files

  private static let files: [SoftFault] = [
    SoftFault(
      "dg2-altered", .document, .document(.alteredGroup), "One bit of DG2 differs from what was signed."),
    SoftFault(
      "dg1-altered", .document, .document(.alteredZone),
      "The name in DG1 differs from what was signed; its check digits hold."),
    SoftFault(
      "dg13-uncovered", .document, .document(.uncoveredGroup), "DG13 is there and EF.SOD does not cover it."),
    SoftFault(
      "aa-key-uncovered", .document, .document(.uncoveredKey),
      "DG15 was added by somebody: active authentication holds, with a key that EF.SOD does not cover."),
    SoftFault(
      "dg14-stripped", .document, .document(.strippedKeys),
      "DG14 and DG15 are taken out of the chip and of EF.COM, while EF.SOD covers them."),
    SoftFault(
      "com-hides-keys", .document, .document(.hiddenKeys),
      "EF.COM does not list DG14 and DG15, which are there."),
    SoftFault(
      "card-access-missing", .document, .document(.noAccessFile),
      "EF.CardAccess is taken out, so that a reader opens the chip by BAC, while DG14 offers PACE."),
    SoftFault(
      "card-access-weaker", .document, .document(.weakerAccess),
      "EF.CardAccess offers PACE with 3DES and secp192r1 alone, while DG14 offers what the issuer chose."),
    SoftFault(
      "dg2-16-mib", .document, .document(.hugeGroup), "DG2 announces 16 MiB."),
    SoftFault("dg1-endless-tag", .document, .document(.endlessTags), "The tag of DG1 never ends."),
    SoftFault("dg2-empty", .document, .document(.emptyGroup), "DG2 is a file of no bytes."),
    SoftFault("dg14-deep", .document, .document(.deepNesting), "DG14 or DG13 is nested 600 levels deep."),
    SoftFault(
      "dg2-trailing", .document, .document(.trailingBytes),
      "More bytes than DG2 announces follow in its file."),
    SoftFault(
      "dg1-digits", .document, .document(.badDigits), "A check digit of DG1 is wrong, and so signed."),
    SoftFault("dg1-lower-case", .document, .document(.lowerCase), "DG1 is in lower case, and so signed."),
    SoftFault(
      "dg1-other-zone", .document, .document(.otherZone),
      "DG1 shows another number than the one that opens the chip, and so signed."),
    SoftFault(
      "signer-expired", .document, .document(.expiredSigner), "The document signer's certificate has run out."
    ),
    SoftFault(
      "signer-revoked", .document, .document(.revokedSigner),
      "The document signer's certificate stands in its authority's revocation list."),
    SoftFault(
      "signer-future", .document, .document(.futureSigner),
      "The document signer's certificate is not yet valid."),
    SoftFault(
      "signer-foreign", .document, .document(.foreignSigner),
      "The document signer's country is another than its authority's."),
    SoftFault(
      "signer-is-authority", .document, .document(.signerAsAuthority),
      "EF.SOD is signed by the authority itself."),
    SoftFault(
      "authority-unknown", .document, .document(.unknownAuthority),
      "The authority that is written for trust is another than the signer's, of another name."),
    SoftFault(
      "authority-same-name", .document, .document(.sameName),
      "The authority that is written for trust has the name of the signer's, and another key."),
    SoftFault(
      "crl-stale", .document, .document(.staleList), "The revocation list should have been replaced by now."),
    SoftFault(
      "crl-future", .document, .document(.futureList), "The revocation list is of a day to come."),
    SoftFault(
      "crl-foreign", .document, .document(.foreignList),
      "The revocation list revokes the signer, and another key than the authority's has signed it."),
    SoftFault(
      "signer-of-lists", .document, .document(.signerOfLists),
      "EF.SOD is signed by a signer of master lists."),
    SoftFault("sha1", .document, .document(.weakDigest), "EF.SOD is made with SHA-1."),
  ]

  // MARK: - The connection

  private static let connection: [SoftFault] = [
    SoftFault("stalls", .transport, .transport(.stalls), "After some commands the chip answers no more."),
    SoftFault("disconnects", .transport, .transport(.disconnects), "After some commands the chip is gone."),
    SoftFault(
      "empty-answers", .transport, .transport(.isEmpty), "After some commands answers have no bytes."),
    SoftFault(
      "one-byte-answers", .transport, .transport(.isOneByte), "After some commands answers are one byte."),
    SoftFault(
      "huge-answers", .transport, .transport(.isHuge), "After some commands answers are of 64 KiB and 9000."),
  ]
}

extension CommandAPDU {
  var isMasterFile: Bool { ins == 0xa4 && p1 == 0 }
  var isRead: Bool { ins | 1 == 0xb1 }
  /// MSE:SET AT of PACE.
  var isPACESetting: Bool { ins == 0x22 && p1 == 0xc1 }

  func reads(more limit: Int) -> Bool { isRead && le ?? 0 > limit }
}
