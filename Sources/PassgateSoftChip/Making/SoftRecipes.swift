import PassgateCrypto
import PassgateDomain
import PassgateEngines

extension SoftRecipe {
  /// Every document.
  package static let all: [SoftRecipe] = [
    chinesePassport, hongKongPassport, homeReturnPermit, twoWayPermit, europeanPassport, integratedPassport,
    modularPassport, oldPassport,
  ]

  /// What many readers fail at: no PACE, no extended length, no DG14.
  private static let chinesePassport: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "chinese-passport",
      sentence:
        "BAC, active authentication with RSA, DG1, 2, 11, 12 and 15; EF.SOD signs its content as data.",
      holder: .generated(.passport), layout: .passport, code: "PO", state: "CHN", country: "CN",
      authorityName: "Software Passport CA", authority: rsa(2048), signer: rsa(2048))
    recipe.namesContentAsData = true
    recipe.active = Active(.rsa(bits: 1024), .sha1)
    return recipe
  }()

  private static let hongKongPassport: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "hong-kong-passport",
      sentence:
        "PACE (generic mapping, AES-256, brainpoolP256r1) or BAC, active authentication with ECDSA, LDS 1.8.",
      holder: .invented(
        InventedHolder(
          documentNumber: "K98765432", birthDate: "880214", expiry: "350630", sex: "F",
          machineName: "CHAN<<SIU<MING", hanName: "陳小明")),
      layout: .passport, code: "P", state: "CHN", country: "CN", authorityName: "Software Hong Kong CA",
      authority: brainpool384, signer: brainpool256)
    recipe.version = "0108"
    recipe.pace = [PACE(.generic, .aes256, .curve(.brainpoolP256r1))]
    recipe.active = Active(.ec(.brainpoolP256r1), .sha256)
    recipe.hasExtendedLength = true
    return recipe
  }()

  private static let homeReturnPermit: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "home-return-permit",
      sentence:
        "A resident of Hong Kong's permit to the mainland: 3 x 30 in its own order, PACE by MRZ or CAN, or BAC.",
      holder: .generated(.permit), layout: .homeReturnPermit, code: "CR", state: "CHN", country: "CN",
      authorityName: "Software Permit CA", authority: rsa(2048), signer: rsa(2048))
    recipe.pace = [PACE(.generic, .aes128, .curve(.secp256r1))]
    recipe.hasAccessNumber = true
    recipe.active = Active(.rsa(bits: 1024), .sha256)
    return recipe
  }()

  private static let twoWayPermit: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "two-way-permit",
      sentence: "A mainland resident's permit to Hong Kong and Macao: 90 characters in another order, BAC.",
      holder: .invented(
        InventedHolder(
          documentNumber: "C12345678", birthDate: "910705", expiry: "341231", sex: "M",
          machineName: "CESHI<<YUAN", hanName: "测试员", hanCode: "LCOCMKNENELB")),
      layout: .twoWayPermit, code: "CS", state: "CHN", country: "CN", authorityName: "Software Permit CA",
      authority: rsa(2048), signer: rsa(2048))
    recipe.active = Active(.rsa(bits: 1024), .sha256)
    return recipe
  }()

  private static let europeanPassport: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "european-passport",
      sentence:
        "PACE with chip authentication mapping and AES-128, or generic mapping; chip authentication; BAC too.",
      holder: .invented(utopian), layout: .passport, code: "P", state: "UTO", country: "UT",
      authorityName: "CSCA Utopia", authority: brainpool384, signer: brainpool256)
    recipe.version = "0108"
    recipe.pace = [
      PACE(.chipAuthentication, .aes128, .curve(.brainpoolP256r1)),
      PACE(.generic, .aes128, .curve(.brainpoolP256r1)),
    ]
    recipe.hasAccessNumber = true
    recipe.agreement = [
      Agreement(.aes256, .curve(.brainpoolP256r1), identifier: 2),
      Agreement(.tripleDES, .curve(.secp256r1), identifier: 1),
    ]
    recipe.hasExtendedLength = true
    recipe.portraitSize = 18_000
    return recipe
  }()

  private static let integratedPassport: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "integrated-passport",
      sentence:
        "PACE with integrated mapping and AES-192, no BAC; chip authentication with 3DES and one key.",
      holder: .invented(utopian), layout: .card, code: "I", state: "UTO", country: "UT",
      authorityName: "CSCA Utopia", authority: brainpool384, signer: pss)
    recipe.version = "0108"
    recipe.hasBasicAccess = false
    recipe.hasAccessNumber = true
    recipe.pace = [PACE(.integrated, .aes192, .curve(.brainpoolP320r1))]
    recipe.agreement = [Agreement(.tripleDES, .curve(.brainpoolP224r1))]
    return recipe
  }()

  private static let modularPassport: SoftRecipe = {
    var recipe = SoftRecipe(
      name: "modular-passport",
      sentence:
        "PACE with generic mapping, 3DES and numbers modulo a prime; chip authentication with such a key.",
      holder: .invented(utopian), layout: .passport, code: "P", state: "UTO", country: "UT",
      authorityName: "CSCA Utopia", authority: rsa(2048), signer: pss)
    recipe.pace = [PACE(.generic, .tripleDES, .modular(.modp2048q256))]
    recipe.agreement = [Agreement(.aes128, .modular(.modp2048q224), identifier: 1)]
    recipe.hasExtendedLength = true
    return recipe
  }()

  private static let oldPassport = SoftRecipe(
    name: "old-passport", sentence: "BAC and nothing by which a copy can be told from the chip.",
    holder: .invented(utopian), layout: .passport, code: "P", state: "UTO", country: "UT",
    authorityName: "CSCA Utopia", authority: rsa(2048), signer: rsa(2048))

  /// Utopia is ICAO's own invention.
  private static let utopian = InventedHolder(
    documentNumber: "L898902C3", birthDate: "740812", expiry: "340415", sex: "F",
    machineName: "ERIKSSON<<ANNA<MARIA")

  private static func rsa(_ bits: Int) -> Signing { Signing(.rsa(bits: bits), .rsaPKCS1(.sha256)) }
  private static let pss = Signing(.rsa(bits: 2048), .rsaPSS(.sha256, mask: .sha256, salt: 32))
  private static let brainpool256 = Signing(.ec(.brainpoolP256r1), .ecdsa(.sha256, .der))
  private static let brainpool384 = Signing(.ec(.brainpoolP384r1), .ecdsa(.sha384, .der))
}
