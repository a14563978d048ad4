/** Who answers for an agency's systems, as part 2 of Mẫu 08 asks: the owner, and its unit specialised in cybersecurity. */
import { z } from 'zod';

export const OFFICE_ROLES = ['owner', 'specialised-unit'] as const;
export type OfficeRole = (typeof OFFICE_ROLES)[number];

const text = z.string().trim().max(512).nullable();

export const officeFactsSchema = z.strictObject({
  name: text,
  /** The document that gives it this task. */
  mandate: text,
  head: text,
  headTitle: text,
  address: text,
  phone: text,
  email: text,
});
export type OfficeFacts = z.infer<typeof officeFactsSchema>;
export const officePatchSchema = officeFactsSchema.partial();
export type OfficePatch = z.infer<typeof officePatchSchema>;

export const EMPTY_OFFICE: Readonly<OfficeFacts> = {
  name: null,
  mandate: null,
  head: null,
  headTitle: null,
  address: null,
  phone: null,
  email: null,
};
