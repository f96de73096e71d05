package org.finetune4j.weights.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clients with the user's proxies and certificate authorities. */
public final class HttpClients {
  private static final Logger LOG = LoggerFactory.getLogger(HttpClients.class);

  private HttpClients() {}

  /**
   * Returns a client; it follows no redirects.
   *
   * @throws IOException if the certificates that npm's {@code cafile} or {@code
   *     NODE_EXTRA_CA_CERTS} name cannot be read
   */
  public static HttpClient of(HttpSettings settings, NpmConfiguration npm) throws IOException {
    Proxies proxies = new Proxies(npm);
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .connectTimeout(settings.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies);
    Optional<Authenticator> login = proxies.login();
    login.ifPresent(client::authenticator);
    Optional<String> certificates = npm.setting("cafile", "NODE_EXTRA_CA_CERTS");
    if (certificates.isPresent()) {
      client.sslContext(trusting(Path.of(certificates.get())));
    }
    if (npm.wantsNoCertificates()) {
      LOG.warn(
          "npm's strict-ssl=false is not followed: certificates are always checked. Name the"
              + " certificate authority with npm's cafile instead.");
    }
    return client.build();
  }

  /** Trusts what Java trusts, and the certificates of a PEM file. */
  private static SSLContext trusting(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate extra : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("extra" + count++, extra);
      }
      for (TrustManager manager : trustManagers(Optional.empty())) {
        if (manager instanceof X509TrustManager known) {
          for (X509Certificate issuer : known.getAcceptedIssuers()) {
            store.setCertificateEntry("java" + count++, issuer);
          }
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(Optional.of(store)), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "the certificates in "
              + pem
              + " (npm's cafile, or NODE_EXTRA_CA_CERTS) cannot be read: "
              + e,
          e);
    }
  }

  @SuppressWarnings("NullAway") // the JDK's own store is asked for with null
  private static TrustManager[] trustManagers(Optional<KeyStore> store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store.orElse(null));
    return factory.getTrustManagers();
  }
}
