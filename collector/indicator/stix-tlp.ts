/** Traffic Light Protocol as STIX 2.1 marks it. Identifiers are fixed: section 7.2.1.4 for TLP 1, the OASIS extension for TLP 2.0. */
import type { Tlp } from './indicator.ts';

const MARKING_OF: Readonly<Record<Tlp, string>> = {
  clear: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'amber+strict': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  red: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
};

/** Of both editions. */
export const TLP_MARKINGS: ReadonlyMap<string, Tlp> = new Map<string, Tlp>([
  ['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9', 'clear'],
  ['marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da', 'green'],
  ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82', 'amber'],
  ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'red'],
  [MARKING_OF.clear, 'clear'],
  [MARKING_OF.green, 'green'],
  [MARKING_OF.amber, 'amber'],
  [MARKING_OF['amber+strict'], 'amber+strict'],
  [MARKING_OF.red, 'red'],
]);

/** The object that a bundle carries for a level of TLP 2.0. */
export function tlpMarking(tlp: Tlp): { id: string } & Record<string, unknown> {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: MARKING_OF[tlp],
    created: '2022-10-01T00:00:00.000Z',
    name: `TLP:${tlp.toUpperCase()}`,
    extensions: {
      'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': {
        extension_type: 'property-extension',
        tlp_2_0: tlp,
      },
    },
  };
}
