// What an expression looks at, read from its tree, so that the host writes out no more than that.
'use strict';
(function () {
  function looks(ast) {
    const variables = new Set();
    const states = new Set();
    const waiting = [ast];
    while (waiting.length) {
      const node = waiting.pop();
      if (Array.isArray(node)) {
        waiting.push(...node);
        continue;
      }
      if (node === null || typeof node !== 'object') continue;
      const [first, second] = node.type === 'path' ? node.steps : [];
      let rest = node;
      if (first && first.type === 'variable' && first.value === 'states') {
        const plain = Object.keys(first).every((key) => key === 'type' || key === 'value' || key === 'position');
        if (plain && second && second.type === 'name') {
          states.add(second.value);
          rest = { ...node, steps: node.steps.slice(1) };
        }
      }
      if (rest.type === 'variable') (rest.value === 'states' ? states.add('*') : variables.add(rest.value));
      waiting.push(...Object.values(rest));
    }
    variables.delete('');
    variables.delete('$');
    return { variables: [...variables].sort(), states: [...states].sort() };
  }

  // Names (and $$) read where there is no item yet: the first step of a path outside later steps, predicates, sorts, groups and
  // transforms. Step Functions gives expressions no document, so that AWS refuses them when a state machine is made.
  const WITHOUT_ITEM = ['lhs', 'rhs', 'condition', 'then', 'else', 'expression', 'expressions', 'procedure', 'arguments', 'body'];

  function topLevel(ast) {
    const found = new Set();
    const waiting = [ast];
    while (waiting.length) {
      const node = waiting.pop();
      if (Array.isArray(node)) waiting.push(...node);
      else if (node === null || typeof node !== 'object' || node.type === 'transform') continue;
      else if (node.type === 'path') waiting.push(node.steps[0]);
      else if (node.type === 'name') found.add(node.value);
      else if (node.type === 'variable') node.value === '$' && found.add('$$');
      else if (node.type === 'bind') waiting.push(node.rhs);
      else waiting.push(...WITHOUT_ITEM.map((key) => node[key]).filter(Boolean));
    }
    return [...found].sort();
  }

  redrive.looks = (ast) => ({ ...looks(ast), top: topLevel(ast) });
})();
