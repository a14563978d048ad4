/** Gathers what a reader finds: indicators once each, refusals counted and the first of them kept, what was left out by kind. */
import { canonical } from './canonical.ts';
import {
  INDICATOR_LIMITS,
  TLP_LEVELS,
  type Indicator,
  type IndicatorFault,
  type IndicatorKind,
  type ReadDefaults,
  type ReadResult,
  type Refusal,
  type Tlp,
  type Warned,
} from './indicator.ts';

const SHOWN_CHARS = 120;
/** Control characters, and those that turn the direction of writing. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;

/** What a file says of one value; what it leaves out comes from the defaults. */
export interface Said {
  confidence?: number | undefined;
  source?: string | undefined;
  validUntilMs?: number | null | undefined;
  tlp?: Tlp | null | undefined;
  tags?: readonly string[] | undefined;
  description?: string | undefined;
}

/** One line, no longer than may be. */
export function tidy(text: string, charsMax: number): string {
  const plain = text.replaceAll(UNSEEN, ' ').trim();
  return plain.length > charsMax ? plain.slice(0, charsMax).toWellFormed().trim() : plain;
}

/** `TLP:AMBER`, `amber`, `tlp:white`; undefined where it is none. */
export function tlpOf(text: string): Tlp | undefined {
  const level = text
    .trim()
    .toLowerCase()
    .replace(/^tlp[:\s-]*/, '');
  return level === 'white' ? 'clear' : TLP_LEVELS.find((known) => known === level);
}

export class ReadGathering {
  readonly #defaults: ReadDefaults;
  readonly #found = new Map<string, Indicator>();
  readonly #refusals: Refusal[] = [];
  readonly #skipped = new Map<string, number>();
  readonly #warnings: Warned[] = [];
  #refused = 0;
  #warned = 0;

  constructor(defaults: ReadDefaults) {
    this.#defaults = defaults;
  }

  /** @param place where it stands, for a refusal */
  take(place: string, kind: IndicatorKind, text: string, said: Said): void {
    const made = canonical(kind, text);
    if ('fault' in made) return this.refuse(place, text, made.fault);
    const defaults = this.#defaults;
    const screened = defaults.screen?.judge(kind, made.value);
    if (screened !== undefined) {
      if ('fault' in screened) return this.refuse(place, text, screened.fault);
      this.#warn({ place, value: made.value, warning: screened.warning });
    }
    const named = tidy(said.source ?? '', INDICATOR_LIMITS.sourceCharsMax);
    const source = named === '' ? defaults.source : named;
    const own = defaults.ofSource?.(source);
    const indicator: Indicator = {
      kind,
      value: made.value,
      confidence: said.confidence ?? own?.confidence ?? defaults.confidence,
      source,
      validUntilMs: firstSaid(said.validUntilMs, own?.validUntilMs, defaults.validUntilMs),
      tlp: said.tlp ?? own?.tlp ?? defaults.tlp ?? null,
      tags: tidyTags(said.tags ?? []),
      description: tidy(said.description ?? '', INDICATOR_LIMITS.descriptionCharsMax),
    };
    const key = `${kind} ${indicator.source} ${made.value}`;
    const before = this.#found.get(key);
    if (before === undefined) this.#found.set(key, indicator);
    else {
      this.#found.set(key, longer(before, indicator));
      this.skip('duplicate');
    }
  }

  #warn({ place, value, warning }: Warned): void {
    this.#warned += 1;
    if (this.#warnings.length >= INDICATOR_LIMITS.refusalsListedMax) return;
    this.#warnings.push({ place: tidy(place, SHOWN_CHARS), value: tidy(value, SHOWN_CHARS), warning });
  }

  refuse(place: string, value: string, fault: IndicatorFault): void {
    this.#refused += 1;
    if (this.#refusals.length >= INDICATOR_LIMITS.refusalsListedMax) return;
    this.#refusals.push({ place: tidy(place, SHOWN_CHARS), value: tidy(value, SHOWN_CHARS), fault });
  }

  /** @param what e.g. `to_ids=false` */
  skip(what: string): void {
    const isListed = this.#skipped.has(what) || this.#skipped.size < INDICATOR_LIMITS.skippedListedMax;
    const name = isListed ? tidy(what, SHOWN_CHARS) : 'other';
    this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + 1);
  }

  result(): ReadResult {
    return {
      indicators: [...this.#found.values()],
      refusals: this.#refusals,
      refusedCount: this.#refused,
      warnings: this.#warnings,
      warnedCount: this.#warned,
      skipped: Object.fromEntries(this.#skipped),
    };
  }
}

/** Null is said, too: until it is removed. */
function firstSaid(...said: readonly (number | null | undefined)[]): number | null {
  return said.find((one) => one !== undefined) ?? null;
}

/** Of two that say the same: the surer, for as long as either holds. */
function longer(one: Indicator, other: Indicator): Indicator {
  const surer = other.confidence > one.confidence ? other : one;
  const forEver = one.validUntilMs === null || other.validUntilMs === null;
  const validUntilMs = forEver ? null : Math.max(one.validUntilMs ?? 0, other.validUntilMs ?? 0);
  return { ...surer, validUntilMs };
}

function tidyTags(tags: readonly string[]): string[] {
  const tidied = tags.map((tag) => tidy(tag, INDICATOR_LIMITS.tagCharsMax)).filter((tag) => tag !== '');
  return [...new Set(tidied)].slice(0, INDICATOR_LIMITS.tagsMax);
}
