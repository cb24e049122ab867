"""Networks on disk: whole or not at all."""

import numpy as np
import pytest

from geo.streets.archive import find_hierarchy, find_network, save_hierarchy, save_network
from geo.streets.hierarchy import hierarchy_of
from geo.streets.network import ARRAYS
from geo.streets.search import spread_dense
from tests.geo.streets.drawing import grid_town, seeds, walk


@pytest.fixture
def net():
    return grid_town(4).network()


def test_what_is_read_is_what_was_written(net, tmp_path):
    save_network(net, tmp_path)
    again = find_network(tmp_path, net.version)
    for name in ARRAYS:
        one, other = getattr(net, name), getattr(again, name)
        assert (one.dtype, one.tobytes()) == (other.dtype, other.tobytes()), name
        assert not other.flags.writeable
    assert (again.zone, again.version, again.coverage_from) == (6, net.version, "hull")


def test_a_mapped_network_is_searched_like_one_in_memory(net, tmp_path):
    save_network(net, tmp_path)
    graph, mapped = walk(net), walk(find_network(tmp_path, net.version))
    assert np.array_equal(
        spread_dense(graph.out, seeds((0, 0)), 9000), spread_dense(mapped.out, seeds((0, 0)), 9000)
    )
    assert graph.metric == mapped.metric


def test_what_is_not_there_is_none(tmp_path):
    assert find_network(tmp_path, "nothing") is None
    assert find_hierarchy(tmp_path, "nothing", "x") is None


@pytest.mark.parametrize("harm", ["cut", "lost", "words", "junk"])
def test_a_network_that_is_not_whole_is_taken_away(net, tmp_path, harm):
    place = save_network(net, tmp_path)
    if harm == "cut":
        with (place / "edge_ends.npy").open("r+b") as file:
            file.truncate(100)
    elif harm == "lost":
        (place / "edge_way.npy").unlink()
    elif harm == "words":
        (place / "network.json").unlink()
    else:
        (place / "network.json").write_text("[]")
    assert find_network(tmp_path, net.version) is None
    assert not place.exists()
    assert find_network(tmp_path, save_network(net, tmp_path).name) is not None


def test_who_comes_second_leaves_what_is_there_and_nothing_beside_it(net, tmp_path):
    place = save_network(net, tmp_path)
    stamp = (place / "edge_ends.npy").stat().st_mtime_ns
    assert save_network(net, tmp_path) == place
    assert (place / "edge_ends.npy").stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir()] == [net.version]


def test_a_write_that_breaks_off_leaves_nothing(net, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        save_network(net, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_hierarchy_lies_beside_its_network_under_its_metric(net, tmp_path):
    graph = walk(net)
    hierarchy = hierarchy_of(graph)
    save_hierarchy(hierarchy, tmp_path, net.version, graph.metric)
    again = find_hierarchy(tmp_path, net.version, graph.metric)
    assert np.array_equal(again.to, hierarchy.to)
    assert find_hierarchy(tmp_path, net.version, "other weights") is None
