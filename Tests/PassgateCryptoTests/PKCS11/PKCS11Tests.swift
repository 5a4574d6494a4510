import PassgateTestKit
import Testing

/// Tests with the tokens of SoftHSM2. One at a time: the library is one in the process, and to find a lost token it is
/// started anew, for all.
@Suite(.serialized, .enabled(if: SoftToken.isInstalled, "needs softhsm2"))
enum PKCS11Tests {}
