/**
 * One Windows event as the event log renders it: `System` and `EventData` or `UserData`, flattened as Sigma's rules expect
 * (attributes joined by `_`, spaces stripped from names, values as written).
 * Invariants: nothing is dropped: a name that comes twice holds a list; of a text that is not one whole event the fields up
 * to the fault are kept and may match, the text stays whole, and parsed is false.
 */
import { ByShape } from '../../rules/sigma/index.ts';
import type { EventColumns, FieldValue, NormalEvent } from './event.ts';
import { put, putAction, setColumn } from './draft.ts';
import { EventFields, fieldPlace } from './event-fields.ts';
import { EventTemplates } from './event-template.ts';
import { parseIsoMs } from './time.ts';
import { windowsPlace, type WindowsPlace } from './windows-logsource.ts';
import { localName, scanXml, XmlError, type XmlAttribute, type XmlHandler } from './xml.ts';

function attributeOf(attributes: readonly XmlAttribute[], wanted: string): string | undefined {
  return attributes.find(([name]) => name === wanted)?.[1];
}

/** Collects the fields while the scanner walks. */
class EventHandler implements XmlHandler {
  /** Events closed so far: a record holds one. */
  events = 0;
  readonly #into: EventFields;
  readonly #path: string[] = [];
  readonly #dataNames: string[] = [];
  readonly #hasChild: boolean[] = [];
  #sectionDepth = 0;

  constructor(into: EventFields) {
    this.#into = into;
  }

