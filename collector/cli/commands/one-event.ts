/** One event as a user names it: JSON itself, a JSON file, a line of NDJSON (`file:12`), or standard input. */
import { stat } from 'node:fs/promises';
import { EXIT } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';
import { printable } from '../printable.ts';
import { openLines, parseEvent, placeName, readFault, type Fields } from './event-stream.ts';
import { SigmaInputError } from './sigma-input.ts';

const EVENT_CHARS_MAX = 64 * 1_048_576;

/** @throws SigmaInputError when there is no such event, or more than one */
export async function readEvent(
  place: string,
  m: Messages['sigma'],
  standardInput: AsyncIterable<Buffer>,
): Promise<Fields> {
  if (place.trimStart().startsWith('{')) return parse(place, place.slice(0, 40), m);
  const [, file, number] = /^(.+):(\d+)$/.exec(place) ?? [];
  try {
    if (file !== undefined && number !== undefined && !(await exists(place)))
      return await readLine(file, Number(number), m);
    return await readWhole(place, m, standardInput);
  } catch (error) {
    const fault = readFault(error);
    if (fault === undefined) throw error;
    throw new SigmaInputError(m.cannotRead(placeName(file ?? place), fault), EXIT.failure, { cause: error });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function parse(text: string, name: string, m: Messages['sigma']): Fields {
  try {
    return parseEvent(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SigmaInputError(m.explain.badEvent(printable(name), printable(reason)), EXIT.failure, {
      cause: error,
    });
  }
}

async function readLine(file: string, wanted: number, m: Messages['sigma']): Promise<Fields> {
  const name = `${file}:${String(wanted)}`;
  let last = 0;
  for await (const { first, lines } of openLines(file, NO_INPUT)) {
    last = first + lines.length - 1;
    if (wanted > last) continue;
    const text = lines[wanted - first]?.toString('utf8') ?? '';
    if (text.trim() === '') break;
    return parse(text, name, m);
  }
  throw new SigmaInputError(
    wanted > last ? m.explain.noLine(file, last) : m.explain.emptyLine(name),
    EXIT.failure,
  );
}

async function readWhole(
  place: string,
  m: Messages['sigma'],
  standardInput: AsyncIterable<Buffer>,
): Promise<Fields> {
  const name = placeName(place);
  let text = '';
  for await (const { lines } of openLines(place, standardInput)) {
    for (const line of lines) text += `${line?.toString('utf8') ?? ''}\n`;
    if (text.length > EVENT_CHARS_MAX) throw new SigmaInputError(m.explain.severalEvents(name), EXIT.failure);
  }
  try {
    return parseEvent(text);
  } catch (error) {
    const [first = '', second] = text.split('\n').filter((line) => line.trim() !== '');
    if (second !== undefined && isEvent(first))
      throw new SigmaInputError(m.explain.severalEvents(name), EXIT.failure, { cause: error });
    return parse(text, name, m);
  }
}

function isEvent(line: string): boolean {
  try {
    parseEvent(line);
    return true;
  } catch {
    return false;
  }
}

const NO_INPUT: AsyncIterable<Buffer> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};
