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
CONTENTS = {
    "an SSH key": b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
    "an RSA key": b"\n -----BEGIN RSA PRIVATE KEY-----\n",
    "a PGP key": b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
    "PuTTY's": b"PuTTY-User-Key-File-3: ssh-ed25519\n",
    "shadow": b"root:*:19000:0:99999:7:::\ndaemon:*:1\n",
    "htpasswd": b"ada:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC\n",
    "netrc": b"machine shop.example login ada\n",
}
LOGS = {
    "a log": b"2026-03-04T05:06:07Z INFO -----BEGIN RSA PRIVATE KEY-----\n",
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
