/** Templates of Windows events: what is learnt lives no longer than the shapes that it names. */
import { expect, test } from 'vitest';
import { newEvent } from '../../../collector/normalize/draft.ts';
import { EventFields } from '../../../collector/normalize/event-fields.ts';
import { EventTemplates } from '../../../collector/normalize/event-template.ts';
import { ShapedEvent } from '../../../rules/sigma/index.ts';

const xml = (user: string, id = '4688'): string =>
  `<Event><System><Provider Name="P"/><EventID>${id}</EventID></System><EventData><Data Name="TargetUserName">${user}</Data><Data Name="Empty"/></EventData></Event>`;

function read(templates: EventTemplates, text: string): Record<string, unknown> | undefined {
  const event = newEvent(0, text);
  return templates.read(text, new EventFields(event)) ? event.fields.toRecord() : undefined;
}

const said = (user: string): object => ({
  Provider_Name: 'P',
  EventID: 4688,
  TargetUserName: user,
  Empty: '',
});

test('an event of a known kind has the fields that the first of it had, with its own values', () => {
  const templates = new EventTemplates();
  for (const user of ['an', 'bình', '', '-', 'an &amp; bình'])
    expect(read(templates, xml(user))).toEqual(said(user.replace('&amp;', '&')));
});

test('an element of System without content says nothing, whatever its kind said before', () => {
  const templates = new EventTemplates();
  read(templates, xml('an'));
  expect(read(templates, xml('an', ''))).not.toHaveProperty('EventID');
  expect(read(templates, xml('an'))).toEqual(said('an'));
});

test('when all shapes are made anew, events mean the same', () => {
  const templates = new EventTemplates();
  expect(read(templates, xml('an'))).toEqual(said('an'));
  const before = newEvent(0, '').fields.shape;
  for (let at = 0; newEvent(0, '').fields.shape === before; at += 1) ShapedEvent.from({ [`name ${at}`]: 1 });
  expect(read(templates, xml('bình'))).toEqual(said('bình'));
  expect(read(templates, xml('chi'))).toEqual(said('chi'));
});
