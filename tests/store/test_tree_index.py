"""What is known of a directory: which files must be hashed again, and the listing after that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.fs.walked import WalkedFolder, folder_of, sorted_files
from assay.store.tree_index import (
    FEW,
    RACY_NS,
    TreeIndex,
    new_index,
)
from assay.store.tree_index_file import (
    edited_index,
    edits_of,
    read_index,
    write_index,
)
from assay.store.trees import tree_bytes, tree_id

NOW_NS = 10**18
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=6
).filter(lambda name: name not in (".", "..", ".git", ".dvc"))
STATES = st.dictionaries(
    st.tuples(st.sampled_from(["", "a/", "a/b/", 'a"}, {"/']), NAMES).map("".join),
    st.integers(0, 3),
    max_size=12,
)
"""Path → which of a few versions of its content it has."""


def md5(version: int) -> str:
    return f"{version:032x}"


def folders(state: dict[str, int], *, backwards: bool = False) -> list[WalkedFolder]:
    """What a walk would find: a version has its own time, size and inode."""
    by_prefix: dict[str, list[str]] = {}
    for path in sorted(state, reverse=backwards):
        by_prefix.setdefault(path[: path.rfind("/") + 1], []).append(path)
    return [
        folder_of(
            prefix,
            "/".join(path[len(prefix) :] for path in paths),
            [1000 + state[path] for path in paths],
            [state[path] for path in paths],
            [7 for _ in paths],
        )
        for prefix, paths in by_prefix.items()
    ]


def index(state: dict[str, int]) -> TreeIndex:
    return new_index(folders(state), {path: md5(v) for path, v in state.items()}, NOW_NS)


def told(index: TreeIndex | None) -> tuple[object, ...]:
    """All that an index says."""
    assert index is not None
    return (index.folders, index.listing(), *index[2:7])


@given(STATES, STATES, st.booleans())
def test_a_renewed_index_is_the_one_that_would_be_made_anew(
    old: dict[str, int], new: dict[str, int], backwards: bool
) -> None:
    found = folders(new, backwards=backwards)
    touched = index(old).touched(found)
    assert {file.path for file in touched} == {p for p, v in new.items() if old.get(p) != v}
    hashes = {file.path: md5(new[file.path]) for file in touched}
    renewed = index(old).renewed(found, touched, hashes, NOW_NS)
    assert renewed is not None
    fresh = index(new)
    assert (renewed.listing(), renewed.tree, renewed.size, renewed.nfiles) == (
        fresh.listing(),
        fresh.tree,
        fresh.size,
        fresh.nfiles,
    )
    assert renewed.folders == found
    assert renewed.prefixes >= fresh.prefixes
    assert renewed.listing() == tree_bytes(sorted((p, md5(v)) for p, v in new.items()))


@given(STATES, STATES)
def test_hashes_are_found_by_how_they_start(old: dict[str, int], new: dict[str, int]) -> None:
    """Those of files that did not change since the base, for who has seen the base in the cache."""
    found = folders(new)
    touched = index(old).touched(found)
    hashes = {file.path: md5(new[file.path]) for file in touched}
    renewed = index(old).renewed(found, touched, hashes, NOW_NS)
    assert renewed is not None
    assert sorted(renewed.hashes(["00"]) or ()) == sorted(map(md5, new.values()))
    assert renewed.hashes(["01"]) == []
    kept = [md5(version) for path, version in new.items() if old.get(path) == version]
    assert sorted(renewed.base_hashes(["00"]) or ()) == sorted(kept)


@pytest.mark.parametrize("name", ["../../../../../home/ada/x", "z" * 30, '", "md5": "00'])
def test_what_could_not_name_an_object_is_no_hash(name: str) -> None:
    made = index({"a": 1})
    listing = made.listing().replace(md5(1).encode(), b"00" + name.encode())
    assert made._replace(written=lambda: listing).hashes(["00"]) is None


@given(STATES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_index_comes_back_from_the_disk_as_it_was(tmp_path: Path, state: dict[str, int]) -> None:
    file = str(tmp_path / "tree.index")
    write_index(file, index(state), "/p")
    assert told(read_index(file, "/p")) == told(index(state))
    assert read_index(file, "/q") is None


@given(STATES, st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_index_is_none_or_harmless(
    tmp_path: Path, state: dict[str, int], data: st.DataObject
) -> None:
    """It may be believed where it is wrong, but never makes anybody stumble."""
    file = tmp_path / "tree.index"
    write_index(str(file), index(state), "/p")
    good = file.read_bytes()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, len(good)))
    file.write_bytes(good[:start] + data.draw(st.binary(max_size=4)) + good[end:])
    found = read_index(str(file), "/p")
    if found is not None:
        try:
            touched = found.touched(folders(state))
            hashes = {file.path: md5(0) for file in touched}
            found.renewed(folders(state), touched, hashes, NOW_NS)
        except ValueError:
            pytest.fail("it was not refused when it was read")


@pytest.mark.parametrize("then", ["another", "cut", "gone"])
def test_a_listing_is_not_that_of_another_file(tmp_path: Path, then: str) -> None:
    """It is read later than the stats are, when another command may have written a new index."""
    file = tmp_path / "tree.index"
    write_index(str(file), index({"a": 1, "b": 2}), "/p")
    known = read_index(str(file), "/p")
    if then == "another":
        write_index(str(file), index({"a": 2, "b": 1}), "/p")
    elif then == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.unlink()
    assert known is not None
    assert (known.listing(), known.entries(), known.hashes(["00"])) == (b"", None, None)


def test_a_file_of_the_last_moment_is_hashed_again() -> None:
    state = {"old": 1, "new": 2}
    found = folders(state)
    made = new_index(found, {path: md5(v) for path, v in state.items()}, 1002 + RACY_NS)
    assert [file.path for file in made.touched(found)] == ["new"]


def test_many_changes_are_as_good_as_few() -> None:
    old = {f"{number:03}": 1 for number in range(200)}
    new = dict.fromkeys(old, 2)
    touched = index(old).touched(folders(new))
    renewed = index(old).renewed(folders(new), touched, dict.fromkeys(new, md5(2)), NOW_NS)
    assert renewed is not None
    assert renewed.base == index(old).tree
    assert renewed.changed == set(new)
    assert told(renewed)[:5] == told(index(new))[:5]


def test_a_listing_that_others_wrote_keeps_its_name() -> None:
    """A walk over what `checkout` has made finds the object that was asked for."""
    listing = tree_bytes([("a", md5(1))])
    assert index({"a": 1}).tree == tree_id(listing)


@pytest.mark.parametrize("time_ns", [-(1 << 70), -1, 0, 1 << 70])
def test_odd_times_and_numbers_cost_at_most_another_look(tmp_path: Path, time_ns: int) -> None:
    found = [folder_of("", "a", [time_ns], [0], [(1 << 64) - 1])]
    made = new_index(found, {"a": md5(1)}, NOW_NS)
    write_index(str(tmp_path / "tree.index"), made, "/p")
    back = read_index(str(tmp_path / "tree.index"), "/p")
    assert back is not None
    assert told(back) == told(made)
    assert back.touched(found) == (sorted_files(found) if abs(time_ns) > 1 else [])


def remembered(place: Path, *states: dict[str, int]) -> TreeIndex:
    """The index of a directory that was looked at in each of these states, as the next reads it."""
    file = str(place / "tree.index")
    write_index(file, index(states[0]), "/p")
    for state in states[1:]:
        known = read_index(file, "/p")
        assert known is not None
        found = folders(state)
        touched = known.touched(found)
        hashes = {one.path: md5(state[one.path]) for one in touched}
        renewed = known.renewed(found, touched, hashes, NOW_NS)
        assert renewed is not None
        write_index(file, renewed, "/p")
    last = read_index(file, "/p")
    assert last is not None
    return last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATES, st.data())
def test_what_changed_since_is_read_with_the_rest(
    tmp_path: Path, state: dict[str, int], data: st.DataObject
) -> None:
    versions = st.fixed_dictionaries({path: st.integers(0, 3) for path in state})
    states = [state, *data.draw(st.lists(versions, max_size=3))]
    found = remembered(tmp_path, *states)
    fresh = index(states[-1])
    assert (found.folders, found.listing(), found.tree, found.size) == (
        fresh.folders,
        fresh.listing(),
        fresh.tree,
        fresh.size,
    )
    assert found.prefixes >= fresh.prefixes
    assert found.entries() == fresh.entries()
    assert found.base == index(state).tree


def test_of_many_files_only_those_that_changed_are_written(tmp_path: Path) -> None:
    state = {f"d{number % 5}/{number:03}": 1 for number in range(400)}
    remembered(tmp_path, state)
    whole = (tmp_path / "tree.index").stat()
    changed = {**state, "d1/001": 2, "d3/133": 0}
    assert remembered(tmp_path, state, changed).touched(folders(changed)) == []
    assert (tmp_path / "tree.index").stat().st_size == whole.st_size
    assert (tmp_path / "tree.index.edits").stat().st_size < whole.st_size // 20


def test_what_was_edited_keeps_its_listing_whatever_becomes_of_the_file(tmp_path: Path) -> None:
    """Its name is that of the bytes that go into the cache."""
    file = tmp_path / "tree.index"
    write_index(str(file), index({"a": 1, "b": 2}), "/p")
    known = read_index(str(file), "/p")
    assert known is not None
    touched = known.touched(folders({"a": 3, "b": 2}))
    renewed = known.renewed(folders({"a": 3, "b": 2}), touched, {"a": md5(3)}, NOW_NS)
    file.unlink()
    assert renewed is not None
    assert tree_id(renewed.listing()) == renewed.tree == index({"a": 3, "b": 2}).tree


def test_many_changes_make_the_index_anew(tmp_path: Path) -> None:
    state = {f"{number:03}": 1 for number in range(2 * FEW)}
    few = {**state, **dict.fromkeys([*state][:FEW], 2)}
    many = {**few, **dict.fromkeys([*state][FEW:], 2)}
    assert len(remembered(tmp_path, state, few).edits) == FEW
    assert remembered(tmp_path, state, few, many).edits == {}
    assert [file.name for file in tmp_path.iterdir()] == ["tree.index"]


def test_edits_of_another_index_are_not_believed(tmp_path: Path) -> None:
    """A kill between the new index and the removal of the edits of the old one."""
    old, new = {"a": 1, "b": 1}, {"a": 1, "b": 2}
    remembered(tmp_path, old, new)
    edits = (tmp_path / "tree.index.edits").read_bytes()
    remembered(tmp_path, old)
    (tmp_path / "tree.index.edits").write_bytes(edits)
    found = read_index(str(tmp_path / "tree.index"), "/p")
    assert found is not None
    assert found.listing() == index(old).listing()
    assert found.touched(folders(old)) == []


@pytest.mark.parametrize(
    "damage",
    [
        {"files": [["z", 1002, 2, 7, md5(2)]]},
        {"files": [["b", 1 << 80, 2, 7, md5(2)]]},
        {"files": [["b", "soon", 2, 7, md5(2)]]},
        {"files": [["b", 1002, 2, 7, "../../x"]]},
        {"files": [["b"]]},
        {"files": 3},
        {"size": None},
        {"tree": None, "base": 5, "changed": 7},
    ],
    ids=str,
)
def test_damaged_edits_are_left_out(damage: dict[str, object]) -> None:
    old, new = {"a": 1, "b": 1}, {"a": 1, "b": 2}
    known = index(old)._replace(mark="m")
    touched = known.touched(folders(new))
    renewed = known.renewed(folders(new), touched, {"b": md5(2)}, NOW_NS)
    assert renewed is not None
    edits = edits_of(renewed)
    assert edited_index(known, edits).touched(folders(new)) == []
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, OverflowError)):
        edited_index(known, {**edits, **damage})
