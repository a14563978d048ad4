import { describe, expect, it } from 'vitest';
import { EVIDENCE_KINDS } from '../../../collector/compliance/evidence/all-kinds.ts';
import {
  inWords,
  periodsInWords,
  REASON_WORDS,
} from '../../../collector/compliance/evidence/reason-words.ts';
import { CATEGORY_TITLES } from '../../../collector/inventory/category-titles.ts';
import { INVENTORY_CATEGORIES } from '../../../collector/protocol/record-names.ts';
import { NOT_ASSESSED } from '../../../collector/vulnerability/standing.ts';
import { linkEvidence, type LinkableControl } from '../../../collector/compliance/evidence/link-evidence.ts';
import { COMMON_REASONS, reasonText } from '../../../collector/compliance/evidence/common-reasons.ts';

const placeOf = (control: string, path: readonly PropertyKey[]) => ({
  file: 'logs.yml',
  line: 3,
  field: `${control}.${path.join('.')}`,
});

function control(facts: Partial<LinkableControl>): LinkableControl {
  return { id: 'LG-06', levels: [3, 4, 5], thresholds: {}, evidence: [], ...facts };
}

const link = (one: LinkableControl) => linkEvidence([one], EVIDENCE_KINDS, placeOf);

describe('evidence entries of a catalogue', () => {
  it('take the threshold of their level', () => {
    const linked = link(
      control({
        thresholds: { within: { 3: 'P1D', 4: 'PT12H', 5: 'PT1H' } },
        evidence: [{ kind: 'agent-reporting', parameters: { within: { threshold: 'within' } } }],
      }),
    );
    expect(linked.problems).toEqual([]);
    expect(linked.evidenceOf('LG-06', 4)).toMatchObject([{ state: 'asked', params: { within: 'PT12H' } }]);
  });

  it('make no demand at a level without threshold, where the kind cannot do without', () => {
    const linked = link(
      control({
        thresholds: { within: { 4: 'P1D' }, share: { 4: 95 } },
        evidence: [
          { kind: 'agent-reporting', parameters: { within: { threshold: 'within' } } },
          { kind: 'agent-reporting', parameters: { within: 'P1D', share: { threshold: 'share' } } },
        ],
      }),
    );
    expect(linked.problems).toEqual([]);
    expect(linked.evidenceOf('LG-06', 3)).toMatchObject([
      { state: 'not-applicable', reason: { code: 'no-threshold' } },
      { state: 'asked', params: { within: 'P1D' } },
    ]);
  });

  it('are asked at their own levels only', () => {
    const linked = link(
      control({ evidence: [{ kind: 'agent-reporting', levels: [5], parameters: { within: 'P1D' } }] }),
    );
    expect(linked.evidenceOf('LG-06', 3)).toMatchObject([{ state: 'not-applicable' }]);
    expect(linked.evidenceOf('LG-06', 5)).toMatchObject([{ state: 'asked' }]);
  });

  it('say nothing about levels that the control does not have', () => {
    const linked = link(control({ evidence: [{ kind: 'agent-reporting', parameters: { within: 'P1D' } }] }));
    expect(linked.evidenceOf('LG-06', 1)).toEqual([]);
  });

  it('of an unknown kind are a gap, told once, and not assessed', () => {
    const linked = link(control({ evidence: [{ kind: 'tea-leaves', parameters: {} }] }));
    expect(linked.problems).toEqual([
      {
        ...placeOf('LG-06', ['evidence', 0, 'kind']),
        control: 'LG-06',
        kind: 'unknown-kind',
        message: 'there is no evidence of kind tea-leaves',
      },
    ]);
    expect(linked.evidenceOf('LG-06', 3)).toMatchObject([
      { state: 'not-assessed', reason: { code: 'no-source', args: { kind: 'tea-leaves' } } },
    ]);
  });

  it.each([
    ['a period that is none', 'agent-reporting', { within: '3 days' }, 'within'],
    ['a parameter too many', 'agent-reporting', { within: 'P1D', withn: 1 }, ''],
    ['a parameter that is missing', 'agent-reporting', {}, 'within'],
    ['a threshold that does not exist', 'agent-reporting', { within: { threshold: 'no' } }, 'within'],
    ['both a control and checks', 'posture', { control: 'CF-01', checks: ['x'] }, ''],
  ])('with %s are told with the field, and not assessed', (_what, kind, parameters, field) => {
    const linked = link(control({ evidence: [{ kind, parameters }] }));
    expect(linked.problems).toHaveLength(1);
    expect(linked.problems[0]).toMatchObject({
      file: 'logs.yml',
      line: 3,
      field: ['LG-06.evidence.0', field].filter((part) => part !== '').join('.'),
    });
    expect(linked.evidenceOf('LG-06', 3)).toMatchObject([{ state: 'not-assessed' }]);
  });
});

