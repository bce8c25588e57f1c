"""What every model of CloudFormation properties is: it keeps what it does not know."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Properties(BaseModel):
    model_config = ConfigDict(extra="allow")
