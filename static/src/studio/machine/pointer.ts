/** Where a JSON pointer leads in a text, by its syntax tree: what a diagnostic underlines. */
import type { SyntaxNode, Tree } from '@lezer/common';

export interface Range { from: number; to: number }

/** The place of the innermost part of the pointer that exists; of a property, its name. */
export function rangeOf(tree: Tree, text: string, pointer: string): Range {
  let node: SyntaxNode | null = tree.topNode.firstChild, found: Range = node ? { from: node.from, to: Math.min(node.to, node.from + 1) } : { from: 0, to: 0 };
  for (const part of pointer.split('/').slice(1).map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const next: { value: SyntaxNode | null; shown: SyntaxNode } | null = node && step(node, text, part);
    if (!next) return found;
    found = { from: next.shown.from, to: next.shown.to };
    node = next.value;
  }
  return found;
}

function step(node: SyntaxNode, text: string, part: string): { value: SyntaxNode | null; shown: SyntaxNode } | null {
  if (node.name === 'Object') {
    for (const property of node.getChildren('Property')) {
      const name = property.getChild('PropertyName');
      if (name && unquoted(text.slice(name.from, name.to)) === part) return { value: property.lastChild, shown: name };
    }
  } else if (node.name === 'Array') {
    let index = 0;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (/^[[\],⚠]$/.test(child.name)) continue;
      if (index++ === Number(part)) return { value: child, shown: child };
    }
  }
  return null;
}

/** The pointer of the object that a place in the text stands in, outermost name first. */
export function pathAt(tree: Tree, text: string, at: number): string[] {
  const path: string[] = [];
  for (let node: SyntaxNode | null = tree.resolveInner(at, -1); node; node = node.parent) {
    if (node.name !== 'Property') continue;
    const name = node.getChild('PropertyName');
    // A name that is being typed is not yet a place to be in.
    if (name && at > name.to) path.unshift(unquoted(text.slice(name.from, name.to)));
  }
  return path;
}

export function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.replace(/^"|"$/g, '');
  }
}
