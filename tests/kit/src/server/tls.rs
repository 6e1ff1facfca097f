use std::fmt;
use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ServerConfig, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore};
use tokio_rustls::server::TlsStream;

/// `Tls` is how a server proves who it is, truly or not. Each server gets an authority of its own, which nobody knows
/// but through [`Server::authority_pem`](super::Server::authority_pem).
///
/// ```
/// use steer_testkit::server::{Reply, Server, Tls};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = Server::builder(Reply::json(200, "{}")).tls(Tls::expired()).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Tls {
    flaw: Flaw,
    asks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    Expired,
    OtherHost(String),
    SelfSigned,
    UnknownAuthority,
    Stall,
}

impl Tls {
    /// A certificate for `localhost` and `127.0.0.1`, signed by the server's authority.
    pub fn trusted() -> Self {
        Self::with(Flaw::None)
    }

    /// The same, its time having ended in 2001.
    pub fn expired() -> Self {
        Self::with(Flaw::Expired)
    }

    /// The same, for this host and no other.
    pub fn for_host(name: &str) -> Self {
        Self::with(Flaw::OtherHost(name.to_owned()))
    }

    /// A certificate that is signed by itself, the authority knowing nothing of it.
    pub fn self_signed() -> Self {
        Self::with(Flaw::SelfSigned)
    }

    /// A certificate of another authority's than the one that the server tells.
    pub fn of_unknown_authority() -> Self {
        Self::with(Flaw::UnknownAuthority)
    }

    /// A handshake that never begins: the client's first message gets no answer.
    pub fn stalled() -> Self {
        Self::with(Flaw::Stall)
    }

    /// Asks clients for a certificate too, and takes that of
    /// [`Server::client_pem`](super::Server::client_pem) alone.
    pub fn asking_for_a_certificate(mut self) -> Self {
        self.asks = true;
        self
    }

    fn with(flaw: Flaw) -> Self {
        Self { flaw, asks: false }
    }

    /// Makes keys and certificates.
    pub(super) fn armed(&self, http2: bool) -> io::Result<Armed> {
        self.made(http2).map_err(io::Error::other)
    }

    fn made(&self, http2: bool) -> Result<Armed, Box<dyn std::error::Error + Send + Sync>> {
        let authority = authority()?;
        let key = KeyPair::generate()?;
        let params = self.params()?;
        let certificate = match self.flaw {
            Flaw::SelfSigned => params.self_signed(&key)?,
            Flaw::UnknownAuthority => {
                let other = self::authority()?;
                params.signed_by(&key, &other)?
            }
            _ => params.signed_by(&key, &authority)?,
        };
        let mut client = None;
        let mut clients = None;
        if self.asks {
            let (pem, roots) = client_certificate(&authority)?;
            (client, clients) = (Some(pem), Some(roots));
        }
        let config = config(certificate.der().clone(), &key, clients, http2)?;
        let acceptor = (self.flaw != Flaw::Stall).then(|| TlsAcceptor::from(Arc::new(config)));
        Ok(Armed { authority: authority.pem(), client, acceptor })
    }

    fn params(&self) -> Result<CertificateParams, rcgen::Error> {
        let names = match &self.flaw {
            Flaw::OtherHost(name) => vec![name.clone()],
            _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
        };
        let mut params = CertificateParams::new(names)?;
        if self.flaw == Flaw::Expired {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 9, 9);
        }
        Ok(params)
    }
}

/// `Armed` is TLS with its keys made.
pub(super) struct Armed {
    pub(super) authority: String,
    pub(super) client: Option<String>,
    /// `None` where the handshake never begins.
    acceptor: Option<TlsAcceptor>,
}

impl Armed {
    /// Does the handshake; `None` when the client broke it off.
    pub(super) async fn greet(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        match &self.acceptor {
            Some(acceptor) => acceptor.accept(stream).await.ok(),
            None => {
                wait_for_the_end(stream).await;
                None
            }
        }
    }
}

/// Shows no key.
impl fmt::Debug for Armed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Armed").finish_non_exhaustive()
    }
}

/// Reads and forgets what comes, until the client is gone.
async fn wait_for_the_end(stream: TcpStream) {
    let mut waste = [0; 1024];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut waste) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // Clients tell authorities of one name apart by trying, and name the wrong fault where that fails.
    let key = KeyPair::generate()?;
    let name: String = key.public_key_raw().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name.push(DnType::CommonName, format!("steer-testkit {name}"));
    CertifiedIssuer::self_signed(params, key)
}

/// A client's certificate with its key, as PEM; and what knows it.
fn client_certificate(authority: &Authority) -> Result<(String, RootCertStore), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, authority)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates([authority.der().clone()]);
    Ok((format!("{}{}", certificate.pem(), key.serialize_pem()), roots))
}

fn config(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    clients: Option<RootCertStore>,
    http2: bool,
) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    // Named, since a program may hold several and have chosen none.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match clients {
        Some(roots) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
        None => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config: ServerConfig =
        builder.with_single_cert(vec![certificate], key).map_err(|error: rustls::Error| error)?;
    let protocols: &[&[u8]] = if http2 { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}
