import PassgateCrypto
import PassgateDomain

/// The pictures of one portrait check, as far as they are remembered.
struct SentPictures: Sendable, Confidential {
  /// SHA-256 of the live picture and of each frame.
  var digests: [[UInt8]]
  /// The perceptual hash of the live picture, 32 bytes; nil where a capture device vouches that it is new, or there is
  /// none.
  var hash: [UInt8]?
  /// The document that is claimed, known or not: a keyed hash of its number.
  var document: [UInt8]
}

/// Whether a picture was sent before: the same bytes to anybody in the deployment, or nearly the same picture for the same
/// document. In memory alone; a restart forgets.
///
/// **What it keeps**: of each picture an HMAC of its digest, 16 bytes, and of each live picture its perceptual hash, masked
/// with an HMAC of the document, so that hashes of one document can be compared and no others. The key is drawn at the
/// start and held nowhere else: the tables by themselves cannot be matched against pictures. Who reads the whole memory of
/// the process has the key too.
///
/// **What it is for**: a picture that was recorded, at the tenant or on the way, and is sent again. Not a picture from
/// elsewhere. Pictures are noted once a verdict rests on them, and forgotten where the verdict could not leave: a call that
/// failed for the platform's own sake is sent again with the same picture. A document's own portrait sent as the live picture is the engine's to find, by
/// the distance below which two pictures are one photograph: the portrait of a chip is cut out and compressed, and the
/// hash of a whole picture does not survive that.
struct ReplayCache {
  /// The bounds; the defaults are the platform's.
  struct Limits: Sendable {
    /// Of exact hashes: 32 slices of 49,152, 1 MiB each as a set of 65,536 places with 16 bytes. Nothing is forgotten
    /// within 24 hours up to 1.2 million pictures.
    var exact = RecentSlices<Set<ShortDigest>>.Limits(ofSlice: 49_152)
    /// Of perceptual hashes: 32 slices of 8,192, some 140 bytes each, 36 MiB together. Nothing is forgotten within 24
    /// hours up to 200,000 pictures.
    var perceptual = RecentSlices<[ShortDigest: [PictureHash]]>.Limits(ofSlice: 8_192)
  }

  private static let keyBytes = 32

  private let key: HMACKey
  private var exact: RecentSlices<Set<ShortDigest>>
  private var perceptual: RecentSlices<[ShortDigest: [PictureHash]]>

  /// - Throws: `.library` when there are no random bytes.
  init(limits: Limits = Limits()) throws(CryptoError) {
    let drawn = try randomBytes(Self.keyBytes)
    key = try HMACKey(drawn.span)
    exact = RecentSlices(limits.exact)
    perceptual = RecentSlices(limits.perceptual)
  }

  /// Pictures held: exact hashes, perceptual ones.
  var count: (exact: Int, perceptual: Int) { (exact.count, perceptual.count) }

  /// Whether one of the pictures was sent before.
  ///
  /// - Parameter now: monotonic nanoseconds.
  func isReplay(_ pictures: SentPictures, now: UInt64) -> Bool {
    let marks = pictures.digests.map(mark)
    if exact.contains(at: now, where: { slice in marks.contains(where: slice.contains) }) { return true }
    guard let hash = hash(of: pictures) else { return false }
    let document = mark(pictures.document)
    return perceptual.contains(at: now) { slice in
      slice[document]?.contains { $0.isNear(hash) } ?? false
    }
  }

  /// Remembers pictures on which a verdict rests.
  mutating func note(_ pictures: SentPictures, now: UInt64) {
    for mark in pictures.digests.map(mark) {
      exact.note(at: now, empty: []) { $0.insert(mark) }
    }
    guard let hash = hash(of: pictures) else { return }
    let document = mark(pictures.document)
    perceptual.note(at: now, empty: [:]) { $0[document, default: []].append(hash) }
  }

  /// Forgets pictures that were noted, because nobody was told the verdict.
  mutating func forget(_ pictures: SentPictures) {
    for mark in pictures.digests.map(mark) {
      exact.forget { $0.remove(mark) != nil }
    }
    guard let hash = hash(of: pictures) else { return }
    let document = mark(pictures.document)
    perceptual.forget { slice in
      guard let index = slice[document]?.lastIndex(of: hash) else { return false }
      slice[document]?.remove(at: index)
      if slice[document]?.isEmpty == true { slice[document] = nil }
      return true
    }
  }

  private func mark(_ bytes: [UInt8]) -> ShortDigest { ShortDigest(authenticate(0, bytes)) }

  private func hash(of pictures: SentPictures) -> PictureHash? {
    pictures.hash.flatMap { PictureHash($0, mask: authenticate(1, pictures.document)) }
  }

  /// Two uses of the key, told apart by the first byte.
  private func authenticate(_ use: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    let message = [use] + bytes
    return key.authenticate(message.span)
  }
}
