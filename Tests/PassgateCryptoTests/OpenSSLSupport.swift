import COpenSSL

/// Whether no failure waits in this thread's queue to be taken for one of TLS.
func errorQueueIsEmpty() -> Bool {
  ERR_peek_error() == 0
}

/// The private key `pem` as encrypted PKCS#8.
func encrypted(_ pem: [UInt8], passphrase: String) -> [UInt8] {
  let input = unsafe BIO_new_mem_buf(pem, Int32(pem.count))
  let output = unsafe BIO_new(BIO_s_mem())
  let key = unsafe PEM_read_bio_PrivateKey(input, nil, nil, nil)
  unsafe PEM_write_bio_PKCS8PrivateKey(
    output, key, EVP_aes_128_cbc(), passphrase, Int32(passphrase.utf8.count), nil, nil)
  var text = [UInt8](repeating: 0, count: 4096)
  let length = unsafe BIO_read(output, &text, Int32(text.count))
  unsafe EVP_PKEY_free(key)
  unsafe BIO_free(input)
  unsafe BIO_free(output)
  return Array(text.prefix(Int(max(0, length))))
}
