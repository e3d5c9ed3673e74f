"""Twin of log_mcp/keyfile.py: what holds keys, and what merely speaks of them."""

import pytest

from log_mcp.keyfile import BYTES_MAX, begins_as_key, is_key_name, lies_among_keys

KEYS = """
    .env .env.local .envrc prod.env .env.1.gz .netrc .pgpass .htpasswd .git-credentials
    id_rsa ID_RSA id_ed25519.bak id_ecdsa_sk id_rsa.old~ server.pem server.pem.bak
    tls.key client.p12 store.jks vault.kdbx site.crt backup.tfstate kubeconfig
    credentials credentials.json aws-credentials.toml secrets.yaml app-secrets.prod.yml
    service-account.json shadow shadow- gshadow authorized_keys krb5.keytab master.passwd
""".split()  # noqa: SIM905  a list of words
NONE = """
    app.log app.log.1 secrets.py credentials.log token.log keys.txt monkey.log passwd.log
    environment.log shadow.log access_log envoy.log auth.log key.py
""".split()  # noqa: SIM905  likewise
BODY = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n" * 20


def pem(kind, body=BODY):
    """One as OpenSSL writes it."""
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (kind, body, kind)


CONTENTS = {
    "an SSH key": pem(b"OPENSSH PRIVATE KEY"),
    "an RSA key": b"\n "
    + pem(b"RSA PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED\n\n" + BODY),
    "a key and what certifies it": pem(b"PRIVATE KEY") + pem(b"CERTIFICATE"),
    "... of which not all is seen": pem(b"PRIVATE KEY") + pem(b"CERTIFICATE")[:-99],
    "a PGP key": pem(b"PGP PRIVATE KEY BLOCK", b"\n" + BODY + b"=abcd\n"),
    "PuTTY's": b"PuTTY-User-Key-File-3: ssh-ed25519\n",
    "shadow": b"root:*:19000:0:99999:7:::\ndaemon:*:1\n",
    "htpasswd": b"ada:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC\n",
    "netrc": b"machine shop.example login ada password x\n",
}
LOGS = {
    "a log": b"2026-03-04T05:06:07Z INFO -----BEGIN RSA PRIVATE KEY-----\n",
    "a key that is not whole yet": pem(b"PRIVATE KEY")[:200],
    "a key, and then a log": pem(b"PRIVATE KEY") + b"2026-03-04T05:06:07Z INFO up\n",
    "a key, and then a word": pem(b"PRIVATE KEY") + b"loaded\n",
    "a machine": b"machine shop login failed\n",
    "a certificate": b"-----BEGIN CERTIFICATE-----\n",
    "a glog": b"root:started:1\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", KEYS)
def test_names_of_keys(name):
    """Whatever rotation, compression and editors add to them."""
    assert is_key_name(name)


@pytest.mark.parametrize("name", NONE)
def test_names_that_speak_of_keys(name):
    """Programs and logs about secrets are none."""
    assert not is_key_name(name)


@pytest.mark.parametrize("head", CONTENTS.values(), ids=CONTENTS)
def test_content_of_keys(head):
    """A key under a harmless name begins as one; what is far longer is a log."""
    assert begins_as_key(head, len(head))
    assert not begins_as_key(head, BYTES_MAX + 1)


@pytest.mark.parametrize("head", LOGS.values(), ids=LOGS)
def test_content_of_logs(head):
    """A key inside a log is what redaction is for."""
    assert not begins_as_key(head, len(head))


def test_folders_of_keys():
    """Of any case, at any depth."""
    assert lies_among_keys(["home", "ada", ".SSH", "config"])
    assert not lies_among_keys(["home", "ada", "ssh"])
