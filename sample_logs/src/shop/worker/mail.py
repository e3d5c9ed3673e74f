"""Mails to customers, through the relay."""

import smtplib
import ssl
from email.message import EmailMessage

RELAY = "smtp.shop.example"
PORT = 587
TIMEOUT_S = 20
FAILURES_MAX = 6  # then the relay is left alone for a while
PAUSE_S = 360


def send(mail: EmailMessage) -> None:
    """Hand one mail to the relay."""
    with smtplib.SMTP(RELAY, PORT, timeout=TIMEOUT_S) as relay:
        secure(relay)
        relay.send_message(mail)


def secure(relay: smtplib.SMTP) -> None:
    """TLS with a certificate that is checked."""
    try:
        relay.starttls(context=ssl.create_default_context())
    except ssl.SSLError as error:
        raise smtplib.SMTPServerDisconnected(f"no TLS with {RELAY}") from error
