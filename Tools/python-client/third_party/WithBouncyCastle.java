import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Signs and verifies with Bouncy Castle alone.
 *
 * <pre>
 * java -cp CLASSES:bcprov.jar WithBouncyCastle sign ALGORITHM KEY &lt;statement &gt;signature
 * java -cp CLASSES:bcprov.jar WithBouncyCastle verify ALGORITHM PUBLIC_KEY SIGNATURE &lt;statement
 * </pre>
 */
final class WithBouncyCastle {
  /** The kind of key and the name of the scheme. */
  private static final Map<String, String[]> ALGORITHMS =
      Map.of(
          "ecdsa-p256-sha256", new String[] {"EC", "SHA256withECDSA"},
          "ed25519", new String[] {"Ed25519", "Ed25519"},
          "rsa-pss-sha256", new String[] {"RSA", "SHA256withRSAandMGF1"},
          "rsa-pkcs1-sha256", new String[] {"RSA", "SHA256withRSA"},
          "sm2-sm3", new String[] {"EC", "SM3withSM2"});

  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  public static void main(String[] arguments) throws Exception {
    String[] algorithm = ALGORITHMS.get(arguments[1]);
    KeyFactory keys = KeyFactory.getInstance(algorithm[0], PROVIDER);
    Signature signature = Signature.getInstance(algorithm[1], PROVIDER);
    if (arguments[1].equals("rsa-pss-sha256")) {
      signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    byte[] key = contents(arguments[2]);
    byte[] statement = System.in.readAllBytes();
    if (arguments[0].equals("sign")) {
      signature.initSign(keys.generatePrivate(new PKCS8EncodedKeySpec(key)));
      signature.update(statement);
      System.out.write(signature.sign());
      System.out.flush();
    } else {
      signature.initVerify(keys.generatePublic(new X509EncodedKeySpec(key)));
      signature.update(statement);
      if (!signature.verify(Files.readAllBytes(Path.of(arguments[3])))) {
        System.err.println("the signature does not verify");
        System.exit(1);
      }
    }
  }

  /** What a PEM file holds. */
  private static byte[] contents(String path) throws Exception {
    String text = Files.readString(Path.of(path));
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]*-----", ""));
  }
}
