"""The characters of a web page's bytes: which charset it declares, and its strict decoding.

The labels are those of the WHATWG Encoding Standard for the charsets in use on the web; a label
stands for what browsers take it for, such as windows-1252 for iso-8859-1.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipelines.claims.documents.document_text import refused

_SAVE: Final = "Open the page in a browser and save it as UTF-8, or save its words as plain text."

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARED: Final = re.compile(
    rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([\w:.-]{1,40})|"
    rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w:.-]{1,40})",
    re.IGNORECASE,
)
_LOOKED_AT: Final = 4096
"""Bytes in which a page must declare its charset; the standard asks for the first 1,024."""

_CODEC_OF_LABEL: Final = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    # A page whose declaration can be read as ASCII is not in UTF-16; browsers take it for UTF-8.
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-8"),
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "latin1", "l1", "us-ascii", "ascii", "windows-1252", "cp1252"),
        "cp1252",
    ),
    **dict.fromkeys(("iso-8859-9", "latin5", "windows-1254", "cp1254"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-{n}": f"cp{n}" for n in (1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{f"cp{n}": f"cp{n}" for n in (1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{"koi8-r": "koi8-r", "koi8-u": "koi8-u", "macintosh": "mac-roman"},
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb18030"), "gb18030"),
    **{"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "euc-jp": "euc_jp"},
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "windows-949"), "cp949"),
    "iso-2022-jp": "iso2022_jp",
}


def decoded(data: bytes, charset: str | None = None) -> str:
    """The characters of a page: by its byte order mark, `charset`, or its own declaration.

    Without any of them it must be UTF-8. Raises FileRefused with file.encoding.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, "its byte order mark")
    if charset is not None:
        return by_label(data, charset, "its headers")
    if match := _DECLARED.search(data[:_LOOKED_AT]):
        label = (match[1] or match[2]).decode("ascii")
        return by_label(data, label, "its own declaration")
    return _strict(data, "utf-8", "declaring nothing else")


def by_label(data: bytes, label: str, said_by: str) -> str:
    """The characters of bytes in a charset named as on the web. Raises FileRefused."""
    codec = _CODEC_OF_LABEL.get(label.strip().lower())
    if codec is None:
        raise refused("file.encoding", f"The charset '{label}' is not known.", _SAVE)
    return _strict(data, codec, said_by)


def _strict(data: bytes, codec: str, said_by: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise refused(
            "file.encoding",
            f"By {said_by} the text is {codec}, but byte {error.start + 1} is not: "
            f"0x{data[error.start]:02x}.",
            _SAVE,
        ) from None
