/** Hosts are brought on watch with the commands that the console shows, and what one took for its state is approved. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { DEMO_HOSTS } from '../../scripts/stage/attack-morning.ts';
import { settled } from '../../scripts/stage/browser.ts';
import { STAGE_PASSWORD } from '../../scripts/stage/people.ts';
import { SiteClient } from '../../scripts/stage/site-client.ts';
import { journey } from './support/journey.ts';
import { RealAgent } from './support/real-agent.ts';

const run = promisify(execFile);
/** What the archive of the test holds in the place of the agent's launcher. */
const PROGRAM = '#!/bin/sh\nexit 0\n';

const packageList = z.object({
  packages: z.array(
    z.object({ name: z.string(), kind: z.string(), sha256: z.string(), downloads: z.number() }),
  ),
});
const hostOf = z.object({ agencyName: z.string(), group: z.string() });
const baselines = z.object({
  baselines: z.array(z.object({ agentId: z.string(), digest: z.string().nullable(), standing: z.string() })),
});

/** Packages as `npm run package` names them; the archive holds one file, the others any bytes. */
async function putPackages(dataDir: string): Promise<void> {
  const folder = path.join(dataDir, 'packages');
  const content = path.join(await mkdtemp(path.join(os.tmpdir(), 'vonggac-e2e-packages-')), 'vonggac-agent');
  onTestFinished(() => rm(path.dirname(content), { recursive: true }));
  await mkdir(content);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(content, 'vonggac-agent'), PROGRAM, { mode: 0o755 });
  await writeFile(path.join(folder, 'vonggac-agent-0.9.0-x64.msi'), randomBytes(4_000));
  await writeFile(path.join(folder, 'vonggac-agent_0.9.0_amd64.deb'), randomBytes(3_000));
  await writeFile(path.join(folder, 'ghi chú.txt'), 'không phải gói');
  const archive = path.join(folder, 'vonggac-agent-0.9.0-linux-x64.tar.gz');
  await run('tar', ['-czf', archive, '-C', path.dirname(content), 'vonggac-agent']);
}

