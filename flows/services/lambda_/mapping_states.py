"""The states a mapping says it is in: Creating, Enabled, Disabling, Disabled, Enabling, Updating, Deleting.

Theory of operation. What was asked for is done in the background, here in a second. A mapping that is being created or enabled
reads nothing before it is Enabled; one that is being disabled or deleted reads nothing more. Other changes hold at once, and
only the word for them lasts a second. One that was created disabled is Disabled from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import version_records as records
from flows.services.lambda_.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.lambda_.config import MappingConfig
    from flows.services.lambda_.event_source_mapping import Mapping
    from flows.services.lambda_.stream_mapping import StreamMapping

CREATING, ENABLED, DISABLED = "Creating", "Enabled", "Disabled"
ENABLING, DISABLING, UPDATING, DELETING = "Enabling", "Disabling", "Updating", "Deleting"


class State:
    def __init__(self, mapping: Mapping | StreamMapping, config: MappingConfig) -> None:
        self._mapping = mapping
        self._calendar = mapping.environment.calendar
        self.wanted = config.enabled
        self.modified_at = self._calendar.now_at
        self._word, self._until_at = "", 0
        self._timer = 0
        if config.created and config.enabled:
            self._change(CREATING)
            self._timer = self._calendar.schedule(self._until_at, self.arrive)

    @property
    def name(self) -> str:
        if self._calendar.now_at < self._until_at:
            return self._word
        return ENABLED if self.wanted else DISABLED

    def update(self, enabled: bool) -> None:
        """Its settings change; it is to be enabled, or not."""
        mapping = self._mapping
        if enabled == self.wanted:
            if self.name != CREATING:
                self._change(UPDATING)
        else:
            self.wanted = enabled
            self._calendar.cancel(self._timer)
            self._change(ENABLING if enabled else DISABLING)
            self._timer = self._calendar.schedule(self._until_at, self.arrive)
            mapping.enabled = False
        self.modified_at = self._calendar.now_at

    def delete(self) -> int:
        """It is to go; answers when it will have gone."""
        self._calendar.cancel(self._timer)
        self.wanted = False
        self._change(DELETING)
        return self._until_at

    def arrive(self) -> None:
        """What was asked for is so."""
        mapping = self._mapping
        if mapping.gone:
            return
        mapping.enabled = self.wanted
        self._write(ENABLED if self.wanted else DISABLED)
        mapping.wake()

    def _change(self, word: str) -> None:
        self._word, self._until_at = word, self._calendar.now_at + QUOTAS.transition_us

    def _write(self, state: str) -> None:
        mapping = self._mapping
        detail = (mapping.link, state)
        mapping.environment.recorder.write(records.STATE_CHANGED, mapping.function.node, 0, 0, 0, 0, detail)
