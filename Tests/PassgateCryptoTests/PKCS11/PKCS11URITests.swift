import PassgateCrypto
import Testing

/// The URIs of RFC 7512, as far as they are taken.
@Suite struct PKCS11URITests {
  private static let library = "module-path=/usr/lib/token.so"

  @Test(arguments: [
    ("pkcs11:token=passgate?\(library)", "pkcs11:token=passgate?\(library)"),
    (
      "pkcs11:object=reply%202;token=a%3bb;id=%01%ff;type=private?pin-source=file:/etc/pin&\(library)",
      "pkcs11:token=a%3Bb;object=reply%202;id=%01%FF?\(library)&pin-source=file:/etc/pin"
    ),
    (
      "pkcs11:serial=00ab;manufacturer=M;model=X?\(library)",
      "pkcs11:manufacturer=M;model=X;serial=00ab?\(library)"
    ),
    ("pkcs11:slot-id=7;object=k?\(library)", "pkcs11:slot-id=7;object=k?\(library)"),
    (
      "pkcs11:token=%E5%AF%86?\(library)&pin-source=file:///etc/pin",
      "pkcs11:token=%E5%AF%86?\(library)&pin-source=file:/etc/pin"
    ),
  ])
  func readsAndWrites(_ text: String, _ expected: String) throws {
    let uri = try PKCS11URI(text)
    #expect(uri.description == expected)
    #expect(try PKCS11URI(expected) == uri)
  }

  @Test func namesItsParts() throws {
    let uri = try PKCS11URI("pkcs11:token=t%20t;object=o;id=%41%00?\(Self.library)&pin-source=file:p.pin")
    #expect(uri.token == "t t" && uri.object == "o" && uri.id == [0x41, 0])
    #expect(uri.modulePath == "/usr/lib/token.so" && uri.pinSource == "p.pin")
    #expect(uri.place == "the key 'o' of the token 't t'")
  }

  @Test(arguments: [
    ("file:key.pem", "begins with pkcs11:"),
    ("pkcs11:token=t", "names the token's library"),
    ("pkcs11:object=k?\(library)", "names the token"),
    ("pkcs11:token=t?module-path=token.so", "absolute path"),
    ("pkcs11:token=t;token=u?\(library)", "token is there twice"),
    ("pkcs11:token=t;id=%4?\(library)", "id has a broken %-escape"),
    ("pkcs11:token=t;id=%+1?\(library)", "id has a broken %-escape"),
    ("pkcs11:token=%ff?\(library)", "no UTF-8"),
    ("pkcs11:token=?\(library)", "empty"),
    ("pkcs11:token=t;type=public?\(library)", "type must be private"),
    ("pkcs11:slot-id=-1?\(library)", "slot-id is no number"),
    ("pkcs11:token=t;library-version=3?\(library)", "is none of"),
    ("pkcs11:token=t?\(library)&pin-source=/etc/pin", "pin-source must be file:"),
    ("pkcs11:token=t?\(library)&pin-value=135791", "a PIN must not be in a URI"),
    ("pkcs11:token=t?\(library)&135791", "is none of"),
    ("pkcs11:token=t;pin-value=135791?\(library)", "is none of"),
  ])
  func refuses(_ text: String, _ expected: String) {
    do throws(CryptoError) {
      let uri = try PKCS11URI(text)
      Issue.record("taken as \(uri)")
    } catch {
      #expect(error.detail.contains(expected))
      #expect(!error.detail.contains("135791"))
    }
  }
}
