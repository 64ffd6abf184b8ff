from pathlib import Path

import pytest

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers import read

TEXT = "一、目标\n到2025年，达到五成。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path).pages == (Page(None, TEXT),)


def test_line_ends_of_every_system(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("一\r\n二\r三\n".encode())
    assert read(path).pages == (Page(None, "一\n二\n三\n"),)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "为空"),
        ("blank.txt", b" \n\t", "为空"),
        ("binary.txt", b"PK\x03\x04\x00\x00ab", "二进制"),
        ("invalid.txt", b"\xff\xff\xff\x81", "编码"),
        ("paper.docx", b"x", "DOCX"),
        ("scan.pdf", b"PK\x03\x04", "PDF"),
        ("none", b"x", "格式"),
    ],
)
def test_what_cannot_be_read_names_the_file_and_why(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=said) as error:
        read(path)
    assert name in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.txt"):
        read(tmp_path / "gone.txt")
