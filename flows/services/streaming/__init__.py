"""Reading a stream: what an event source mapping of Lambda and a pipe of EventBridge do alike.

Both follow a stream (`ports.Stream`) shard by shard, gather batches, hand each on and wait; both are blocked by a batch that fails, split
it, give it up by age or after so many retries, and tell a destination. Who reads is a `Reading` (`reading.py`): it says what a batch is
handed to and where the record of a given-up one goes. How a shard is read is in `reader.py` and the files beside it; none of it knows
whether a function or a pipe is behind it.

`records.py` is the table of what is written; its numbers are Lambda's, which came first.
"""
