"""Words that hold digits, and words that are numbered.

Both are lists, because no shape tells `ipv4` from a random `xkq4`, nor `worker3` from a
random `kjxwqr3`. Folded to lower case. A word belongs here if two messages that differ in
it alone are two kinds of message (`ipv4`, `ipv6`); a stem, if they are one (`worker3`,
`worker4`).
"""

from typing import Final

WORDS: Final = frozenset(
    """
    s3 ec2 k8s i18n l10n a11y e2e b2b b2c p2p x86 x64 x86_64 amd64 arm64 i386 i686
    win32 win64 ia64 ipv4 ipv6 tcp4 tcp6 udp4 udp6 inet6 inet4 h2 h2c h3 http1 http2
    http3 http/1 http/1.0 http/1.1 http/2 http/2.0 http/3 tls1 tls1.2 tls1.3 tlsv1
    tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 sslv2 sslv3 ssl3 oauth1 oauth2 saml2 socks4 socks5
    utf8 utf16 utf32 utf-8 utf-16 utf-32 utf8mb3 utf8mb4 latin1 latin-1 latin2 cp1252
    cp437 iso-8859-1 iso-8859-15 iso8859-1 iso-8601 iso8601 windows-1252 base16 base32
    base58 base62 base64 base64url md4 md5 sha1 sha-1 sha2 sha-2 sha3 sha-3 sha224
    sha256 sha-256 sha384 sha-384 sha512 sha-512 blake2 blake2b blake2s blake3 crc16
    crc32 crc32c aes128 aes192 aes256 aes-128 aes-192 aes-256 rsa2048 rsa4096 ed25519
    x25519 x509 hs256 hs384 hs512 rs256 rs384 rs512 es256 es384 es512 ps256 pkcs1
    pkcs8 pkcs11 pkcs12 p12 fido2 u2f 2fa int8 int16 int32 int64 uint8 uint16 uint32
    uint64 u8 u16 u32 u64 i8 i16 i32 i64 f16 f32 f64 float16 float32 float64 bfloat16
    bf16 fp16 fp32 mp3 mp4 h264 h265 vp8 vp9 av1 log4j log4j2 slf4j c3p0 neo4j v8 es6
    es5 web3 html5 css3 python2 python3 py2 py3 pip3 lua5 boto3 urllib3 psycopg2
    psycopg3 sqlite3 libc6 lz4 bzip2 7z ext3 ext4 fat32 raid0 raid1 raid5 raid6 raid10
    nfs4 smb1 smb2 smb3 usb2 usb3 pop3 imap4 rfc822 rfc2822 rfc3339 rfc5424 1xx 2xx
    3xx 4xx 5xx p50 p90 p95 p99 p999 v0 v1 v2 v3 v4 v5 v6 v7 v9 route53 facade decade
    deface efface accede defaced effaced acceded
    """.split()  # noqa: SIM905  # one literal a word would hide the words
)
STEMS: Final = frozenset(
    """
    agent attempt attr app arg backend batch block broker bucket cache canary chan channel
    chunk client cluster col collector column consumer container core cpu db device disk
    edge endpoint error eth executor field file frontend gpu group handler host index
    instance item job kafka key lane layer level line link listener lock machine master
    member mirror mount mysql nic node nvme order page param part partition peer phase
    pod pool port postgres primary process producer proxy queue rack reader redis region
    replica req request retry row runner sd secondary segment sensor server service
    session shard slave slot socket stage step stream tab table target task tenant test
    thread tier topic unit user value var vm volume web worker writer zone
    """.split()  # noqa: SIM905  # likewise
)
