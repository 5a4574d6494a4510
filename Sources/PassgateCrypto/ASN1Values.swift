import COpenSSL

/// The content bytes of an ASN.1 string, integer or time.
func contents(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
  guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
  return unsafe Array(UnsafeBufferPointer(start: start, count: Int(max(0, ASN1_STRING_length(string)))))
}

/// The text of an ASN.1 string of any character type; nil when it does not convert to UTF-8.
func utf8Text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe ASN1_STRING_to_UTF8(&start, string)
  guard length >= 0, let start = unsafe start else {
    ErrorQueue.clear()
    return nil
  }
  defer { unsafe CRYPTO_free(start, nil, 0) }
  return unsafe String(validating: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
}

/// An object identifier in dotted form; empty when it is longer than any that we know.
func dottedForm(_ object: OpaquePointer?) -> String {
  var text = [CChar](repeating: 0, count: 128)
  let length = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 1)
  guard length > 0, length < text.count else { return "" }
  return String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Seconds since 1970 of an ASN.1 time.
///
/// - Throws: `.malformed` when it is no time of RFC 5280.
func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) throws(CryptoError) -> Int64 {
  let epoch = try unsafe ErrorQueue.unwrap(ASN1_TIME_set(nil, 0), .library, "no memory for a time")
  defer { unsafe ASN1_TIME_free(epoch) }
  var (days, seconds): (Int32, Int32) = (0, 0)
  try unsafe ErrorQueue.check(
    ASN1_TIME_diff(&days, &seconds, epoch, time), .malformed, "a time of a certificate cannot be read")
  return Int64(days) * 86400 + Int64(seconds)
}

/// The system's clock, in seconds since 1970.
func currentUnixSeconds() -> Int64 {
  let now = unsafe X509_gmtime_adj(nil, 0)
  defer { unsafe ASN1_TIME_free(now) }
  return (try? unsafe unixSeconds(now)) ?? 0
}

/// The 4 or 16 bytes of an IP address; nil when `text` is none.
func ipAddressBytes(_ text: String) -> [UInt8]? {
  guard let address = unsafe a2i_IPADDRESS(text) else {
    ErrorQueue.clear()
    return nil
  }
  defer { unsafe ASN1_OCTET_STRING_free(address) }
  return unsafe contents(of: address)
}

/// A name on one line, as RFC 4514 writes it, control characters escaped and other scripts left readable.
func oneLine(_ name: OpaquePointer?) -> String {
  guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
  defer { unsafe BIO_free(bio) }
  guard unsafe X509_NAME_print_ex(bio, name, 0, passgate_XN_FLAG_READABLE) >= 0 else { return "" }
  return unsafe String(decoding: memoryContents(of: bio), as: UTF8.self)
}

/// The id of SM2 signers as OpenSSL's X.509 objects take it over.
func sm2DistinguishingString() throws(CryptoError) -> UnsafeMutablePointer<ASN1_OCTET_STRING> {
  let string = try unsafe ErrorQueue.unwrap(ASN1_OCTET_STRING_new(), .library, "no memory for an SM2 id")
  let id = sm2DistinguishingID
  guard unsafe ASN1_OCTET_STRING_set(string, id, Int32(id.count)) == 1 else {
    unsafe ASN1_OCTET_STRING_free(string)
    throw ErrorQueue.drain(.library, "an SM2 id could not be set")
  }
  return unsafe string
}