describe('texts of reasons', () => {
  it('are there in both languages, with the same places, for every kind', () => {
    const places = (line: string) =>
      new Set([...line.matchAll(/\{(\w+(?::\w+)?)\}/g)].map(([, name]) => name));
    for (const reasons of [COMMON_REASONS, ...[...EVIDENCE_KINDS.values()].map((kind) => kind.reasons)])
      for (const { vi, en } of Object.values(reasons)) expect(places(vi)).toEqual(places(en));
  });

  it('name a set of words wherever a code stands, and one that there is', () => {
    const coded = new Set(['kinds', 'logs', 'list', 'roles', 'categories', 'code']);
    for (const reasons of [COMMON_REASONS, ...[...EVIDENCE_KINDS.values()].map((kind) => kind.reasons)])
      for (const { vi } of Object.values(reasons))
        for (const [place, name = '', set] of vi.matchAll(/\{(\w+)(?::(\w+))?\}/g)) {
          const isKnown = set === undefined ? !coded.has(name) : Object.hasOwn(REASON_WORDS, set);
          expect(isKnown, `${place} in "${vi}"`).toBe(true);
        }
    for (const reason of NOT_ASSESSED)
      expect(inWords('standing', `silent, ${reason}`).vi).not.toMatch(new RegExp(`silent|${reason}`));
    // How reading went stands in the last one; nothing of it is shown.
    const shown = INVENTORY_CATEGORIES.filter((name) => name !== 'collection');
    expect(Object.keys(CATEGORY_TITLES)).toEqual(expect.arrayContaining(shown));
    expect(inWords('role', 'analyst 3, guest 1').en).toBe('analysts 3, guest 1');
    expect(inWords('field', 'mac 40 %').vi).toBe('địa chỉ MAC 40 %');
  });

  it('say periods in words', () => {
    const period = (within: string) => reasonText({ code: 'too-new', args: { within, enrolled: '-' } });
    expect(period('P3M').vi).toContain('chưa đủ 3 tháng để');
    expect(period('P1Y').en).toContain('less than 1 year ago');
    expect(period('P1DT2H30M').en).toContain('1 day 2 hours 30 minutes');
    expect(period('PT15M').vi).toContain('15 phút');
    expect(period('P3').vi).toContain('P3');
    const text = { vi: 'trong P45D, máy PT-01', en: 'within P45D, host P1-2' };
    expect(periodsInWords(text)).toEqual({ vi: 'trong 45 ngày, máy PT-01', en: 'within 45 days, host P1-2' });
  });

  it('hide no common reason by one of their own', () => {
    for (const { reasons } of EVIDENCE_KINDS.values())
      expect(Object.keys(reasons).filter((code) => code in COMMON_REASONS)).toEqual([]);
  });

  it('show arguments in their places and leave what is not given', () => {
    expect(reasonText({ code: 'silent', args: { since: '$&' } }).en).toContain('since $&:');
    expect(reasonText({ code: 'silent', args: {} }).vi).toContain('{since}');
    expect(reasonText({ code: 'of-tomorrow', args: {} })).toEqual({ vi: 'of-tomorrow', en: 'of-tomorrow' });
  });
});
