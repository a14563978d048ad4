/** The source over real servers: outages, recoveries, changes of a page, acceptance, and being killed in between. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProbeRecord } from '#protocol/probe-record.ts';
import type { SourceRecord } from '#protocol/record.ts';
import { probeSchema } from '../../../../../agent/probe-config.ts';
import type { ProbeConfig } from '../../../../../agent/probe-config.ts';
import { accept } from '../../../../../agent/sources/probe/accepted-pages.ts';
import { createProbeSource } from '../../../../../agent/sources/probe/probe-source.ts';
import type { Source } from '../../../../../agent/sources/source.ts';
import { NO_PROXY } from '../../../../../agent/transport/proxy.ts';
import { page, portal, startTestSite } from '../../../../support/probe/test-site.ts';
import type { TestSite } from '../../../../support/probe/test-site.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { start } from '../source-harness.ts';
import type { Run } from '../source-harness.ts';

let site: TestSite;
let stateDir: string;
let runs: Run[] = [];

beforeEach(async () => {
  site = await startTestSite(page(portal()));
  stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-probe-'));
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  runs = [];
  await site.stop();
  fs.rmSync(stateDir, { recursive: true });
});

/** Quick, below what settings allow. */
function config(more: Record<string, unknown> = {}): ProbeConfig {
  const parsed = probeSchema().parse({
    name: 'portal',
    target: site.url,
    cloaking: { enabled: false },
    ...more,
  });
  return { ...parsed, intervalMs: 5, retryMs: 5, timeoutMs: 2_000 };
}

function sourceOf(...probes: ProbeConfig[]): Source {
  return createProbeSource({ probes, proxy: NO_PROXY, stateDir, random: () => 0.5 });
}

function begin(source: Source, positions = new MemoryPositions(), now?: () => number): Run {
  const run = start(source, { positions, ...(now === undefined ? {} : { now }) });
  runs.push(run);
  return run;
}

function probes(records: readonly SourceRecord[]): ProbeRecord[] {
  return records.filter((record) => record.kind === 'probe');
}

const last = (records: readonly SourceRecord[]): ProbeRecord | undefined => probes(records).at(-1);

