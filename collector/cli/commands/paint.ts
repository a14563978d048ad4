/** Colours for a terminal; plain text where there is none. Text of rules and events is made printable before it comes here. */
const CODES = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour, text: string) => string;

export function paint(isColoured: boolean): Paint {
  return isColoured
    ? (colour, text) => `\u001b[${String(CODES[colour])}m${text}\u001b[0m`
    : (_colour, text) => text;
}

/** Whether standard output shows colours: a terminal, and nobody asked for none (https://no-color.org). */
export function hasColours(env: Readonly<Record<string, string | undefined>>): boolean {
  return process.stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
