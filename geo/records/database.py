"""The database door: the declarative base, the types that several nouns share, nothing clever.

A caller owns the transaction. No function in geo.records commits.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

import psycopg
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    MetaData,
    Text,
    any_,
    create_engine,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from geo.scope import Scope

LONLAT = 4326  # DATA 1: JGD2011 read as is
PATIENCE_S = 5  # our choice


class Base(DeclarativeBase):
    """Every table. The Alembic versions are the truth; tests/house checks that they agree."""

    type_annotation_map: ClassVar = {str: Text, datetime: DateTime(timezone=True)}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def open_engine(conninfo: Callable[[], str]) -> Engine:
    """An engine over psycopg 3 that asks where to connect only when it does.

    Parameters never reach a log: they may be about people. A server that does not even refuse is
    given up after five seconds: eight threads wait for it, and they are all there are.
    """
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(conninfo(), connect_timeout=PATIENCE_S),
        pool_pre_ping=True,
        pool_timeout=PATIENCE_S,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,
    )


def in_scope(
    scope: Scope, municipality: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """The condition that a row belongs to the municipality a reader may ask about."""
    return true() if scope.municipality is None else municipality == scope.municipality


def any_of(values: Iterable[Any], kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
    """For ``column == any_of(…)``: one parameter however many values (a list of IN ends at 65,535).

    Unpacked into rows, which a plan can hash: an array is compared value by value with every row that
    no index leads to, as in a table that the same transaction fills.
    """
    return any_(select(func.unnest(literal(list(values), ARRAY(kind)))).scalar_subquery())


def take_turns(db: Session, scope: Scope, noun: str) -> None:
    """Wait until no other transaction works on the same noun of the same municipality."""
    db.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:what, 0))"),
        {"what": f"{scope.municipality}/{noun}"},
    )


def copy_rows(db: Session, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY over the session's own connection: in its transaction, undone with it.

    Plans made before are forgotten: PostgreSQL looks up what a foreign key points at by one that it
    made when that table may have been empty, and then goes through it whole for each row.
    """
    driver: Any = db.connection().connection.driver_connection
    db.execute(text("discard plans"))
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
