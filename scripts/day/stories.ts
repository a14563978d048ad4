/**
 * Attacks made of recorded events: each step is a file of the corpus, put onto a host of ours at a time of its own. The
 * corpus is not part of the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { logRecord, type StampedRecord } from './activity.ts';
import type { Estate, HostKind, SimulatedHost } from './estate.ts';
import { restamp, windowsXml } from './windows-event.ts';

export interface Story {
  name: string;
  on: HostKind;
  /** Hour of its first step. */
  hour: number;
  /** From its first to its last step. */
  minutes: number;
  /** Rules whose recorded events are its steps; or the host whose recording is played. */
  steps: readonly string[] | { computer: string; eventsMax: number };
}

export const STORIES: readonly Story[] = [
  {
    name: 'secrets of a server are dumped',
    on: 'server',
    hour: 9.2,
    minutes: 25,
    steps: [
      '69ca12af-119d-44ed-b50f-a47af0ebc364',
      '8fbf3271-1ef6-4e94-8210-03c2317947f6',
      'c9e5f013-4a6f-4d8c-9b0e-f7a4c3d26e95',
      'a7f3c891-2e4d-4b6a-9f8c-d5e2a1b04c73',
      '2fcda7e2-8c57-4904-86ac-37fc3157e09d',
    ],
  },
  {
    name: 'the domain is spied out from a desk',
    on: 'office',
    hour: 10.1,
    minutes: 40,
    steps: [
      '514e7e3e-b3b4-4a67-af60-be20f139198b',
      '455b9d50-15a1-4b99-853f-8d37655a4c1b',
      '9a132afa-654e-11eb-ae93-0242ac130002',
      'df55196f-f105-44d3-a675-e9dfb6cc2f2b',
      '4fe074b4-b833-4081-8f24-7dcfeca72b42',
    ],
  },
  {
    name: 'tools are fetched by what Windows has',
    on: 'office',
    hour: 14,
    minutes: 90,
    steps: [
      '99c840f2-2012-46fd-9141-c761987550ef',
      '5b80a791-ad9b-4b75-bcc1-ad4e1e89c200',
      '13e6fe51-d478-4c7e-b0f2-6da9b400a829',
      '82a6714f-4899-4f16-9c1e-9a333544d4c3',
      '5cb299fc-5fb1-4d07-b989-0644c68b6043',
      'b447f7de-1e53-4cbf-bfb4-f1f6d0b04e4e',
    ],
  },
  {
    name: 'defences are switched off',
    on: 'office',
    hour: 15.5,
    minutes: 12,
    steps: [
      '7dbbcac2-57a0-45ac-b306-ff30a8bd2981',
      '6225c53a-a96e-4235-b28f-8d7997cd96eb',
      '22154f0e-5132-4a54-aa78-cc62f6def531',
      '73921b9c-cafd-4446-b0c6-fdb0ace42bc0',
      '41d1058a-aea7-4952-9293-29eaaf516465',
    ],
  },
  {
    name: 'somebody settles in',
    on: 'office',
    hour: 11,
    minutes: 300,
    steps: [
      '9b0f8a61-91b2-464f-aceb-0527e0a45020',
      '9ace0707-b560-49b8-b6ca-5148b42f39fb',
      '724ea201-6514-4f38-9739-e5973c34f49a',
      '9c226817-8dc9-46c2-a58d-66655aafd7dc',
      '944e8941-f6f6-4ee8-ac05-1c224e923c0e',
    ],
  },
  {
    name: 'a local exploit gives the system away',
    on: 'office',
    hour: 16,
    minutes: 3,
    steps: [
      'f2e4b7d9-5c3a-4f8b-9e1d-7a6c2b3f4e5d',
      '9b4e7c2a-3f6d-4a8b-b5e9-1c7d3f2e6a4b',
      'a7c3e5f2-8b1d-4e9a-b6c2-3d7f5e8a9b4c',
    ],
  },
  {
    name: 'a worm in the packages of a developer',
    on: 'developer',
    hour: 13.4,
    minutes: 20,
    steps: [
      'bae7c70b-8569-44e9-accf-b30073da8a5d',
      '5299fadf-f228-4526-8274-251db1960be9',
      '540703fb-a874-4385-a9d6-7cd1bfab268c',
      '0f60b28c-64dd-4e2c-9a63-5334d3e3a6e6',
    ],
  },
  {
    name: 'a server is questioned and changed through WMI, quietly',
    on: 'server',
    hour: 2,
    minutes: 120,
    steps: [
      '9d7ca793-f6bd-471c-8d0f-11e68b2f0d2f',
      'dfd2fcb7-8bd5-4daa-b132-5adb61d6ad45',
      '76f55eaa-d27f-4213-9d45-7b0e4b60bbae',
      '68bcd73b-37ef-49cb-95fc-edc809730be6',
      'c79da740-5030-45ec-a2e0-479e824a562c',
      '7773b877-5abb-4a3e-b9c9-fd0369b59b00',
      'c0514f28-fdae-42df-b886-06e2b2bc5b37',
      '49d9671b-0a0a-4c09-8280-d215bfd30662',
    ],
  },
  {
    name: 'the way is cleared for a ransom',
    on: 'web',
    hour: 22.5,
    minutes: 15,
    steps: [
      '7595ba94-cf3b-4471-aa03-4f6baa9e5fad',
      '9ac94dc8-9042-493c-ba45-3b5e7c86b980',
      'd7662ff6-9e97-4596-a61d-9839e32dee8d',
      '81bcb81b-5b1f-474b-b373-52c871aaa7b1',
      '4b046706-5789-4673-b111-66f25fe99534',
    ],
  },
  {
    name: 'an intruder with PowerShell, as it was recorded',
    on: 'office',
    hour: 8.5,
    minutes: 200,
    steps: { computer: 'WORKSTATION5.theshire.local', eventsMax: 120 },
  },
];

