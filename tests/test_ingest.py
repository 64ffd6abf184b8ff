from pathlib import Path

import pytest
from sample import write_sample

from corpus.catalog import Catalog
from corpus.errors import SourceError
from corpus.ingest import find, ingest


def test_a_folder_and_again(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "in")
    catalog = Catalog(tmp_path / "data")
    first = list(ingest(find([folder]), catalog))
    assert sum(result.documents for result in first) == 4
    assert not any(result.skipped or result.error for result in first)
    before = catalog.fingerprint()
    assert all(result.skipped for result in ingest(find([folder]), catalog))
    assert catalog.fingerprint() == before


def test_a_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "in")
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02")
    (folder / "empty.txt").write_bytes(b"")
    catalog = Catalog(tmp_path / "data")
    results = list(ingest(find([folder]), catalog))
    assert {r.path.name for r in results if r.error} == {"bad.txt", "empty.txt"}
    assert all(r.path.name in (r.error or "") for r in results if r.error)
    assert catalog.size().documents == 4


def test_a_changed_file_replaces_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    catalog = Catalog(tmp_path / "data")
    for share in ("五成", "六成"):
        path.write_text(f"合肥市节水方案\n\n一、目标\n\n到2025年达到{share}。\n", encoding="utf-8")
        assert [r.error for r in ingest(find([path]), catalog)] == [None]
    assert catalog.size().documents == 1
    assert "六成" in next(catalog.clauses()).text


def test_metadata_of_a_document(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "data")
    list(ingest(find([write_sample(tmp_path / "in")]), catalog))
    district = next(d for d in catalog.documents() if d.title.startswith("云岩区"))
    assert district.region is not None
    assert district.region.parents == ("贵阳市", "贵州省", "全国")
    assert district.source_url is None
    assert district.pages is None


def test_find_wants_paths_that_exist(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        find([tmp_path / "nowhere"])


def test_find_takes_known_formats_of_a_folder_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.jpg", ".hidden.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find([tmp_path, tmp_path / "b.txt"])
    assert [path.name for path in found] == ["a.md", "b.txt"]


def test_files_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/c/y.txt", "b.txt", "a.txt", "b/d.txt", "ab/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "b", target_is_directory=True)
    assert find([tmp_path]) == sorted(path for path in tmp_path.rglob("*.txt"))
    assert len(find([tmp_path])) == 6


def test_the_same_document_in_another_format_is_one(tmp_path: Path) -> None:
    from docx import Document as Word

    lines = ["合肥市节约用水方案", "一、目标", "到2025年，达到五成；重复利用率94%。"]
    (tmp_path / "a.txt").write_text("\n\n".join(lines), encoding="utf-8")
    word = Word()
    for line in lines:
        word.add_paragraph(line.replace("，", ",").replace("94%", "９４％"))
    word.save(str(tmp_path / "b.docx"))
    catalog = Catalog(tmp_path / "data")
    assert [r.error for r in ingest(find([tmp_path]), catalog)] == [None, None]
    assert catalog.size().documents == 1
    assert len(catalog.sources()) == 2
    catalog.remove_source(catalog.sources()[0])
    assert catalog.size().documents == 1


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    (result,) = ingest([path], Catalog(tmp_path / "data"))
    assert "huge.txt" in (result.error or "")
    assert "拆分" in (result.error or "")
