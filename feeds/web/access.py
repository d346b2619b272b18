"""Who may read a feed that is not for everybody: whoever knows its token, in the address or as a password."""

import binascii
import hmac
from base64 import b64decode
from urllib.parse import parse_qs

ASK = (b"www-authenticate", b'Basic realm="Feedwright", charset="UTF-8"')


def allowed(token: str, query: bytes, authorization: str | None) -> bool:
    """Whether the token is in the query, or is the password of any user, or the bearer's (RFC 6750, RFC 7617).

    What is wrong takes as long to be found out as what is right.
    """
    secret = token.encode()
    return any(hmac.compare_digest(secret, one) for one in (*_from_query(query), *_from_header(authorization)))


def _from_query(query: bytes) -> list[bytes]:
    try:
        return [value.encode() for value in parse_qs(query.decode("ascii"), max_num_fields=100).get("token", [])[:2]]
    except ValueError:
        return []


def _from_header(authorization: str | None) -> list[bytes]:
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return [rest.strip().encode("latin-1")]
    if scheme.lower() != "basic":
        return []
    try:
        return [b64decode(rest.strip(), validate=True).partition(b":")[2]]
    except (binascii.Error, ValueError):
        return []
