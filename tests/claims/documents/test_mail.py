"""Mails: which part is the text, what is named and not read, what is no part of it."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from pipelines.claims.documents import DocumentText, text_of

SAID = "At least 41 people were killed on Monday – the ministry said."


@pytest.fixture
def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "desk@example.org"
    message["Subject"] = "99 killed"
    message["Date"] = "Thu, 06 Oct 2016 09:00:00 +0000"
    return message


def read(message: EmailMessage | MIMEMultipart) -> DocumentText:
    return text_of("wire.eml", message.as_bytes())


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_the_plain_text_is_the_mail_and_the_headers_are_not(
    mail: EmailMessage, encoding: str
) -> None:
    mail.set_content(f"Dear all,\n\n{SAID}\n", cte=encoding)
    found = read(mail)
    assert (found.text, found.method, found.notes) == (f"Dear all,\n\n{SAID}", "mail 2", ())


def test_the_plain_text_goes_before_the_page(mail: EmailMessage) -> None:
    mail.set_content(SAID)
    mail.add_alternative("<p>At least <b>42</b> people", subtype="html")
    assert read(mail).text == SAID


@pytest.mark.parametrize("plain", [None, " \n"])
def test_without_a_plain_text_the_page_is_read(mail: EmailMessage, plain: str | None) -> None:
    markup = f"<p>{SAID}</p><nav><a href=x>Unsubscribe from 3 lists</a></nav>"
    if plain is None:
        mail.set_content(markup, subtype="html", charset="windows-1252")
    else:
        mail.set_content(plain)
        mail.add_alternative(markup, subtype="html")
    found = read(mail)
    assert found.text == SAID
    assert found.method.startswith("mail 2, html 2 (selectolax ")
    assert found.notes[0].startswith("left out of the page: navigation (1)")


def test_what_is_attached_is_named_and_not_read(mail: EmailMessage) -> None:
    mail.set_content(SAID)
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="sitrep 18.pdf")
    mail.add_attachment("88 killed", filename="note.txt")
    forwarded = EmailMessage()
    forwarded["Subject"] = "old"
    forwarded.set_content("77 killed")
    mail.add_attachment(forwarded)
    found = read(mail)
    assert found.text == SAID
    (note,) = found.notes
    assert note == "not read: sitrep 18.pdf, note.txt, a part of type message/rfc822"


def test_every_part_that_is_shown_is_text(mail: EmailMessage) -> None:
    outer = MIMEMultipart()
    outer["Subject"] = "x"
    outer.attach(MIMEText(SAID))
    outer.attach(MIMEText("<p>And 12 fled.</p>", "html"))
    assert read(outer).text == f"{SAID}\n\nAnd 12 fled."


def test_lines_that_a_mail_program_cut_are_joined() -> None:
    data = (
        b"Subject: x\r\nContent-Type: text/plain; charset=us-ascii; format=flowed\r\n\r\n"
        b"At least 41 people were killed in \r\nAleppo.\r\n> quoted \r\n From there 12 fled.\r\n"
    )
    assert text_of("a.eml", data).text == (
        "At least 41 people were killed in Aleppo.\nquoted \nFrom there 12 fled."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"At least 41 people were killed.", "file.type"),
        (b"Subject: x\n\n \n", "file.no_text"),
        (b"Subject: x\nContent-Type: application/pkcs7-mime\n\n41", "file.no_text"),
        (b"Subject: x\n\n\xff\xfe 41", "file.encoding"),
        (b"Subject: x\nContent-Type: text/plain; charset=klingon\n\n41", "file.encoding"),
        (b"Subject: x\n\n41\0", "file.nul"),
        (b"Subject: x\nContent-Type: text/html\n\n<p>", "file.no_text"),
    ],
)
def test_a_mail_that_cannot_be_read_is_refused(
    reason_of: Callable[[str, bytes], str], data: bytes, reason: str
) -> None:
    assert reason_of("a.eml", data) == reason


def nested(depth: int) -> bytes:
    heads = [
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(depth)
    ]
    return b"Subject: x\n" + b"".join(heads) + b"Content-Type: text/plain\n\n41 died\n"


def test_parts_in_parts_in_parts_end(reason_of: Callable[[str, bytes], str]) -> None:
    assert reason_of("a.eml", nested(5)) == ""
    assert reason_of("a.eml", nested(60)) == "file.too_deep"
    assert reason_of("a.eml", nested(3_000)) in ("file.too_deep", "file.unreadable")
    many = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n41\n" * 3_000
    assert reason_of("a.eml", many) == "file.too_deep"


def test_the_marks_of_quoted_lines_are_no_words(mail: EmailMessage) -> None:
    mail.set_content(
        "See below.\n\n> 8 people were killed\n>> 12 people were hurt\n> >\n> > 40 people fled.\n"
    )
    found = read(mail)
    assert found.text == (
        "See below.\n\n8 people were killed\n12 people were hurt\n\n40 people fled."
    )
    assert found.notes == ("marks of quotation (>) at the start of lines left out",)


def test_a_mark_within_a_line_stays(mail: EmailMessage) -> None:
    mail.set_content("Killed: > 600")
    assert (read(mail).text, read(mail).notes) == ("Killed: > 600", ())
