/** What guards the host: the firewall's profiles, programs against malware, and what Windows itself holds back. */
import { textOf, type CimRow } from '../../../../windows/cim-look.ts';
import { messageOf } from '../../../../windows/installed-programs.ts';
import { readRegistryKey } from '../../../../windows/read-registry.ts';
import { readWindowsRelease, registryText } from '../../../../windows/windows-release.ts';
import { picture, type Collector, type InventoryItem, type UnreadPart } from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

export function firewallCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'firewall',
    async collect({ signal }) {
      const { rows } = await cim.rows('firewall', signal);
      return picture(
        rows.map((row) => {
          const inbound = textOf(row, 'DefaultInboundAction');
          return {
            key: textOf(row, 'Name'),
            detail: {
              active: textOf(row, 'Enabled') === 'True',
              // What nobody set is Windows' own default.
              inputPolicy: inbound === 'NotConfigured' ? 'block' : inbound.toLowerCase(),
              logsBlocked: textOf(row, 'LogBlocked') === 'True',
            },
          };
        }),
      );
    },
  };
}

export function antivirusCollector({ host, cim }: WindowsLook): Collector {
  return {
    category: 'antivirus',
    async collect({ signal }) {
      const items: InventoryItem[] = [];
      const unread: UnreadPart[] = [];
      const defender = await cim.ask('defender', signal);
      if (defender.kind === 'rows') items.push(...defender.rows.map(defenderItem));
      else
        unread.push({
          part: 'Microsoft Defender',
          reason: defender.reason,
          holds: (key) => key === 'Microsoft Defender',
        });
      // Servers have no Security Center.
      if ((await readWindowsRelease(host, signal)).kind !== 'client') return picture(items, unread);
      const others = await cim.ask('antivirus', signal);
      if (others.kind === 'rows') items.push(...others.rows.filter((row) => !isDefender(row)).map(otherItem));
      else
        unread.push({
          part: 'Security Center',
          reason: others.reason,
          holds: (key) => key !== 'Microsoft Defender',
        });
      return picture(items, unread);
    },
  };
}

function isDefender(row: CimRow): boolean {
  return /defender/i.test(textOf(row, 'displayName'));
}

function defenderItem(row: CimRow): InventoryItem {
  return {
    key: 'Microsoft Defender',
    detail: {
      running: row['AMServiceEnabled'] === true && row['AntivirusEnabled'] === true,
      realTime: row['RealTimeProtectionEnabled'] === true,
      tamperProtected: typeof row['IsTamperProtected'] === 'boolean' ? row['IsTamperProtected'] : null,
      mode: textOf(row, 'AMRunningMode'),
      signaturesAt: textOf(row, 'AntivirusSignatureLastUpdated'),
      signatureVersion: textOf(row, 'AntivirusSignatureVersion'),
      version: textOf(row, 'AMProductVersion'),
    },
  };
}

/** The Security Center tells two states in one number: the second digit from the left of four is on, the third is outdated. */
function otherItem(row: CimRow): InventoryItem {
  const state = Number(textOf(row, 'productState'));
  const isKnown = Number.isInteger(state) && state > 0;
  return {
    key: textOf(row, 'displayName'),
    detail: {
      path: textOf(row, 'pathToSignedProductExe'),
      running: isKnown ? ((state >> 12) & 0xf) === 1 : null,
      realTime: isKnown ? ((state >> 12) & 0xf) === 1 : null,
      upToDate: isKnown ? ((state >> 4) & 0xf) === 0 : null,
    },
  };
}

const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control';
/** By item: where it stands, and what it is when nothing does. */
const CONTROLS: readonly [name: string, key: string, value: string, standard: string][] = [
  ['uac', 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System', 'EnableLUA', '1'],
  ['secure-boot', `${CONTROL}\\SecureBoot\\State`, 'UEFISecureBootEnabled', '0'],
  ['lsa-protection', `${CONTROL}\\Lsa`, 'RunAsPPL', '0'],
  ['credential-guard', `${CONTROL}\\Lsa`, 'LsaCfgFlags', '0'],
];

export function accessControlCollector({ host }: WindowsLook): Collector {
  return {
    category: 'access-control',
    async collect({ signal }) {
      const items: InventoryItem[] = [];
      const unread: UnreadPart[] = [];
      for (const [name, key, value, standard] of CONTROLS) {
        try {
          const found = registryText(await readRegistryKey(host, key, signal), value) || standard;
          items.push({
            key: name,
            detail: { state: found === '0' ? 'disabled' : 'enabled', configured: found },
          });
        } catch (error) {
          unread.push({ part: name, reason: messageOf(error), holds: (of) => of === name });
        }
      }
      return picture(items, unread);
    },
  };
}