journey('who installs', ({ as, agency, dataDir, url }) => {
  let admin: SiteClient | undefined;
  const client = (): SiteClient => {
    if (admin === undefined) throw new Error('nobody signed in');
    return admin;
  };
  beforeAll(async () => {
    admin = new SiteClient(url());
    await admin.signIn('admin', STAGE_PASSWORD);
  });

  test('gets ready commands for Windows and Linux with the packages’ digests, and the Linux one brings a host in', async () => {
    await putPackages(dataDir());
    const page = await as('admin', '/hosts/install');
    await settled(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    expect(await page.getByTestId('package-row').count()).toBe(3);
    expect(await page.getByTestId('packages-refused').innerText()).toContain('ghi chú.txt');
    // Without a mouse: the form is sent by Enter, the ways are buttons.
    await page.getByTestId('install-agency').selectOption(String(agency().id));
    await page.getByTestId('install-group').fill('một cửa');
    await page.getByTestId('install-uses').fill('7');
    await page.getByTestId('install-days').fill('2');
    await page.getByTestId('install-days').press('Enter');
    const shown = page.getByTestId('install-commands');
    await shown.waitFor();
    expect(await page.getByTestId('install-made').innerText()).toContain('7 máy');
    const ways: Record<string, string> = { powershell: 'msi', gpo: 'msi' };
    const commands: Record<string, string> = {};
    for (const way of ['powershell', 'msi', 'gpo', 'deb', 'tar.gz']) {
      await page.getByTestId('install-ways').locator(`[data-value="${way}"]`).press('Enter');
      await page.getByTestId('install-copy').press('Enter');
      commands[way] = z.string().parse(await page.evaluate('navigator.clipboard.readText()'));
      expect(commands[way].replaceAll('\r', '').trim()).toBe(
        (await shown.innerText()).replaceAll('\r', '').trim(),
      );
    }
    const { packages } = packageList.parse(await client().call('GET', '/packages'));
    const [token] = /vgjoin1[\w.-]+/u.exec(commands['msi'] ?? '') ?? [];
    if (token === undefined) throw new Error('no token in the command');
    const lacking = Object.entries(commands).flatMap(([way, command]) => {
      const offered = packages.find(({ kind }) => kind === (ways[way] ?? way));
      // What the host fetches itself is held against its digest.
      const digest = way === 'msi' || way === 'gpo' ? [] : [offered?.sha256 ?? '?'];
      return [token, url(), offered?.name ?? '?', ...digest]
        .filter((part) => !command.includes(part))
        .map((part) => `${way}: ${part}`);
    });
    expect(lacking).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByTestId('install-ways').locator('[data-value="msi"]').click();
    await page.getByTestId('install-save-join').click();
    expect(await readFile(await (await saved).path(), 'utf8')).toBe(`URL=${url()}\r\nTOKEN=${token}\r\n`);

    // The archive's own steps as they were copied: fetched, held against its digest, unpacked; sudo and the place are the test's.
    const place = await mkdtemp(path.join(os.tmpdir(), 'vonggac-e2e-unpacked-'));
    onTestFinished(() => rm(place, { recursive: true }));
    const steps = (commands['tar.gz'] ?? '').split(' &&\n');
    const enrol = steps.findIndex((step) => step.includes(' enrol '));
    const script = steps.slice(0, enrol).join(' &&\n').replaceAll('/opt/vonggac-agent', place);
    await run('sh', ['-c', `sudo() { "$@"; }\n${script}`], { env: { ...process.env, TMPDIR: place } });
    expect(await readFile(path.join(place, 'vonggac-agent'), 'utf8')).toBe(PROGRAM);
    const agent = await RealAgent.byCommand(
      (steps[enrol] ?? '').replace('sudo /opt/vonggac-agent/vonggac-agent', 'npx vonggac-agent'),
    );
    onTestFinished(() => agent.stop());
    expect(hostOf.parse(await client().call('GET', `/agents/${agent.id}`))).toEqual({
      agencyName: agency().name,
      group: 'một cửa',
    });
    const fetched = async () =>
      packageList
        .parse(await client().call('GET', '/packages'))
        .packages.find(({ kind }) => kind === 'tar.gz')?.downloads;
    await expect.poll(fetched).toBe(1);
  });

  test('copies a command that brings a host into its agency and group; its baseline is approved, and taken back', async () => {
    const page = await as('admin', '/administration/join-tokens');
    await settled(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByTestId('new-join-token').click();
    const form = page.getByTestId('create-join-token');
    await form.locator('select').first().selectOption(String(agency().id));
    await form.getByLabel('Nhóm').fill('văn phòng');
    await page.getByTestId('create-join-token-submit').click();
    await page.getByTestId('install-commands').waitFor();
    await page.locator('.vg-install button').first().click();
    const copied = z.string().parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toBe((await page.getByTestId('install-commands').innerText()).trim());
    const command = copied.split('\n').find((line) => line.includes(' enrol '));
    const agent = await RealAgent.byCommand(command ?? '');
    onTestFinished(() => agent.stop());
    await page.getByTestId('made-token-close').click();
    expect(hostOf.parse(await client().call('GET', `/agents/${agent.id}`))).toEqual({
      agencyName: agency().name,
      group: 'văn phòng',
    });

    await writeFile(path.join(agent.watched, 'web.conf'), 'listen 80\n');
    const standing = async () =>
      baselines
        .parse(await client().call('GET', '/integrity/baselines'))
        .baselines.find(({ agentId }) => agentId === agent.id);
    await expect.poll(async () => (await standing())?.standing, { timeout: 60_000 }).toBe('never');
    await page.goto(`${url()}/integrity/baselines`);
    const row = page.locator(`[data-testid="baseline-row"]:has(a[href*="${agent.id}"])`);
    await row.getByTestId('baseline-approve').click();
    expect(await page.getByTestId('approve-baselines').innerText()).toContain(
      (await standing())?.digest ?? '?',
    );
    await page.getByTestId('approve-note').fill('Máy mới cài');
    await page.getByTestId('approve-baselines-submit').click();
    await page.getByTestId('approve-baselines').waitFor({ state: 'detached' });
    await row.and(page.locator('[data-standing="approved"]')).filter({ hasText: 'Máy mới cài' }).waitFor();
    // Taken back at once by the note's own way, then approved again and withdrawn with a look at what was.
    await page.locator('.vg-toast-action').last().click();
    await row.and(page.locator('[data-standing="never"]')).waitFor();
    await row.getByTestId('baseline-approve').click();
    await page.getByTestId('approve-baselines-submit').click();
    await row.and(page.locator('[data-standing="approved"]')).waitFor();
    await appendFile(path.join(agent.watched, 'web.conf'), 'listen 443\n');
    await expect.poll(async () => (await standing())?.standing, { timeout: 60_000 }).toBe('changed');
    await page.reload();
    await row.and(page.locator('[data-standing="changed"]')).waitFor();
    await row.getByTestId('baseline-withdraw').click();
    await page.getByTestId('withdraw-baseline-submit').click();
    await row.and(page.locator('[data-standing="never"]')).waitFor();
  });

  test('holds a list of machines against the hosts: which lack an agent and why, and takes the list along', async () => {
    const [known] = DEMO_HOSTS;
    if (known === undefined) throw new Error('nobody is on the stage');
    const page = await as('admin', '/hosts/installed');
    await settled(page);
    await page.getByTestId('installed-import').press('Enter');
    const choose = (...rows: string[]) =>
      page.getByTestId('machines-file').setInputFiles({
        name: 'may-tinh.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(['Cơ quan;Tên máy;Vị trí', ...rows].join('\n')),
      });
    await choose(`${agency().name};${known.hostname};Phòng 1`, 'Không có;may-la;');
    await page.getByTestId('machines-look').press('Enter');
    expect(await page.getByTestId('csv-fault').innerText()).toMatch(/3[\s\S]*cơ quan/iu);
    expect(await page.getByTestId('machines-import').count()).toBe(0);
    await choose(`${agency().name};${known.hostname};Phòng 1`, `${agency().name};may-chua-cai;Phòng 2`);
    await page.getByTestId('machines-look').press('Enter');
    await page.getByTestId('machines-import').press('Enter');

    await page.getByTestId('machine-agency').selectOption(String(agency().id));
    const sum = page.getByTestId('installed-sum');
    await sum.filter({ hasText: '1 trên 2 máy đã cài; 1 máy này chưa' }).waitFor();
    const missing = page.locator('[data-testid="machine-row"][data-state="missing"]');
    await missing.waitFor();
    expect(await page.getByTestId('machine-row').count()).toBe(1);
    expect(await missing.innerText()).toMatch(/may-chua-cai[\s\S]*Phòng 2[\s\S]*Chưa thấy lần nào/u);
    const saved = page.waitForEvent('download');
    await page.getByTestId('installed-export').press('Enter');
    const csv = await (await saved).path();
    const lines = (await readFile(csv, 'utf8')).split('\r\n');
    expect(lines.join()).toMatch(/may-chua-cai/u);
    // What it wrote it reads again, with nothing to do (but two of one name, as the tests before made them); a number stands in where there is no full list.
    await page.getByTestId('installed-import').press('Enter');
    const once = lines.filter(
      (line, at) => at < 2 || line.includes('may-chua-cai') || line.includes(known.hostname),
    );
    await page.getByTestId('machines-file').setInputFiles({
      name: 'may-da-cai.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(once.join('\r\n')),
    });
    await page.getByTestId('machines-look').press('Enter');
    await page.getByTestId('machines-looked').or(page.getByTestId('csv-fault')).first().waitFor();
    expect(await page.getByTestId('csv-fault').allInnerTexts()).toEqual([]);
    await page.goto(`${url()}/hosts/installed?agency=${agency().id}`);
    const row = page.getByTestId('installed-agency').filter({ hasText: agency().name });
    await row.getByTestId('installed-count').press('Enter');
    await page.getByTestId('count-machines').fill('5');
    await page.getByTestId('count-source').fill('Kiểm kê 2026');
    await page.getByTestId('count-form-submit').press('Enter');
    // Where a number stands, hosts that are on no list count, too.
    await sum.filter({ hasText: /\d trên 5 máy đã cài/u }).waitFor();
    await page.locator('.vg-toast-action').last().press('Enter');
    await sum.filter({ hasText: '1 trên 2 máy đã cài' }).waitFor();
    await missing.getByTestId('machine-remove').press('Enter');
    await page.getByTestId('machine-remove-form-submit').press('Enter');
    await sum.filter({ hasText: '1 trên 1 máy đã cài' }).waitFor();
  });
});
