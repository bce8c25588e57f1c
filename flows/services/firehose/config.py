"""What the topology says about delivery streams, as the simulator reads it."""

from __future__ import annotations

from flows.topology.resources.delivery_stream import (
    BucketOutput,
    BufferConfig,
    DeliveryLinkConfig,
    DeliveryStreamConfig,
    TransformConfig,
)

__all__ = ["BucketOutput", "BufferConfig", "DeliveryLinkConfig", "DeliveryStreamConfig", "TransformConfig"]