  open(name: string, attributes: readonly XmlAttribute[]): void {
    const local = localName(name);
    if (this.#hasChild.length > 0) this.#hasChild[this.#hasChild.length - 1] = true;
    this.#path.push(local);
    this.#hasChild.push(false);
    this.#dataNames.push(attributeOf(attributes, 'Name') ?? '');
    const section = this.#section();
    if (section !== 'System' && section !== 'UserData') return;
    for (const [key, value] of attributes) {
      if (key === 'xmlns' || key.startsWith('xmlns:')) continue;
      const field = `${local}_${localName(key)}`;
      if (section === 'System') this.#into.put(fieldPlace('system', field), value);
      else this.#into.add(withoutSpaces(field), value);
    }
  }

  close(_name: string, text: string): void {
    const section = this.#section();
    const depth = this.#path.length;
    const local = this.#path.pop() ?? '';
    const named = this.#dataNames.pop() ?? '';
    const isLeaf = this.#hasChild.pop() === false;
    if (local === 'Event' && section === undefined) this.events += 1;
    if (section === undefined || !isLeaf) return;
    const into = this.#into;
    if (section === 'System') {
      if (text !== '') into.put(fieldPlace('system', local), text);
    } else if (section === 'EventData') {
      if (depth === this.#sectionDepth + 1)
        into.put(fieldPlace('data', local === 'Data' && named !== '' ? named : local), text);
    } else if (section === 'UserData') {
      into.put(fieldPlace('data', local), text);
    } else if (section === 'RenderingInfo') {
      if (local === 'Message') {
        into.rendered = text;
        into.add('Message', text);
      } else if (text !== '') into.add(`RenderingInfo_${withoutSpaces(local)}`, text);
    }
  }

  /** The child of Event that we are in; undefined at Event itself and outside. */
  #section(): string | undefined {
    const at = this.#path.indexOf('Event');
    if (at === -1 || at > 1 || this.#path.length < at + 2) return undefined;
    // The section's own element has no value of its own, only what lies in it.
    if (this.#path.length === at + 2) return undefined;
    this.#sectionDepth = at + 2;
    return this.#path[at + 1];
  }
}

function withoutSpaces(name: string): string {
  return name.includes(' ') ? name.replaceAll(' ', '') : name;
}

/** First field that has a value fills the column; a dash is how Windows writes "none". */
const COLUMN_SOURCES: readonly (readonly [keyof EventColumns, ...string[]])[] = [
  ['event_code', 'EventID'],
  ['user_name', 'User', 'TargetUserName', 'SubjectUserName', 'AccountName', 'UserName'],
  ['source_ip', 'SourceIp', 'IpAddress', 'SourceAddress', 'ClientAddress'],
  ['process_command_line', 'CommandLine', 'ProcessCommandLine', 'HostApplication'],
  ['file_path', 'TargetFilename', 'ImageLoaded', 'ObjectName', 'Path'],
];

function textOf(value: FieldValue | undefined): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const text = String(value);
  return text === '-' ? '' : text;
}

const IMAGE_SOURCES = ['Image', 'NewProcessName', 'ProcessName'];
const HASH_SOURCES = ['Hashes'];

/** Where the sources of columns stand among the fields of one kind of event. */
interface ColumnPlaces {
  columns: readonly { column: keyof EventColumns; places: readonly number[] }[];
  image: readonly number[];
  hashes: readonly number[];
}

const columnPlaces = new ByShape<ColumnPlaces>((shape) => {
  const placesOf = (names: readonly string[]): number[] => names.flatMap((name) => shape.placeOf(name) ?? []);
  const columns = COLUMN_SOURCES.map(([column, ...names]) => ({ column, places: placesOf(names) }));
  return {
    columns: columns.filter(({ places }) => places.length > 0),
    image: placesOf(IMAGE_SOURCES),
    hashes: placesOf(HASH_SOURCES),
  };
});

function fillColumns(event: NormalEvent): void {
  const { shape, list } = event.fields;
  const firstText = (places: readonly number[]): string => {
    for (const place of places) {
      const text = textOf(list[place]);
      if (text !== '') return text;
    }
    return '';
  };
  const { columns, image, hashes } = columnPlaces.of(shape);
  for (const { column, places } of columns) {
    if (event.columns[column] === undefined) setColumn(event, column, firstText(places));
  }
  const program = firstText(image);
  setColumn(event, 'process_name', program.slice(program.lastIndexOf('\\') + 1));
  const sha256 = /(?:^|,)SHA256=([0-9A-Fa-f]{64})/.exec(firstText(hashes))?.[1] ?? '';
  setColumn(event, 'file_hash_sha256', sha256.toLowerCase());
}

/** Security's well-known events by what a person would call them. */
const SECURITY_ACTIONS: ReadonlyMap<number, string> = new Map([
  [1102, 'log_cleared'],
  [4624, 'logon_succeeded'],
  [4625, 'logon_failed'],
  [4634, 'session_closed'],
  [4647, 'session_closed'],
  [4648, 'logon_with_explicit_credentials'],
  [4672, 'special_privileges_assigned'],
  [4697, 'service_installed'],
  [4698, 'scheduled_task_created'],
  [4720, 'user_created'],
  [4722, 'user_enabled'],
  [4724, 'password_reset'],
  [4725, 'user_disabled'],
  [4726, 'user_deleted'],
  [4728, 'group_member_added'],
  [4732, 'group_member_added'],
  [4740, 'account_locked'],
  [4756, 'group_member_added'],
]);
const AUDIT_FAILURE = 0x10_0000_0000_0000n;
const AUDIT_SUCCESS = 0x20_0000_0000_0000n;

function outcomeOf(keywords: string | undefined): 'success' | 'failure' | undefined {
  if (keywords === undefined || !/^0x[0-9a-fA-F]{1,16}$/.test(keywords)) return undefined;
  // What nearly every event of Security says.
  if (keywords === '0x8020000000000000') return 'success';
  const bits = BigInt(keywords);
  if ((bits & AUDIT_FAILURE) !== 0n) return 'failure';
  return (bits & AUDIT_SUCCESS) === 0n ? undefined : 'success';
}

function actionOf(place: WindowsPlace, eventId: number): string | undefined {
  if (place.categories.length > 0) return place.categories.at(-1);
  if (place.service === 'security') return SECURITY_ACTIONS.get(eventId);
  return place.service === 'system' && eventId === 104 ? 'log_cleared' : undefined;
}

const templates = new EventTemplates();

/** @returns why the text is not one whole event; undefined when it is. */
function scan(text: string, fields: EventFields): string | undefined {
  const isPlain = templates.read(text, fields);
  if (isPlain && fields.system.EventID !== undefined) return undefined;
  const handler = new EventHandler(fields);
  if (!isPlain) {
    try {
      scanXml(text, handler);
    } catch (error) {
      if (error instanceof XmlError) return error.message;
      throw error;
    }
    if (handler.events === 1 && fields.system.EventID !== undefined) return undefined;
  }
  return handler.events > 1 ? 'the record holds more than one event' : 'there is no whole event';
}

/**
 * Reads one event into `event`.
 * @returns the event's own time, when it says one.
 */
export function readWindowsXml(event: NormalEvent, text: string): number | undefined {
  const fields = new EventFields(event);
  const fault = scan(text, fields);
  const { system } = fields;
  const eventId = Number(system.EventID ?? Number.NaN);
  const place = windowsPlace(
    system.Channel ?? '',
    Number.isSafeInteger(eventId) ? eventId : -1,
    textOf(event.fields.get('EventType')),
    event.fields,
  );
  event.logsources = place.logsources;
  event.parsed = fault === undefined;
  if (fault === undefined) event.message = fields.sentence();
  else put(event, 'normalize.error', fault);
  fillColumns(event);
  const action = actionOf(place, eventId);
  const outcome = place.service === 'security' ? outcomeOf(system.Keywords) : undefined;
  if (action !== undefined) putAction(event, action);
  put(event, 'event.outcome', outcome);
  if (system.Computer !== undefined) put(event, 'host.name', system.Computer);
  return parseIsoMs(system.TimeCreated_SystemTime ?? '', 'UTC');
}
