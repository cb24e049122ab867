"""Counters for rate limits: one window after the other, and nothing remembered for long."""

import threading

import pytest

from routes._windows import Windows


@pytest.fixture
def clock(monkeypatch):
    """clock[0] is the time."""
    now = [1_000.0]
    monkeypatch.setattr("routes._windows.time.time", lambda: now[0])
    return now


def test_a_window_is_counted_to_its_end_and_then_from_one(clock):
    windows = Windows()
    assert [windows.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert (windows.get("a"), windows.get_expiry("a")) == (3, 1_060.0)
    clock[0] = 1_060.0
    assert windows.get("a") == 0
    assert windows.incr("a", 60) == 1


def test_who_was_here_once_is_forgotten(clock):
    windows = Windows()
    for visitor in range(100):
        windows.incr(f"{visitor}", 60)
    clock[0] = 1_061.0
    windows.incr("late", 60)
    assert windows.reset() == 1


def test_it_starts_no_thread():
    before = threading.active_count()
    windows = Windows()
    windows.incr("a", 60)
    assert threading.active_count() == before
    assert windows.check()


def test_one_visitor_is_let_off_and_the_others_are_not(clock):
    windows = Windows()
    windows.incr("a", 60)
    windows.incr("b", 60)
    windows.clear("a")
    assert (windows.get("a"), windows.get("b"), windows.get_expiry("a")) == (0, 1, 1_000.0)
