/** What a rule looks for, in words: its log source, each of its selections line by line, and how they are joined. */
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { TagList } from '../ui/tag-list.tsx';
import { messages } from './meaning-messages.ts';
import { logsourceOf } from './rule-labels.ts';
import type { RuleCheck } from './rules-api.ts';

type Meaning = NonNullable<RuleCheck['meaning']>;
type Item = Meaning['selections'][number]['any'][number][number];
type Label = LabelOf<typeof messages>;

const operators: Readonly<Record<string, Label>> = {
  contains: 'meaning.op.contains',
  startswith: 'meaning.op.startswith',
  endswith: 'meaning.op.endswith',
  re: 'meaning.op.re',
  cidr: 'meaning.op.cidr',
  exists: 'meaning.op.exists',
  lt: 'meaning.op.lt',
  lte: 'meaning.op.lte',
  gt: 'meaning.op.gt',
  gte: 'meaning.op.gte',
  fieldref: 'meaning.op.fieldref',
  neq: 'meaning.op.neq',
  base64: 'meaning.op.base64',
  base64offset: 'meaning.op.base64',
};
const correlationTypes: Readonly<Record<string, Label>> = {
  event_count: 'meaning.type.event_count',
  value_count: 'meaning.type.value_count',
  temporal: 'meaning.type.temporal',
  temporal_ordered: 'meaning.type.temporal_ordered',
};

function Values({ item }: { readonly item: Item }) {
  const text = useText(messages);
  return (
    <span className="vg-meaning-values">
      {item.values.map((value, index) => (
        // The order of values is the rule's own, so the index names them.
        // oxlint-disable-next-line no-array-index-key
        <span key={index}>
          {index === 0 ? null : <i>{item.modifiers.includes('all') ? '+' : text('meaning.or')}</i>}
          <code>
            <LineText value={value} />
          </code>
        </span>
      ))}
      {item.more > 0 ? <i>{text('meaning.more', { n: item.more })}</i> : null}
    </span>
  );
}

/** One line: field, how it is compared, the values. */
export function MeaningLine({ item }: { readonly item: Item }) {
  const text = useText(messages);
  const named = item.modifiers.find((modifier) => Object.hasOwn(operators, modifier));
  const operator = named === undefined ? undefined : operators[named];
  return (
    <span className="vg-meaning-line">
      {item.field === null ? (
        <em>{text('meaning.keyword')}</em>
      ) : (
        <b>
          <LineText value={item.field} />
        </b>
      )}{' '}
      <span className="vg-meaning-op">{text(operator ?? 'meaning.op.equals')}</span>{' '}
      {item.modifiers.includes('all') ? <i>{text('meaning.allValues')}</i> : null}
      {named === 'exists' ? null : <Values item={item} />}
      {item.modifiers.includes('cased') ? <i> ({text('meaning.cased')})</i> : null}
    </span>
  );
}

function Selection({ name, any }: Meaning['selections'][number]) {
  const text = useText(messages);
  return (
    <li>
      <h4>
        <code>
          <LineText value={name} />
        </code>
        <span className="vg-muted">{any.length > 1 ? text('meaning.anyOf') : text('meaning.allOf')}</span>
      </h4>
      <ul className="vg-meaning-items">
        {any.map((items, index) => (
          // The order of alternatives is the rule's own, so the index names them.
          // oxlint-disable-next-line no-array-index-key
          <li key={index}>
            {items.map((item, place) => (
              // oxlint-disable-next-line no-array-index-key
              <div key={place}>
                <MeaningLine item={item} />
              </div>
            ))}
          </li>
        ))}
      </ul>
    </li>
  );
}

function Correlation({ of }: { readonly of: NonNullable<Meaning['correlation']> }) {
  const text = useText(messages);
  const type = Object.hasOwn(correlationTypes, of.type) ? correlationTypes[of.type] : undefined;
  const seconds = of.timespanSeconds;
  const span =
    seconds === null
      ? null
      : seconds % 60 === 0
        ? text('meaning.minutes', { n: seconds / 60 })
        : text('meaning.seconds', { n: seconds });
  return (
    <dl className="vg-facts">
      <div>
        <dt>{text('meaning.correlation')}</dt>
        <dd>
          <LineText value={of.rules.join(', ')} />
        </dd>
      </div>
      {of.groupBy.length === 0 ? null : (
        <div>
          <dt>{text('meaning.groupBy')}</dt>
          <dd>
            <LineText value={of.groupBy.join(', ')} />
          </dd>
        </div>
      )}
      {span === null ? null : (
        <div>
          <dt>{text('meaning.within')}</dt>
          <dd>{span}</dd>
        </div>
      )}
      <div>
        <dt>{text('meaning.threshold')}</dt>
        <dd>
          {type === undefined ? <LineText value={of.type} /> : text(type)}{' '}
          <LineText value={[...of.valueFields, of.condition].join(' ')} />
        </dd>
      </div>
    </dl>
  );
}

export function RuleMeaning({ meaning }: { readonly meaning: Meaning }) {
  const text = useText(messages);
  const source = logsourceOf(meaning);
  return (
    <div className="vg-meaning" data-testid="rule-meaning">
      {meaning.correlation === null ? (
        <>
          <p>
            {text('meaning.source')}{' '}
            {source === '' ? (
              <em>{text('meaning.anySource')}</em>
            ) : (
              <b>
                <LineText value={source} />
              </b>
            )}
            .
          </p>
          {meaning.conditions.map((condition) => (
            <p key={condition}>
              {text('meaning.holds')}{' '}
              <code className="vg-meaning-condition">
                <LineText value={condition} />
              </code>
            </p>
          ))}
          <ul className="vg-meaning-selections">
            {meaning.selections.map((selection) => (
              <Selection key={selection.name} {...selection} />
            ))}
          </ul>
        </>
      ) : (
        <Correlation of={meaning.correlation} />
      )}
      {meaning.falsePositives.length === 0 ? null : (
        <>
          <p className="vg-muted">{text('meaning.falsePositives')}</p>
          <ul>
            {meaning.falsePositives.map((line) => (
              <li key={line}>
                <LineText value={line} />
              </li>
            ))}
          </ul>
        </>
      )}
      <TagList tags={meaning.tags} />
    </div>
  );
}
