/** Colours and line breaks for a terminal; neither where nobody looks, nor colours where NO_COLOR is set. */
import { WriteStream } from 'node:tty';

export type Colour = 'green' | 'yellow' | 'red' | 'dim';

const CODES: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, dim: 2 };
const WIDTH_MAX = 110;
const WIDTH_MIN = 40;

export interface Screen {
  paint: (text: string, colour: Colour) => string;
  /** Columns; undefined: lines are left as they are. */
  width: number | undefined;
}

/** @param env NO_COLOR counts when it is not empty (no-color.org); a dumb terminal knows none. */
export function screenOf(
  output: { isTTY?: boolean | undefined; columns?: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const isTerminal = output.isTTY === true;
  const coloured = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    paint: (text, colour) => (coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text),
    width: isTerminal ? Math.max(WIDTH_MIN, Math.min(output.columns ?? 80, WIDTH_MAX)) : undefined,
  };
}

export function processScreen(): Screen {
  const { stdout } = process;
  return screenOf(stdout instanceof WriteStream ? stdout : {}, process.env);
}

/** Breaks a text at blanks so that it fits; a word that is longer stands alone. */
export function wrap(text: string, width: number | undefined): string[] {
  if (width === undefined || text.length <= width) return [text];
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

/** Lines that a screen of so many rows shows at once: the first, and the last that fit, since what is wrong stands last. */
export function fitted(lines: readonly string[], rows: number | undefined): readonly string[] {
  // The cursor stands on a row of its own.
  const room = (rows ?? Number.POSITIVE_INFINITY) - 1;
  const [first] = lines;
  if (first === undefined || lines.length <= room || room < 3) return lines;
  return [first, '…', ...lines.slice(2 - room)];
}

/** `name  text`, its further lines under the text. */
export function inColumns(head: string, headWidth: number, text: string, screen: Screen): string[] {
  const room = screen.width === undefined ? undefined : Math.max(screen.width - headWidth - 2, 20);
  const [first = '', ...rest] = wrap(text, room);
  return [
    `${head.padEnd(headWidth)}  ${first}`,
    ...rest.map((line) => `${' '.repeat(headWidth + 2)}${line}`),
  ];
}
