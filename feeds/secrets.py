"""Secrets of the configuration: where they stand, how a file keeps one, and how none is ever shown."""

import logging
import os
import re
import shlex
import stat
import traceback
from base64 import b64decode
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from feeds.yamlmarks import KeyPath

MOST_BYTES = 64_000  # a key or a token has some thousand at most
MASK = "•••"
SHORTEST = 4  # characters: whatever is shorter stands in every second word
SECRET_HEADER = re.compile(r"^cookie$|token|key|secret|auth", re.IGNORECASE)
USER_FIELD = re.compile(r"^(?!.*(?:pass|pwd|secret|token)).*(?:user|login|mail|name)\W*$", re.IGNORECASE)
# What may be base64, in either of its alphabets (RFC 4648, sections 4 and 5).
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")


def expected_at(path: KeyPath) -> bool:
    """Whether the value at a key of config.yaml is a secret as a whole. The password in a `proxy` is but a part."""
    match path:
        case (
            ("feeds", _, "auth", "password" | "bearer")
            | ("feeds", _, "cookies", _)
            | ("feeds", _, "token")
            | ("web", "admin_token")
        ):
            return True
        case ("feeds", _, "headers", str(name)):
            return SECRET_HEADER.search(name) is not None
        case ("feeds", _, "login", "fields", str(name)):
            return USER_FIELD.search(name) is None
    return False


def read(path: Path) -> str:
    """What a file keeps, without its final newline. Raises ValueError where others could read it too."""
    try:
        # Looked at when it is open, so that nobody changes it in between; a pipe is not waited for.
        with open(path, "rb", opener=_without_waiting) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ValueError(f"expected a file, and {path} is something else")
            if found.st_uid not in (os.geteuid(), 0):
                raise ValueError(f"expected a file of our own: chown {os.geteuid()} {shlex.quote(str(path))}")
            if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ValueError(f"expected a file that nobody else can read: chmod 600 {shlex.quote(str(path))}")
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise ValueError(f"there is no file {path}") from error
    except OSError as error:
        raise ValueError(f"the file {path} cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise ValueError(f"expected at most {MOST_BYTES:,} bytes in {path}, and it is larger")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # not chained: it carries the content
        raise ValueError(f"expected text in UTF-8 in {path}") from None
    return text.removesuffix("\n").removesuffix("\r")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with a mask for each secret in it, be it plain, quoted as in an address, or within base64."""
    known = frozenset(secret for secret in secrets if len(secret) >= SHORTEST)
    if not known:
        return text
    text = BASE64.sub(lambda match: MASK if _within(match[0], known) else match[0], text)
    return _pattern(known).sub(MASK, text)


class Redact(logging.Filter):
    """Masks secrets in all that a record says. To be added to each handler: a logger's own sees no child's records."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = frozenset(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        self._secrets = self._secrets.union(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = record.getMessage()
        except (TypeError, ValueError, KeyError):  # arguments that do not fit would be printed as they are
            record.msg = str(record.msg)
        record.args = None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_info = None  # it would be printed again by whoever does not look for the text
        for key, value in vars(record).items():
            if isinstance(value, str):
                setattr(record, key, redacted(value, self._secrets))
            elif isinstance(value, dict):  # the pairs of an event, taken apart already
                masked = {k: redacted(v, self._secrets) if isinstance(v, str) else v for k, v in value.items()}
                setattr(record, key, masked)
        return True


def hide(secrets: Collection[str]) -> None:
    """Have no handler of the log show these, nor those that were hidden before: what was begun with them may run still.

    One mask of each handler sees to all of them, however often it is told of others.
    """
    for handler in logging.getLogger().handlers:
        masks = [each for each in handler.filters if isinstance(each, Redact)]
        if masks:
            masks[0].add(secrets)
        else:
            handler.addFilter(Redact(secrets))


@lru_cache(maxsize=8)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(secrets, key=lambda secret: (-len(secret), secret))
    return re.compile("|".join("".join(map(_spelt, secret)) for secret in longest_first))


@lru_cache(maxsize=8)
def _encoded(secrets: frozenset[str]) -> frozenset[bytes]:
    """As bytes, in each charset that is used where base64 is."""
    latin = {secret.encode("latin-1") for secret in secrets if max(secret) <= "\xff"}
    return frozenset(latin | {secret.encode(errors="surrogatepass") for secret in secrets})


def _spelt(character: str) -> str:
    """How a character may be written: as it is, escaped in an address or a form, or behind a backslash."""
    if character.isascii() and character.isalnum():
        return character
    quoted = "".join(f"%{byte:02x}" for byte in character.encode(errors="surrogatepass"))
    plain = re.escape(character)
    more = {" ": r"|\+", "\\": r"|\\\\", "'": r"|\\'", '"': r'|\\"'}.get(character, "")
    return f"(?:(?i:{quoted}){more}|{plain})"


def _within(encoded: str, secrets: frozenset[str]) -> bool:
    """Whether the text is base64 of something with a secret in it, as `user:password` is for HTTP.

    It may have begun anywhere in what looks like it: `/` is a letter of base64, too.
    """
    standard = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        piece = standard[start:]
        piece += "A" if len(piece) % 4 == 1 else ""
        decoded = b64decode(piece + "=" * (-len(piece) % 4))
        if any(secret in decoded for secret in _encoded(secrets)):
            return True
    return False
