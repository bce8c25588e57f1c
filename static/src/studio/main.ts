export const name = 'Redrive';
