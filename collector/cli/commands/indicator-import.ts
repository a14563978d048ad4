/** `vonggac indicator import FILE`: read here, and sent in parts that are each soon done with. */
import path from 'node:path';
import { faultyField, IndicatorFileError, type ReadResult, type Tlp } from '../../indicator/indicator.ts';
import { guessForm, readIndicators, type IndicatorForm } from '../../indicator/read-indicators.ts';
import { Screen } from '../../indicator/screen.ts';
import { PART_INDICATORS } from '../../registry/indicator/uploads.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  indicatorCompare,
  indicatorReading,
  indicatorUploadBegin,
  indicatorUploadEnd,
  indicatorUploadPart,
} from '../operations/indicator.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { readNamedText } from '../named-file.ts';

const DAY_MS = 86_400_000;
const CONFIDENCE = 50;

export interface IndicatorImportFlags {
  form?: IndicatorForm;
  source?: string;
  confidence?: number;
  days?: number;
  tlp?: Tlp;
  dryRun?: boolean;
  json?: boolean;
}

/** @returns failure when an entry was refused, though the rest was taken */
export async function importIndicatorsCommand(
  context: CommandContext,
  file: string,
  flags: IndicatorImportFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const text = readNamedText(context, file);
  const form = flags.form ?? guessForm(text);
  const result = await read(context, text, form, file, flags);
  const told = { form, refused: result.refusedCount, warned: result.warnedCount, skipped: result.skipped };
  if (flags.json !== true) tell(context, form, result);
  if (flags.dryRun === true) {
    const counts = await compared(context, result);
    print(
      flags.json === true
        ? JSON.stringify({ ...told, refusals: result.refusals, counts }, undefined, 2)
        : m.indicator.tried(counts),
    );
  } else if (result.indicators.length === 0) {
    print(flags.json === true ? JSON.stringify({ ...told, job: null }, undefined, 2) : m.indicator.empty);
  } else {
    const job = await sent(context, path.basename(file), result);
    print(flags.json === true ? JSON.stringify({ ...told, job }, undefined, 2) : m.indicator.job(job.id));
  }
  return result.refusedCount === 0 ? EXIT.ok : EXIT.failure;
}

async function read(
  context: CommandContext,
  text: string,
  form: IndicatorForm,
  file: string,
  { source, confidence, days, tlp }: IndicatorImportFlags,
): Promise<ReadResult> {
  const { sources, allowed } = await call(context, indicatorReading, {});
  const ofSource = new Map(sources.map(({ name, defaults }) => [name, defaults]));
  try {
    return readIndicators(form, text, {
      source: source ?? path.basename(file),
      confidence: confidence ?? CONFIDENCE,
      validUntilMs: days === undefined ? null : Date.now() + days * DAY_MS,
      tlp,
      ofSource: (name) => ofSource.get(name),
      screen: new Screen(allowed),
    });
  } catch (error) {
    if (!(error instanceof IndicatorFileError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, { cause: error });
  }
}

function tell({ m, print, complain }: CommandContext, form: IndicatorForm, result: ReadResult): void {
  const { indicators, refusals, refusedCount, warnings, warnedCount, skipped } = result;
  for (const { place, value, fault } of refusals)
    complain(m.indicator.refused(place, faultyField(fault), printable(value), m.indicator.fault(fault)));
  if (refusedCount > refusals.length) complain(m.indicator.moreRefused(refusedCount - refusals.length));
  for (const { value, warning } of warnings)
    complain(m.indicator.warned(printable(value), m.indicator.warning(warning)));
  print(m.indicator.read(form, indicators.length, refusedCount, warnedCount));
  for (const [what, count] of Object.entries(skipped)) print(m.indicator.skipped(printable(what), count));
}

function* parts({ indicators }: ReadResult) {
  for (let from = 0; from < indicators.length; from += PART_INDICATORS)
    yield indicators.slice(from, from + PART_INDICATORS);
}

async function compared(context: CommandContext, result: ReadResult) {
  const sum = { added: 0, updated: 0, unchanged: 0, expired: 0, retired: 0 };
  for (const part of parts(result)) {
    const counts = await call(context, indicatorCompare, { indicators: part });
    sum.added += counts.added;
    sum.updated += counts.updated;
    sum.unchanged += counts.unchanged;
    sum.expired += counts.expired;
    sum.retired += counts.retired;
  }
  return sum;
}

async function sent(context: CommandContext, name: string, result: ReadResult) {
  const { uploadId } = await call(context, indicatorUploadBegin, {});
  let seq = 0;
  for (const part of parts(result)) {
    await call(context, indicatorUploadPart, { uploadId, seq, indicators: part });
    seq += 1;
  }
  const { refusedCount, indicators } = result;
  const refusals = [...result.refusals];
  const told = { name, indicators: indicators.length, refusedCount, refusals };
  return call(context, indicatorUploadEnd, { uploadId, ...told });
}
