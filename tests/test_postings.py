import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.engines.postings import Postings, Writer

LABELS = st.lists(
    st.fixed_dictionaries(
        {
            "level": st.sampled_from([("city",), ("province",)]),
            "year": st.lists(st.sampled_from(["2025", "2030", "2035"]), max_size=3).map(tuple),
        }
    ),
    max_size=30,
)
VALUES = st.lists(st.sampled_from(["2025", "2030", "2035", "1999"]), min_size=1).map(tuple)


@given(labels=LABELS, years=VALUES, level=st.sampled_from(["city", "province", "moon"]))
def test_rows_are_those_that_have_the_labels(
    labels: list[dict[str, tuple[str, ...]]],
    years: tuple[str, ...],
    level: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("postings")
    writer = Writer()
    for one in labels:
        writer.add(one)
    writer.write(folder)
    found = Postings(folder).rows((("level", (level,)), ("year", years)))
    assert found.tolist() == [
        row
        for row, of in enumerate(labels)
        if level in of["level"] and set(years) & set(of["year"])
    ]
