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
    docx: 'dd0ab83cbc92a111e99a928c9c6e47e2bef0499b8d6ee889e40e432c1954d81c',
    xlsx: 'b532149b2a1491f774267e4920e6d79db07e5e60f8b7f75eb75e4a62a1c5f9f8',
    pdf: '5eebc438a152294900b81403837b6716b6b990519b015c6e9a1d1729f4a8ac3c',
  },
  yearly: {
    docx: '5f2139117cd78325991c8dbb9e702f9f5ac5ff9f8c4d1b8159d2373c71e865cd',
    xlsx: '35e9d1ad65eeb68d38f6ee73b4107f702d7e47d2c74b47049168c3a426e71029',
    pdf: 'be59bfda7d4a8d98285b5575d87020cf7aaafcb9c050c9caa25dc1dd392e9056',
  },
  monitoring: {
    docx: 'd75ee97bcb2e4a8d5dae7e3bfdca45031cd916a03c919eac08416195edf2ac09',
    xlsx: '08ddd2857721b005efdbd9d42caa3a0e10d36e2a96361c1e56716f15714c4490',
    pdf: '82e0fac6436f92f09b052d0353bb86a86e52ed145adcab1b2916ab5f1485acbe',
  },
  quarterly: {
    docx: '0c95e8737b3df316823f8ac2508d23cfd983d0241d263a4eed4f78278112ecba',
    xlsx: 'a258597d64f4bb544d81c010d7cfbb158db0127adf5d20b35ff4b24f832fa6f8',
    pdf: '61264fcf9b01397a8555eeac2633261de4c41f2190d604b424e792e4ba297912',
  },
  monthly: {
    docx: '33bb8dda7bc37810754ac1cc70c189e7539ab81daf53ce3c1895b53f7adc3a80',
    xlsx: 'b07c8998793cb4a3999be56a205fe5e43d48e0c0792595328ba83816489d90e4',
    pdf: '1900522431fec44d553dcc0ba6ea54a1cb35cb924372b405393a9a5e40aa0ca8',
  },
};

it.each(Object.entries(BODIES))('%s', async (kind, body) => {
  const found = RENDERED_FORMATS.map(
    async (format) => [format, contentDigest(await render(documentOf(body), format))] as const,
  );
  expect(Object.fromEntries(await Promise.all(found))).toEqual(Reflect.get(GOLDEN, kind));
});
