import { number } from '../ui/format';

/** From here on a card has no room for every digit. */
const LONG = 10_000;
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 9,999 but 12.3K. */
export const compact = (n: number): string => (n < LONG ? number(n) : short.format(n));
