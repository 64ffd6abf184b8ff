import zipfile
from pathlib import Path

import pytest
from sample import DOCUMENTS

from corpus.catalog import Catalog
from corpus.ingest import Ingested, find, ingest
from corpus.readers import archive


def taken(path: Path, data: Path) -> list[Ingested]:
    catalog = Catalog(data)
    try:
        return list(ingest(find([path]), catalog))
    finally:
        catalog.close()


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "政策.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in DOCUMENTS.items():
            file.writestr(f"文件/{name}", text)
        file.writestr("图片.jpg", b"\xff\xd8")
    return path


def test_each_member_is_a_file_of_its_own(packed: Path, tmp_path: Path) -> None:
    results = taken(packed, tmp_path / "data")
    assert {(r.path.name, r.error) for r in results} == {(name, None) for name in DOCUMENTS}
    assert "政策.zip" in str(results[0].path)
    assert all(r.skipped for r in taken(packed, tmp_path / "data"))


def test_a_member_cannot_climb_out(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../outside.txt", DOCUMENTS["hefei.txt"])
    before = set(tmp_path.parent.rglob("outside*"))
    results = taken(path, tmp_path / "data")
    assert [r.error for r in results] == [None]
    assert set(tmp_path.parent.rglob("outside*")) == before


def test_a_bomb_is_stopped_while_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAXIMUM_BYTES", 3 * 2**20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", b"0" * 2**24)
    (result,) = taken(path, tmp_path / "data")
    assert "bomb.zip" in (result.error or "")
    assert "压缩炸弹" in (result.error or "")


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(b"PK\x03\x04" + b"x" * 50)
    (result,) = taken(path, tmp_path / "data")
    assert "cut.zip" in (result.error or "")


def test_a_bad_member_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("bad.txt", b"\x00\x01")
        file.writestr("good.txt", DOCUMENTS["hefei.txt"])
    results = taken(path, tmp_path / "data")
    assert [bool(r.error) for r in results] == [True, False]
    assert "mixed.zip/bad.txt" in (results[0].error or "")
