/** Whether a directive is as wanted in all places where it must be: blocks of nginx, hosts and folders of Apache. */
import type { ValueTest } from '#protocol/posture-value.ts';
import { listed, type Finding } from '../finding.ts';
import { describeValue, judgeValue } from '../judge-value.ts';
import type { InForce } from '../readers/directives.ts';

export interface Place {
  label: string;
  /** The lines in force there; none: nothing is set. */
  found: readonly InForce[];
}

export interface DirectiveTest {
  directive: string;
  about?: string | undefined;
  value?: ValueTest | undefined;
  default?: string | undefined;
  present?: boolean | undefined;
}

export function judgePlaces(places: readonly Place[], test: DirectiveTest): Finding {
  const name = test.about === undefined ? test.directive : `${test.directive} ${test.about}`;
  const wrong: string[] = [];
  const right: string[] = [];
  for (const { label, found } of places) {
    const values = found.map(({ args, place }) => ({ value: args.join(' '), place }));
    const shown =
      values.length > 0
        ? values.map(({ value, place }) => `${name} ${value} (${place})`)
        : [`${label}: ${name} not set${test.default === undefined ? '' : `, so ${test.default}`}`];
    const fits = (value: string): boolean => test.value === undefined || judgeValue(value, test.value);
    if (test.present === false) {
      const bad = values
        .filter(({ value }) => fits(value))
        .map(({ value, place }) => `${name} ${value} (${place})`);
      (bad.length > 0 ? wrong : right).push(...(bad.length > 0 ? bad : [`${label}: ${name} not so`]));
      continue;
    }
    const all =
      values.length > 0 ? values.map(({ value }) => value) : test.default === undefined ? [] : [test.default];
    (all.length > 0 && all.every(fits) ? right : wrong).push(...shown);
  }
  const want = test.value === undefined ? 'set' : describeValue(test.value);
  return {
    ok: wrong.length === 0,
    observed: listed([...new Set(wrong.length > 0 ? wrong : right)]) || `${name}: no such place`,
    expected: test.present === false ? `${name}: not ${want}` : `${name} ${want}`,
  };
}
