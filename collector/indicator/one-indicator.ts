/** One indicator as a person writes it: of the one form, with the defaults of its source, and not what everybody uses. */
import { canonical, guessKind } from './canonical.ts';
import { explainFault } from './explain.ts';
import {
  faultyField,
  type Indicator,
  type IndicatorFault,
  type IndicatorKind,
  type IndicatorWarning,
  type SourceDefaults,
} from './indicator.ts';
import { Screen, type Allowed } from './screen.ts';

/** Where neither the person nor the source says. */
const CONFIDENCE = 50;

export interface Written extends Pick<Indicator, 'source' | 'tags' | 'description'>, SourceDefaults {
  /** Left out: told by the value. */
  kind?: IndicatorKind | undefined;
  value: string;
}

/** What somebody wrote is no indicator. */
export class IndicatorFaultError extends Error {
  override readonly name = 'IndicatorFaultError';
  readonly fault: IndicatorFault;
  readonly field: string;

  constructor(fault: IndicatorFault) {
    super(explainFault(fault));
    this.fault = fault;
    this.field = faultyField(fault);
  }
}

/** @throws IndicatorFaultError */
export function makeIndicator(
  written: Written,
  sources: readonly { name: string; defaults: SourceDefaults }[],
  allowed: readonly Allowed[],
): { indicator: Indicator; warning: IndicatorWarning | undefined } {
  const kind = written.kind ?? guessKind(written.value);
  if (kind === undefined) throw new IndicatorFaultError('unknown-kind');
  const made = canonical(kind, written.value);
  if ('fault' in made) throw new IndicatorFaultError(made.fault);
  const screened = new Screen(allowed).judge(kind, made.value);
  if (screened !== undefined && 'fault' in screened) throw new IndicatorFaultError(screened.fault);
  const { source, tags, description, confidence, validUntilMs, tlp } = written;
  const own = sources.find(({ name }) => name === source)?.defaults;
  const indicator: Indicator = {
    kind,
    value: made.value,
    source,
    confidence: confidence ?? own?.confidence ?? CONFIDENCE,
    validUntilMs: (validUntilMs === undefined ? own?.validUntilMs : validUntilMs) ?? null,
    tlp: (tlp === undefined ? own?.tlp : tlp) ?? null,
    tags,
    description,
  };
  return { indicator, warning: screened?.warning };
}
