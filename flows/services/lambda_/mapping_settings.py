"""A mapping's settings: as a request of the right shape asks for them, and put into a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.services.lambda_.filtering import patterns_of
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Json
from flows.topology.words import is_yes

if TYPE_CHECKING:
    from flows.services.lambda_.event_source_mapping import Mapping

PARTIAL = "ReportBatchItemFailures"


@dataclass(frozen=True, slots=True)
class Settings:
    """A mapping's settings after a request: what is not given stays as it is, or is AWS's default."""

    batch_size: int
    window_us: int
    partial: bool
    maximum_concurrency: int | None
    filters: tuple[str, ...]
    enabled: bool


def settings_of(params: Json, now: Mapping | None) -> Settings:
    """What a request of the right shape asks for."""
    size, window = params.get("BatchSize"), params.get("MaximumBatchingWindowInSeconds")
    types, scaling, criteria = (
        params.get(name) for name in ("FunctionResponseTypes", "ScalingConfig", "FilterCriteria")
    )
    enabled = params.get("Enabled")
    known = _known(now)
    return Settings(
        known.batch_size if size is None else size,
        known.window_us if window is None else window * SECOND_US,
        known.partial if types is None else PARTIAL in types,
        known.maximum_concurrency if scaling is None else scaling.get("MaximumConcurrency"),
        known.filters if criteria is None or not _well_formed(criteria) else patterns_of(criteria),
        known.enabled if enabled is None else is_yes(enabled),
    )


def apply(mapping: Mapping, settings: Settings) -> None:
    mapping.batch_size, mapping.window_us = settings.batch_size, settings.window_us
    mapping.partial, mapping.filters = settings.partial, settings.filters
    mapping.pollers.maximum_concurrency = settings.maximum_concurrency
    mapping.state.update(settings.enabled)


def _well_formed(criteria: object) -> bool:
    filters = criteria.get("Filters") if isinstance(criteria, dict) else None
    return filters is None or (
        isinstance(filters, list) and all(isinstance(each, dict) and "Pattern" in each for each in filters)
    )


def _known(now: Mapping | None) -> Settings:
    if now is None:
        return Settings(
            QUOTAS.batch_without_window, 0, partial=False, maximum_concurrency=None, filters=(), enabled=True
        )
    most = now.pollers.maximum_concurrency
    return Settings(now.batch_size, now.window_us, now.partial, most, now.filters, now.state.wanted)
