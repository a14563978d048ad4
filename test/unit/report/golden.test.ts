/** One document of each kind in each format is what it was when this was written. Look at the files before changing a digest. */
import { expect, it } from 'vitest';
import { documentOf } from '../../../collector/report/document-of.ts';
import { render, RENDERED_FORMATS, type RenderedFormat } from '../../../collector/report/render.ts';
import type { ReportKind } from '../../../collector/report/report-words.ts';
import { contentDigest } from './read-office.ts';
import { mau08ReportBody, summaryBody } from './sample-bodies.ts';

const BODIES = {
  'mau-08': mau08ReportBody(),
  yearly: summaryBody('yearly', '2026'),
  monitoring: summaryBody('monitoring', '2026-H2'),
  quarterly: summaryBody('quarterly', '2026-Q4'),
  monthly: summaryBody('monthly', '2026-11'),
} satisfies Record<ReportKind, unknown>;

const GOLDEN: Readonly<Record<ReportKind, Readonly<Record<RenderedFormat, string>>>> = {
  'mau-08': {
    docx: 'e9a9510aefef00adb08ac6c49150892fd95b79cfb365c22919dd06d6f2012b7d',
    xlsx: 'b532149b2a1491f774267e4920e6d79db07e5e60f8b7f75eb75e4a62a1c5f9f8',
    pdf: '2602844f05f21ccefe9d8e617813f85a67b4f8726a13b0b7a9ea64a7ba00034b',
  },
  yearly: {
    docx: '9fef3739844ca238d2208fc675f34b04e9e1b50f9b077921485d09cdbf00da4b',
    xlsx: '35e9d1ad65eeb68d38f6ee73b4107f702d7e47d2c74b47049168c3a426e71029',
    pdf: 'cedd2d90d2cf81ea9e11bcade9ba9a0d50fa569dcb708a134a09fe48712f91e5',
  },
  monitoring: {
    docx: 'b82cbd2c37b31907695167fd9d37a28b2cfbbee51ae99fb49303c9a6de86a482',
    xlsx: '08ddd2857721b005efdbd9d42caa3a0e10d36e2a96361c1e56716f15714c4490',
    pdf: 'ca00abee543c51e8aab31231a2cbd6b250cd628a58c9d59621ba3264bda26e91',
  },
  quarterly: {
    docx: 'e20cf227b487fcbb0a0f2109ff7bc8e1a163574bbce517c4b2cc4fa6ecf5f826',
    xlsx: 'a258597d64f4bb544d81c010d7cfbb158db0127adf5d20b35ff4b24f832fa6f8',
    pdf: '7a9253541ad8fd7ace88e197b39d6bcf0734ed346f0ca710086b55d04ef22584',
  },
  monthly: {
    docx: '4588db9a4b7ea557e18a2d4479cb01cef40c803254f54268b2879b679cedd72d',
    xlsx: 'b07c8998793cb4a3999be56a205fe5e43d48e0c0792595328ba83816489d90e4',
    pdf: 'db025e399af6dee6e99bc8425698fca731a25e0d18e5805f639843b849bcdee0',
  },
};

it.each(Object.entries(BODIES))('%s', async (kind, body) => {
  const found = RENDERED_FORMATS.map(
    async (format) => [format, contentDigest(await render(documentOf(body), format))] as const,
  );
  expect(Object.fromEntries(await Promise.all(found))).toEqual(Reflect.get(GOLDEN, kind));
});
