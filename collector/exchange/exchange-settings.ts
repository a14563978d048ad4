/** Settings of the exchange, as a file says them. What the official annex may say otherwise stands here and nowhere in the code. */
import { z } from 'zod';
import { EXCHANGE_VARIANTS } from './av-report.ts';
import { EDXML_NAMESPACE } from './namespaces.ts';

const line = (charsMax: number) =>
  z
    .string()
    .max(charsMax)
    .regex(/^[^\p{Cc}]*$/u, 'one line');
const xmlName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][\w.-]*$/, 'a name of an element without prefix');

export const exchangeSettingsSchema = z.strictObject({
  variant: z.enum(EXCHANGE_VARIANTS),
  /** Who sends. The code has the 13 characters of QCVN 102:2016. */
  organisation: z.strictObject({
    id: z.string().regex(/^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/, 'a code as 000.00.00.H01, 13 characters'),
    name: line(250).min(1),
    address: line(250).default(''),
    email: line(120).default(''),
    telephone: line(40).default(''),
    fax: line(40).default(''),
    website: line(250).default(''),
  }),
  subject: line(250).default('AVReport'),
  reportName: line(120).default('AVReport'),
  /** Of the prefix edXML; to be confirmed by the annex. */
  namespace: z.string().url().max(250).default(EDXML_NAMESPACE),
  /** Other names for elements, by the name that this product gives them, e.g. `{"AVReport": "BaoCao"}`. */
  names: z.record(xmlName, xmlName).default({}),
  /** Where reports are delivered to; left out: they are carried there. */
  address: z
    .url({ protocol: /^https$/ })
    .max(2_048)
    .optional(),
  /** To be confirmed by the annex. */
  soapAction: line(250)
    .regex(/^[^"\\]*$/, 'no quotes')
    .default(''),
  /** PEM file of the authority of that server; left out: those that this machine trusts. */
  authority: z.string().max(4_096).optional(),
  /** PEM files; both or neither. They are read when they are needed and never kept. */
  key: z.string().max(4_096).optional(),
  certificate: z.string().max(4_096).optional(),
});

export type ExchangeSettings = z.infer<typeof exchangeSettingsSchema>;
/** What a document is made by; who signs it is said apart. */
export type DocumentSettings = Omit<ExchangeSettings, 'authority' | 'key' | 'certificate'>;