describe('reachability', () => {
  test('an outage is told once it is sure, and its end at once; in between nothing is repeated', async () => {
    const run = begin(sourceOf(config({ page: { enabled: false } })));
    expect(last(await run.until((records) => records.length === 1))).toMatchObject({
      aspect: 'reachability',
      change: 'first',
      state: 'ok',
      detail: { status: 200 },
    });
    let answers = 0;
    site.answer = (request, response) => {
      answers += 1;
      page('<p>Lỗi</p>', 503)(request, response);
    };
    const outage = last(await run.until((records) => records.length === 1));
    expect(outage).toMatchObject({
      change: 'change',
      state: 'failed',
      previousState: 'ok',
      findings: ['http-status'],
      reason: 'it answers with status 503',
    });
    expect(answers).toBe(2);
    for (let looks = 0; looks < 5; looks += 1) expect(await run.step()).toEqual([]);
    site.answer = page(portal());
    const end = last(await run.until((records) => records.length === 1));
    expect(end).toMatchObject({ change: 'change', state: 'ok', previousState: 'failed' });
  });

  test('one failed check among good ones is no outage', async () => {
    const run = begin(sourceOf(config({ page: { enabled: false }, failures: { needed: 2, of: 2 } })));
    await run.until((records) => records.length === 1);
    let count = 0;
    site.answer = (request, response) => {
      count += 1;
      (count % 3 === 0 ? page('', 500) : page(portal()))(request, response);
    };
    for (let looks = 0; looks < 9; looks += 1) expect(await run.step()).toEqual([]);
    expect(count).toBeGreaterThan(6);
  });

  test('a target down from the beginning is told as its first state, with how the others are', async () => {
    const positions = new MemoryPositions();
    const live = config({ page: { enabled: false } });
    // Who answers first is chance: how the others are is known of those that were asked.
    await begin(sourceOf(live), positions).until((all) => all.length === 1);
    const dead = config({ name: 'dead', target: 'tcp://127.0.0.1:1' });
    const run = begin(sourceOf(dead, live), positions);
    const records = probes(
      await run.until((all) => all.some((one) => one.kind === 'probe' && one.probe === 'dead')),
    );
    expect(records.find(({ probe }) => probe === 'dead')).toMatchObject({
      change: 'first',
      state: 'failed',
      findings: ['refused'],
      detail: { othersAsked: 1, othersDown: 0, allDown: false },
    });
  });

  test('what may not be asked is not assessed, and counts neither as up nor as down', async () => {
    const run = begin(sourceOf(config({ privateAddresses: 'refuse' })));
    expect(last(await run.until((records) => records.length === 1))).toMatchObject({
      change: 'first',
      state: 'not-assessed',
      findings: ['address-refused'],
    });
  });

  test('hours end in a summary of what was watched', async () => {
    let now = Date.parse('2026-11-26T01:00:00Z');
    const minute = 60_000;
    const run = begin(
      sourceOf({ ...config({ page: { enabled: false } }) }),
      new MemoryPositions(),
      () => now,
    );
    const seen: ProbeRecord[] = [];
    site.answer = page('', 200);
    while (seen.every(({ change }) => change !== 'summary')) {
      seen.push(...probes(await run.step()));
      now += minute;
      if (now === Date.parse('2026-11-26T01:30:00Z')) site.answer = page('', 500);
    }
    const summary = seen.find(({ change }) => change === 'summary');
    expect(summary?.detail).toMatchObject({
      fromMs: Date.parse('2026-11-26T01:00:00Z'),
      'state.reachability': 'failed',
    });
    const { upMs, downMs, checks } = summary?.detail ?? {};
    expect(Number(upMs) + Number(downMs)).toBeGreaterThan(55 * minute);
    expect(Number(upMs)).toBeGreaterThan(25 * minute);
    expect(Number(downMs)).toBeGreaterThan(25 * minute);
    expect(Number(checks)).toBeGreaterThan(20);
  });

  test('nothing is told in maintenance; what is still wrong afterwards is', async () => {
    // Local time, whatever the zone.
    let now = new Date(2026, 10, 26, 1, 0).getTime();
    const maintenance = [{ from: '02:00', to: '04:00' }];
    const positions = new MemoryPositions();
    const run = begin(sourceOf(config({ page: { enabled: false }, maintenance })), positions, () => now);
    await run.until((records) => records.length === 1);
    now = new Date(2026, 10, 26, 2, 10).getTime();
    site.answer = page('', 500);
    const during = [];
    for (let looks = 0; looks < 5; looks += 1) during.push(...probes(await run.step()));
    expect(during.filter(({ change }) => change !== 'summary')).toEqual([]);
    now = new Date(2026, 10, 26, 4, 5).getTime();
    const after = await run.until((records) => probes(records).some(({ change }) => change === 'change'));
    expect(last(after)).toMatchObject({ state: 'failed', findings: ['http-status'] });
  });
});

describe('a page', () => {
  const learnLooks = 3;
  const learning = { page: { learnLooks } };

  async function learn(run: Run): Promise<ProbeRecord | undefined> {
    const learned = (record: SourceRecord): boolean =>
      record.kind === 'probe' && record.findings?.includes('page-learned') === true;
    return last(await run.until((records) => records.some(learned)));
  }

  test('is learned, told when it is replaced, and when it is back', async () => {
    const run = begin(sourceOf(config(learning)));
    expect(await learn(run)).toMatchObject({ aspect: 'page', state: 'changed', detail: { accepted: false } });
    site.answer = page('<title>Hacked by X</title><h1>greetz</h1><p>Trang này đã thuộc về chúng tôi</p>');
    const told = last(await run.until((records) => records.length === 1));
    expect(told).toMatchObject({ aspect: 'page', state: 'failed' });
    expect(told?.findings).toEqual(['defaced', 'page-replaced', 'title-changed']);
    site.answer = page(portal());
    const back = await run.until((records) => probes(records).some(({ state }) => state === 'ok'));
    expect(last(back)).toMatchObject({ aspect: 'page', state: 'ok', previousState: 'failed' });
  });

  test('that was redesigned stays a finding until somebody accepts it', async () => {
    const run = begin(sourceOf(config(learning)));
    await learn(run);
    site.answer = page(
      '<title>Cổng mới</title><main class="moi"><p>Giao diện mới của cổng thông tin</p></main>',
    );
    const settled = (record: SourceRecord): boolean =>
      record.kind === 'probe' && record.findings?.includes('page-settled') === true;
    const candidate = last(await run.until((records) => records.some(settled)))?.detail?.['candidate'];
    expect(candidate).toMatch(/^[0-9a-f]{16}$/);
    for (let looks = 0; looks < 4; looks += 1) expect(await run.step()).toEqual([]);
    accept(stateDir, 'portal', String(candidate));
    expect(last(await run.until((records) => records.length === 1))).toMatchObject({
      aspect: 'page',
      state: 'ok',
      detail: { accepted: true, baseline: candidate },
    });
  });

  test('with news that come and go is quiet', async () => {
    let count = 0;
    site.answer = (request, response) => {
      count += 1;
      page(portal({ news: [`Bản tin thời sự ${'abcdefghij'[count % 10] ?? ''} của xã nhà`, 'Tin chung'] }))(
        request,
        response,
      );
    };
    const run = begin(sourceOf(config(learning)));
    await learn(run);
    for (let looks = 0; looks < 12; looks += 1) expect(await run.step()).toEqual([]);
  });
});

