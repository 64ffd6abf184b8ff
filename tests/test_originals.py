"""PDF files kept beside the catalog, and pictures of their pages."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import TWO_PAGES, printed
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from serving import client_of

from assistant.access.principal import Role
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from corpus.originals import Originals
from corpus.picture import picture


@pytest.fixture(scope="module")
def pdf(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document of two pages."""
    return printed(browser, TWO_PAGES, tmp_path_factory.mktemp("original") / "池州.pdf")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "data")
    yield opened
    opened.close()


def take_in(catalog: Catalog, *files: Path) -> str:
    """The id of the one document that is then held."""
    assert [result.error for result in ingest(find(files), catalog)] == [None] * len(files)
    (known,) = catalog.documents()
    return known.id


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "data" / "originals").glob("*"))


def test_a_pdf_is_kept_as_it_was_and_goes_with_its_document(
    catalog: Catalog, pdf: Path, tmp_path: Path
) -> None:
    id_ = take_in(catalog, pdf)
    original = catalog.originals.find(catalog.origins(id_))
    assert original is not None
    assert original.read_bytes() == pdf.read_bytes()
    assert kept(tmp_path) == [original]
    catalog.remove(id_)
    assert kept(tmp_path) == []
    assert all(result.skipped for result in ingest(find([pdf]), catalog))
    assert kept(tmp_path) == []


def test_it_goes_with_its_source(catalog: Catalog, pdf: Path, tmp_path: Path) -> None:
    take_in(catalog, pdf)
    catalog.remove_source(catalog.sources()[0])
    assert kept(tmp_path) == []


