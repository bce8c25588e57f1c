/** A line diff of two small texts (longest common subsequence), for showing what an edit changed. */
export interface DiffLine { mark: ' ' | '-' | '+'; text: string }

const MOST_LINES = 400;

export function diff(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const now = after.split('\n');
  if (old.length > MOST_LINES || now.length > MOST_LINES) return whole(old, now);
  const common = table(old, now);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      lines.push({ mark: ' ', text: old[i]! });
      i += 1;
      j += 1;
    } else if (common[i + 1]![j]! >= common[i]![j + 1]!) lines.push({ mark: '-', text: old[i++]! });
    else lines.push({ mark: '+', text: now[j++]! });
  }
  return [...lines, ...whole(old.slice(i), now.slice(j))];
}

export const changed = (lines: readonly DiffLine[]): number => lines.filter((line) => line.mark !== ' ').length;

/** common[i][j]: how many lines old[i…] and now[j…] have in common, in order. */
function table(old: readonly string[], now: readonly string[]): number[][] {
  const rows = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      rows[i]![j] = old[i] === now[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}

const whole = (old: readonly string[], now: readonly string[]): DiffLine[] => [
  ...old.map((text): DiffLine => ({ mark: '-', text })),
  ...now.map((text): DiffLine => ({ mark: '+', text })),
];