/** @returns whether the folder of recorded events is there */
export function hasRecordings(corpus: string): boolean {
  return existsSync(path.join(corpus, 'evtx-xml')) && existsSync(path.join(corpus, 'sigma', 'rules'));
}

const HOUR_MS = 3_600_000;

/** The recorded account becomes the host's, but for those of every machine. */
function ofUser(xml: string, { user }: SimulatedHost): string {
  return xml.replace(/(<Data Name="(?:User|ParentUser)">)([^<]*)/g, (whole, open: string, name: string) =>
    /AUTHORITY|^-?$/.test(name) ? whole : `${open}${user}`,
  );
}

function stepsOf(story: Story, corpus: string): string[] {
  const { steps } = story;
  if (!('computer' in steps)) {
    return steps.flatMap((id) => {
      const text = readFileSync(path.join(corpus, 'evtx-xml', `${id}.xml`), 'utf8');
      return text.match(/<Event[ >][\s\S]*?<\/Event>/g) ?? [];
    });
  }
  const file = path.join(corpus, 'sigma', 'windows-labelled.jsonl.gz');
  const found: string[] = [];
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
    if (found.length >= steps.eventsMax || !line.includes(steps.computer)) continue;
    const { event, expected_rule_ids: ids } = JSON.parse(line) as {
      event: Record<string, unknown>;
      expected_rule_ids: string[];
    };
    if (ids.length > 0) found.push(flatXml(event));
  }
  return found;
}

const HEAD = new Set(['Provider_Name', 'EventID', 'Channel', 'Computer', 'TimeCreated']);

function flatXml(event: Readonly<Record<string, unknown>>): string {
  const data: Record<string, string> = {};
  for (const [name, value] of Object.entries(event)) {
    if (!HEAD.has(name) && value !== null)
      data[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  const [channel, provider] = [String(event['Channel']), String(event['Provider_Name'])];
  return windowsXml({ channel, provider, id: Number(event['EventID']), data }, String(event['Computer']), 0);
}

export interface PlayedStory {
  story: Story;
  host: SimulatedHost;
  records: readonly StampedRecord[];
}

/** Each story on a host of its own. */
export function playStories(
  stories: readonly Story[],
  estate: Estate,
  from: { corpus: string; dayMs: number },
): PlayedStory[] {
  const taken = new Set<SimulatedHost>();
  return stories.map((story) => {
    const able = estate.hosts.filter((host) => host.kind === story.on && !taken.has(host));
    const host = able[Math.floor(able.length / 2)];
    if (host === undefined) throw new RangeError(`no host is left for "${story.name}"`);
    taken.add(host);
    const steps = stepsOf(story, from.corpus);
    const records = steps.map((xml, at) => {
      const timeMs = Math.round(
        from.dayMs + story.hour * HOUR_MS + (at / Math.max(1, steps.length - 1)) * story.minutes * 60_000,
      );
      return logRecord(host, timeMs, ofUser(restamp(xml, `${host.hostname}.tinh.local`, timeMs), host));
    });
    return { story, host, records };
  });
}
