/**
 * The thread behind read-file.ts: reads a file of indicators and hands them over in parts, each when the last was taken.
 * A file that is too much for its memory ends the thread and nothing else.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { IndicatorFileError } from './indicator.ts';
import { guessForm, readIndicators } from './read-indicators.ts';
import type { FileToRead, ReadAnswer } from './read-file.ts';
import { Screen } from './screen.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread');

// Written by read-file.ts of this very version.
const { bytes, form: wanted, defaults, sources, allowed, partSize } = workerData as FileToRead;

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new IndicatorFileError('the file is not UTF-8: save it as UTF-8', { cause: error });
  }
}

function* answers(): Generator<ReadAnswer> {
  const text = textOf(bytes);
  const form = wanted ?? guessForm(text);
  const ofSource = new Map(sources.map(({ name, defaults }) => [name, defaults]));
  const result = readIndicators(form, text, {
    ...defaults,
    ofSource: (source) => ofSource.get(source),
    screen: new Screen(allowed),
  });
  const { indicators, ...rest } = result;
  for (let from = 0; from < indicators.length; from += partSize)
    yield { kind: 'part', indicators: indicators.slice(from, from + partSize) };
  yield { kind: 'end', report: { form, indicators: indicators.length, ...rest } };
}

const all = answers();

function next(): void {
  try {
    const { value, done } = all.next();
    if (done === true) port?.close();
    else port?.postMessage(value);
  } catch (error) {
    if (!(error instanceof IndicatorFileError)) throw error;
    const answer: ReadAnswer = { kind: 'refused', message: error.message };
    port?.postMessage(answer);
  }
}

port.on('message', next);
