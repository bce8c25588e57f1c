"""From a topology to what others read: a SAM template (`sam.py`), a Mermaid picture (`mermaid.py`).

    document ─ references (ARNs, URLs and names → Ref, GetAtt, Sub) ─ resources ─ required, permissions ─ YAML
                                                                    └ Metadata: Redrive: what AWS has no word for

The template deploys as far as a drawing can say what to deploy: where AWS insists on something that the drawing left out (a role, a
handler, a connection), something plain is written and named under `Added`, so that an import takes it out again. What the playground
alone knows (behaviours, faults, mocks, positions, labels) stands in `Metadata: Redrive:`, where AWS does not look. So a template that
was exported and imported again is the same topology.

Nothing here makes a call or reads a file; a document goes in, a text comes out.
"""
