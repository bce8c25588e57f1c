"""Event patterns of EventBridge, filter policies of SNS and filters of mappings: one compiler, one matcher.

Reading order: `values` · `tokens` · `conditions` · `operators` · `compiler` · `leaves` · `pattern` · `arrays` · `index`; `sns` and
`mapping` are what two services add. Nothing here knows a service, a clock or chance; patterns and events come from strangers.
"""

from flows.patterns.compiler import compile_event_pattern
from flows.patterns.index import PatternIndex
from flows.patterns.mapping import compile_mapping_filter
from flows.patterns.pattern import Mismatch, Pattern
from flows.patterns.reading import PatternError
from flows.patterns.sns import (
    attributes_event,
    body_event,
    compile_sns_policy,
    explain_body,
    explain_message_attributes,
    matches_body,
    matches_message_attributes,
)

__all__ = [
    "Mismatch",
    "Pattern",
    "PatternError",
    "PatternIndex",
    "attributes_event",
    "body_event",
    "compile_event_pattern",
    "compile_mapping_filter",
    "compile_sns_policy",
    "explain_body",
    "explain_message_attributes",
    "matches_body",
    "matches_message_attributes",
]