def test_a_changed_file_takes_the_place_of_the_original(
    catalog: Catalog, pdf: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "方案.pdf"
    shutil.copy(pdf, changed)
    take_in(catalog, changed)
    changed.write_bytes(pdf.read_bytes() + b"\n%\n")
    take_in(catalog, changed)
    (original,) = kept(tmp_path)
    assert original.read_bytes() == changed.read_bytes()


def test_a_member_of_an_archive_has_its_original(
    catalog: Catalog, pdf: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.write(pdf, "市/池州.pdf")
    id_ = take_in(catalog, tmp_path / "包.zip")
    assert catalog.originals.find(catalog.origins(id_))


def test_what_was_held_before_gets_its_original_when_it_comes_again(
    catalog: Catalog, pdf: Path, tmp_path: Path
) -> None:
    id_ = take_in(catalog, pdf)
    shutil.rmtree(tmp_path / "data" / "originals")
    assert catalog.originals.find(catalog.origins(id_)) is None
    assert take_in(catalog, pdf) == id_
    assert catalog.originals.find(catalog.origins(id_))


def test_pages_of_another_source_are_not_shown_as_its_own(
    catalog: Catalog, pdf: Path, tmp_path: Path
) -> None:
    """The text came first, without pages; so no page of the PDF is a page of the document."""
    from corpus.readers import read

    text = "\n".join(page.text for page in read(pdf).pages)
    (tmp_path / "池州.txt").write_text(text, encoding="utf-8")
    assert take_in(catalog, tmp_path / "池州.txt") == take_in(catalog, pdf)
    (known,) = catalog.documents()
    assert known.pages is None
    assert catalog.origins(known.id) == []


def test_what_a_stop_left_goes_and_what_is_being_kept_stays(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "a.pdf").write_bytes(b"a")
    (tmp_path / "originals" / "b.7.part").write_bytes(b"b")
    originals.drop_others(lambda: {"c"})
    assert [path.name for path in (tmp_path / "originals").iterdir()] == ["b.7.part"]


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_page_is_drawn(pdf: Path, tmp_path: Path) -> None:
    first, second = picture(pdf, 1), picture(pdf, 2)
    assert first is not None
    assert second is not None
    width, height = size_of(first)
    assert abs(width - 1100) <= 1
    assert height > width
    assert first != second
    assert picture(pdf, 3) is None
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-no")
    assert picture(tmp_path / "bad.pdf", 1) is None


@pytest.fixture
def service(sample_kept: Path, pdf: Path, tmp_path: Path) -> Iterator[Service]:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    catalog = Catalog(data)
    list(ingest([pdf], catalog))
    catalog.close()
    opened = Service.open(Settings(data=data), lambda _: None)
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as opened:
        yield opened


def id_of(client: TestClient, place: str) -> str:
    (found,) = client.get("/v1/documents", params={"region": place}).json()["items"]
    return str(found["id"])


def test_a_page_over_http(client: TestClient) -> None:
    id_ = id_of(client, "池州市")
    response = client.get(f"/v1/documents/{id_}/pages/2")
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"].startswith("private")
    assert abs(size_of(response.content)[0] - 1100) <= 1
    for path in (
        f"/v1/documents/{id_}/pages/3",
        f"/v1/documents/{id_of(client, '合肥市')}/pages/1",
        "/v1/documents/none/pages/1",
    ):
        assert client.get(path).status_code == 404
    for number in ("0", "x", "-1", "9" * 30):
        assert client.get(f"/v1/documents/{id_}/pages/{number}").status_code == 422


def test_a_page_is_for_those_who_may_see_its_document(
    service: Service, client: TestClient, pdf: Path, tmp_path: Path
) -> None:
    service.access.set_collection("内部", ["甲组"])
    keys = {
        name: service.access.create_key(name, Role.CONTRIBUTOR, groups)
        for name, groups in (("内", ["甲组"]), ("外", []))
    }
    public = client.get(
        "/v1/documents",
        params={"region": "池州市"},
        headers={"Authorization": f"Bearer {keys['外']}"},
    ).json()["items"][0]["id"]
    client.headers["Authorization"] = f"Bearer {keys['内']}"
    sent = [("files", ("池州.pdf", pdf.read_bytes()))]
    job = client.post("/v1/ingest", files=sent, data={"collection": "内部"}).json()["id"]
    client.get(f"/v1/ingest/{job}/events")
    listed = client.get("/v1/documents", params={"region": "池州市"}).json()["items"]
    (closed,) = (one["id"] for one in listed if one["id"] != public)
    assert client.get(f"/v1/documents/{closed}/pages/1").status_code == 200
    client.headers["Authorization"] = f"Bearer {keys['外']}"
    assert client.get(f"/v1/documents/{closed}/pages/1").status_code == 404
    assert client.get(f"/v1/documents/{public}/pages/1").status_code == 200


def test_a_document_is_removed_and_can_come_again(
    service: Service, client: TestClient, tmp_path: Path, pdf: Path
) -> None:
    question = {"question": "池州2025年用水总量控制在多少？"}
    assert "31亿" in client.post("/v1/answer", json=question).json()["answer"]
    id_ = id_of(client, "池州市")
    clause = client.get(f"/v1/documents/{id_}/outline").json()[0]["id"]
    removed = client.delete(f"/v1/documents/{id_}")
    assert removed.status_code == 202
    client.post(f"/v1/ingest/{removed.json()['id']}/cancel")  # which is too late
    assert '"state":"done"' in client.get(f"/v1/ingest/{removed.json()['id']}/events").text
    assert "31亿" not in client.post("/v1/answer", json=question).json()["answer"]
    assert client.get("/v1/documents", params={"region": "池州市"}).json()["total"] == 0
    for path in (f"/v1/documents/{id_}", f"/v1/documents/{id_}/pages/1", f"/v1/clauses/{clause}"):
        assert client.get(path).status_code == 404
    assert client.delete(f"/v1/documents/{id_}").status_code == 404
    assert kept(tmp_path) == []
    entry = client.get("/v1/audit?action=remove").json()["items"][0]
    assert (entry["about"], entry["outcome"]) == ("池州市节约用水实施方案 池州市", id_)
    sent = [("files", ("池州.pdf", io.BytesIO(pdf.read_bytes())))]
    job = client.post("/v1/ingest", files=sent).json()["id"]
    client.get(f"/v1/ingest/{job}/events")
    assert id_of(client, "池州市") == id_


def test_what_an_admin_cannot_see_is_not_there_and_others_may_not(client: TestClient) -> None:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    assert client.delete("/v1/documents/none").status_code == 404
    id_ = id_of(client, "合肥市")
    key = service.access.create_key("投稿", Role.CONTRIBUTOR)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.delete(f"/v1/documents/{id_}", headers=headers).status_code == 403
    assert client.get(f"/v1/documents/{id_}", headers=headers).status_code == 200


def test_a_removal_that_was_broken_off_is_finished_by_the_next_start(
    sample_kept: Path, tmp_path: Path
) -> None:
    """As a stop leaves it: the catalog has let go, the index has not."""
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    catalog = Catalog(data)
    (id_,) = (known.id for known in catalog.documents() if known.region_name == "合肥市")
    catalog.remove(id_)
    catalog.close()
    opened = Service.open(Settings(data=data), lambda _: None)
    with client_of(opened) as client:
        question = {"question": "合肥2025年森林覆盖率是多少？"}
        assert "29.5" not in client.post("/v1/answer", json=question).json()["answer"]
    opened.close()
