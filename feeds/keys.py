"""What stands behind one key of config.yaml: the types of its values, which refuse what is wrong."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, PlainValidator, with_config

from feeds import values
from feeds.polling import Bounds

# A record whose keys are known: another one is an error.
strict = with_config(extra="forbid")

Text = Annotated[str, PlainValidator(values.text)]
Every = Annotated[timedelta | Bounds, PlainValidator(values.every)]
Seconds = Annotated[float, PlainValidator(values.seconds)]
Flag = Annotated[bool, PlainValidator(values.flag)]
Limit = Annotated[int, PlainValidator(values.whole(1, 1000))]
Patterns = Annotated[tuple[Annotated[str, PlainValidator(values.pattern)], ...], BeforeValidator(values.one_or_more)]
Formats = Annotated[tuple[str, ...], PlainValidator(values.formats)]
TimeZone = Annotated[str, PlainValidator(values.timezone)]
RelativePath = Annotated[Path, PlainValidator(values.path)]
HeaderName = Annotated[str, PlainValidator(values.header_name)]
HeaderValue = Annotated[str, PlainValidator(values.header_value)]
CookieName = Annotated[str, PlainValidator(values.cookie_name)]
CookieValue = Annotated[str, PlainValidator(values.cookie)]
FieldValue = Annotated[str, PlainValidator(values.verbatim)]
Address = Annotated[str, PlainValidator(values.address)]
Proxy = Annotated[str, PlainValidator(values.proxy)]
Pause = Annotated[float, PlainValidator(values.pause)]
Ports = Annotated[
    tuple[Annotated[int, PlainValidator(values.whole(1, 65535))], ...], BeforeValidator(values.one_or_more)
]