describe('cloaking', () => {
  const spam = portal({
    body: '<a href="https://b.example/">nhà cái uy tín</a> <a href="https://c.example/">tài xỉu</a>',
  });

  test.each([
    [
      'a search engine that gets spam',
      'engine-sees-spam',
      (agent: string) => (agent.includes('Googlebot') ? page(spam) : page(portal())),
    ],
    [
      'a search engine that gets another page',
      'engine-sees-other-page',
      (agent: string) =>
        page(agent.includes('Googlebot') ? '<p>Trang hoàn toàn khác cho máy tìm kiếm</p>' : portal()),
    ],
  ])('%s', async (_, finding, choose) => {
    site.answer = (request, response) => choose(request.headers['user-agent'] ?? '')(request, response);
    const run = begin(sourceOf(config({ cloaking: { enabled: true } })));
    const found = await run.until((records) => probes(records).some(({ aspect }) => aspect === 'cloaking'));
    expect(probes(found).find(({ aspect }) => aspect === 'cloaking')).toMatchObject({
      state: 'failed',
      findings: [finding],
    });
  });

  test('visitors of a search engine who are sent elsewhere', async () => {
    const other = await startTestSite(page('<p>casino</p>'));
    site.answer = (request, response) => {
      const { referer } = request.headers;
      if (referer === undefined) page(portal())(request, response);
      else response.writeHead(302, { location: other.url }).end();
    };
    const run = begin(sourceOf(config({ cloaking: { enabled: true }, privateAddresses: 'any' })));
    const found = await run.until((records) => probes(records).some(({ aspect }) => aspect === 'cloaking'));
    expect(last(found)).toMatchObject({ aspect: 'cloaking', findings: ['visitor-sent-elsewhere'] });
    await other.stop();
  });

  test('a site that lets no false search engine in is not assessed', async () => {
    site.answer = (request, response) => {
      const engine = request.headers['user-agent']?.includes('Googlebot') === true;
      (engine ? page('', 403) : page(portal()))(request, response);
    };
    const run = begin(sourceOf(config({ cloaking: { enabled: true } })));
    const found = await run.until((records) => probes(records).some(({ aspect }) => aspect === 'cloaking'));
    expect(probes(found).find(({ aspect }) => aspect === 'cloaking')).toMatchObject({
      state: 'not-assessed',
    });
  });
});

describe('killed in between', () => {
  test('goes on from what was committed: nothing is told twice, and no outage is forgotten', async () => {
    const positions = new MemoryPositions();
    const told: ProbeRecord[] = [];
    site.answer = page('', 500);
    for (let life = 0; life < 6; life += 1) {
      const run = begin(sourceOf(config({ page: { enabled: false } })), positions);
      told.push(...probes(await run.step()));
      // The item under way dies with the process.
      await run.pull();
      await run.stop();
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ change: 'first', state: 'failed' });
  });

  test('forgets targets that are no longer named, and begins anew with another address', async () => {
    const positions = new MemoryPositions();
    const first = begin(sourceOf(config({ page: { enabled: false } })), positions);
    await first.until((records) => records.length === 1);
    await first.stop();
    const moved = begin(sourceOf(config({ page: { enabled: false }, target: `${site.url}moi` })), positions);
    expect(last(await moved.until((records) => records.length === 1))).toMatchObject({ change: 'first' });
    await moved.stop();
    const none = begin(sourceOf(config({ name: 'other', page: { enabled: false } })), positions);
    await none.until((records) => records.length === 1);
    expect([...positions.entries()].map(([key]) => key).filter((key) => key.includes('portal'))).toEqual([]);
  });
});
